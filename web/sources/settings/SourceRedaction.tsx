import type { ReactElement } from 'react'
import type { RedactRule } from '../../../core/redact/rule.ts'
import { api } from '../../api/api.ts'
import { useSaved } from '../../api/use-saved.ts'
import { RedactRules } from '../../redaction/RedactRules.tsx'
import { Part } from './Part.tsx'
import type { Source } from './RenameSource.tsx'

/** What is taken out of the source's events before they are stored. */
export function SourceRedaction({ source }: { readonly source: Source }): ReactElement {
  const { id, redact = [], revision } = source
  const save = useSaved(
    (rules: readonly RedactRule[]) =>
      api('PATCH /admin/v1/sources/:id', { params: { id }, body: { redact: [...rules], revision } }),
    { said: (rules) => `${rules.length} redaction rules, from the next event on.` },
  )
  return (
    <Part title="Redaction">
      <p className="mb-3 text-muted">
        What these rules take out is stored nowhere, and no destination gets it. An event on which a rule
        fails is refused.
      </p>
      <RedactRules
        key={JSON.stringify(redact)}
        of={{ source: id }}
        saved={redact}
        isSaving={save.isPending}
        onSave={(rules) => save.mutate(rules)}
      />
    </Part>
  )
}
