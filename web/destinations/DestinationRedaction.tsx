import type { ReactElement } from 'react'
import type { RedactRule } from '../../core/redact/rule.ts'
import { api } from '../api/api.ts'
import { useSaved } from '../api/use-saved.ts'
import { RedactRules } from '../redaction/RedactRules.tsx'
import { useDestination } from './destination.ts'

/** What is taken out of events before the destination's triggers and mappings see them. */
export function DestinationRedaction(): ReactElement | null {
  const { id, mode, redact, revision } = useDestination()
  const save = useSaved(
    (rules: readonly RedactRule[]) =>
      api('PATCH /admin/v1/destinations/:id', { params: { id }, body: { redact: [...rules], revision } }),
    { said: (rules) => `${rules.length} redaction rules, from the next event on.` },
  )
  if (mode === 'web') return null
  return (
    <section aria-labelledby="redaction" className="panel p-4">
      <h2 id="redaction" className="mb-2 text-lg font-semibold">
        Redaction
      </h2>
      <p className="mb-3 text-muted">
        Triggers and mappings of this destination see what these rules leave. An event on which a rule fails
        becomes a dead letter.
      </p>
      <RedactRules
        key={JSON.stringify(redact)}
        of={{ destination: id }}
        saved={redact}
        isSaving={save.isPending}
        onSave={(rules) => save.mutate(rules)}
      />
    </section>
  )
}
