import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { api } from '../api/api.ts'
import { undoChange } from '../api/undo-change.ts'
import { Button } from '../ui/Button.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Time } from '../ui/Time.tsx'

const PAGE_ROWS = 20
/** What the file says would come back with the next start. */
const BY_FILE = 'the configuration file'

/** Who changed what, newest first; the newest can be taken back. */
export function Changes({ of }: { readonly of: string }): ReactElement {
  const client = useQueryClient()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['changes', of],
    queryFn: ({ pageParam, signal }) =>
      api('GET /admin/v1/changes', {
        query: { of, limit: PAGE_ROWS, ...(pageParam === undefined ? {} : { before: pageParam }) },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  })
  const changes = data?.pages.flatMap((page) => page.changes) ?? []
  return (
    <section aria-labelledby="changes" className="panel p-4">
      <h2 id="changes" className="text-lg font-semibold">
        Changes
      </h2>
      {error !== null ? (
        <ErrorState what="The changes" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton />
      ) : changes.length === 0 ? (
        <p className="text-muted">Nothing has been changed since it was set up.</p>
      ) : (
        <ol className="divide-y divide-line">
          {changes.map(({ id, at, by, text, change }, index) => (
            <li key={id} className="flex items-start gap-3 py-2">
              <div className="min-w-0 flex-1">
                <p className="break-words">{text}</p>
                <p className="text-sm text-muted">
                  <Time at={at} /> by {by}
                </p>
              </div>
              {index === 0 && change === 'updated' && by !== BY_FILE && (
                <Button needs="edit" size="small" onClick={() => void undoChange(client, id)}>
                  Undo
                </Button>
              )}
            </li>
          ))}
        </ol>
      )}
      {hasNextPage && (
        <Button size="small" isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older ones
        </Button>
      )}
    </section>
  )
}
