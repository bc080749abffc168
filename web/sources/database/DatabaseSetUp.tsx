import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, type ReactElement, useState } from 'react'
import type { PlacedProblem } from '../../../core/errors.ts'
import type { SqlKind, SqlSettings } from '../../../core/sql/settings.ts'
import { type Answer, api } from '../../api/api.ts'
import { isApiError } from '../../api/request.ts'
import { useSaved } from '../../api/use-saved.ts'
import { Button } from '../../ui/Button.tsx'
import { buttonClass } from '../../ui/button-class.ts'
import { useZone } from '../../ui/zone.ts'
import { CallPart } from './CallPart.tsx'
import { ConnectionPart } from './ConnectionPart.tsx'
import { byPlace, type Draft, draftOf, problemsOf, sqlOf } from './draft.ts'
import { failureText } from './failure-text.ts'
import type { FormPart } from './form.ts'
import { PreviewPart } from './PreviewPart.tsx'
import { QueryPart } from './QueryPart.tsx'
import { SchedulePart } from './SchedulePart.tsx'

type Source = Answer<'GET /admin/v1/sources/:id'>
type Props = { readonly source: Source; readonly kind: SqlKind }

/** How a database is read: tried before it is saved. */
export function DatabaseSetUp({ source, kind }: Props): ReactElement {
  const form = useForm(source, kind)
  const { draft, part, save, isNew, isChanged } = form
  const params = { id: source.id }
  const preview = useMutation({
    mutationFn: (tried: Draft) =>
      api('POST /admin/v1/sources/:id/sql/preview', { params, body: { sql: sqlOf(tried, kind) } }),
  })
  return (
    <form onSubmit={form.submit} noValidate className="flex max-w-5xl flex-col gap-4">
      <ConnectionPart {...part} sourceId={source.id} />
      <QueryPart {...part} />
      <CallPart {...part} />
      <PreviewPart
        data={preview.data}
        error={preview.error}
        isBusy={preview.isPending}
        isOld={preview.variables !== undefined && preview.variables !== draft}
        onPreview={() => {
          form.tell()
          if (form.isGood) preview.mutate(draft)
        }}
      />
      <SchedulePart {...part} />
      <div className="sticky bottom-0 flex flex-wrap items-center gap-3 border-t border-line bg-page py-3">
        <Button needs="edit" type="submit" look="primary" isBusy={save.isPending} disabled={!isChanged}>
          Save
        </Button>
        {!isNew && (
          <Link
            to="/sources/$sourceId/runs"
            params={{ sourceId: source.id }}
            className={buttonClass('normal')}
          >
            Runs
          </Link>
        )}
        <p role="status" className="text-bad">
          {form.toldCount > 0 && `${form.toldCount} to be mended above.`}
          {save.error !== null && failureText(save.error)}
        </p>
      </div>
    </form>
  )
}

function useForm(source: Source, kind: SqlKind) {
  const stored = source.sql as SqlSettings | undefined
  const zone = useZone() ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const [draft, setDraft] = useState<Draft>(() => draftOf(stored, kind, zone))
  const [isTold, setTold] = useState(stored !== undefined)
  const save = useSaved(
    (sql: SqlSettings) =>
      api('PATCH /admin/v1/sources/:id', {
        params: { id: source.id },
        body: { sql, revision: source.revision },
      }),
    { said: () => `${source.name} is read as it says here.` },
  )
  const problems = problemsOf(draft, kind)
  const ofServer = isApiError(save.error) ? save.error.details['problems'] : undefined
  const refused = Array.isArray(ofServer) ? byPlace(ofServer as readonly PlacedProblem[]) : {}
  const isGood = Object.keys(problems).length === 0
  const part: FormPart = {
    ...{ kind, draft },
    change(change) {
      setDraft((before) => ({ ...before, ...change }))
      if (save.error !== null) save.reset()
    },
    problem: (at) => (isTold ? (problems[at] ?? refused[at]) : undefined),
  }
  return {
    ...{ draft, part, save, isGood },
    isNew: stored === undefined,
    isChanged: JSON.stringify(sqlOf(draft, kind)) !== JSON.stringify(stored ?? {}),
    toldCount: isTold ? Object.keys(problems).length : 0,
    /** From now on what is wrong is said. */
    tell: () => setTold(true),
    submit(event: FormEvent): void {
      event.preventDefault()
      setTold(true)
      if (isGood && !save.isPending) save.mutate(sqlOf(draft, kind) as unknown as SqlSettings)
    },
  }
}
