import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { api } from '../../api/api.ts'
import { undoChange } from '../../api/undo-change.ts'
import { Button } from '../../ui/Button.tsx'
import { errorText } from '../../ui/ErrorState.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Time } from '../../ui/Time.tsx'
import { Part } from './Part.tsx'

const SHOWN_MAX = 20

/** Who changed what of the source, newest first. The newest can be undone. */
export function SourceChanges({ sourceId }: { readonly sourceId: string }): ReactElement {
  const { data, error } = useQuery({
    queryKey: ['changes', sourceId],
    queryFn: ({ signal }) =>
      api('GET /admin/v1/changes', { query: { of: sourceId, limit: SHOWN_MAX }, signal }),
  })
  const client = useQueryClient()
  const undo = useMutation({ mutationFn: (change: number) => undoChange(client, change) })
  return (
    <Part title="Changes">
      {error !== null ? (
        <p className="text-bad">{errorText(error)}</p>
      ) : data === undefined ? (
        <p className="text-muted">Loading…</p>
      ) : data.changes.length === 0 ? (
        <p className="text-muted">None that is known.</p>
      ) : (
        <ol className="flex flex-col">
          {data.changes.map(({ id, at, by, text, change }, index) => (
            <li
              key={id}
              className="flex flex-wrap items-center gap-x-3 border-b border-line py-1.5 last:border-b-0"
            >
              <span className="min-w-0 flex-1">{text}</span>
              <span className="text-sm text-muted">
                {by}, <Time at={at} />
              </span>
              {index === 0 && change === 'updated' && (
                <Button
                  needs="edit"
                  look="quiet"
                  size="small"
                  isBusy={undo.isPending}
                  onClick={() => undo.mutate(id)}
                >
                  <Icon name="undo" /> Undo
                </Button>
              )}
            </li>
          ))}
        </ol>
      )}
    </Part>
  )
}
