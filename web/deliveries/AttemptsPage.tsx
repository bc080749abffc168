import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { MaskNote } from '../events/MaskNote.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { SplitPane } from '../ui/SplitPane.tsx'
import { AttemptDetail } from './AttemptDetail.tsx'
import { AttemptFilters } from './AttemptFilters.tsx'
import { type ActionNames, AttemptTable } from './AttemptTable.tsx'
import {
  attemptsQuery,
  type Filters,
  newestQuery,
  readFilters,
  unseen,
  withNewest,
} from './attempts-query.ts'

type Props = { readonly destinationId: string; readonly actions: ActionNames }

/** What was sent to a destination: a list, and the one that is chosen from the event to the answer. */
export function AttemptsPage({ destinationId, actions }: Props): ReactElement {
  const search = useSearch({ from: '/destinations/$destinationId/deliveries' })
  const navigate = useNavigate()
  const filters = readFilters(search)
  const chosen = search['attempt']
  const go = (next: Readonly<Record<string, string>>, replace = false) =>
    void navigate({
      to: '/destinations/$destinationId/deliveries',
      params: { destinationId },
      search: next,
      replace,
    })
  const withAttempt = (attempt: string | undefined) => go({ ...filters, ...(attempt && { attempt }) }, true)
  return (
    <div className="flex flex-col gap-3">
      <MaskNote />
      <AttemptFilters actions={actions} filters={filters} onChange={(next) => go({ ...next })} />
      <SplitPane
        isListWide
        list={
          <AttemptList
            destinationId={destinationId}
            actions={actions}
            filters={filters}
            chosen={chosen}
            onChoose={withAttempt}
          />
        }
        detail={
          chosen === undefined ? undefined : (
            <AttemptDetail
              key={chosen}
              id={chosen}
              address={search['at']}
              destinationId={destinationId}
              actions={actions}
            />
          )
        }
        detailLabel="The chosen attempt"
        onBack={() => withAttempt(undefined)}
      />
    </div>
  )
}

type ListProps = Props & {
  readonly filters: Filters
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

function AttemptList({ destinationId, actions, filters, chosen, onChoose }: ListProps): ReactElement {
  const { rows, query, fresh, showFresh } = useAttempts(destinationId, filters)
  const { error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query
  if (error !== null && rows.length === 0) {
    return <ErrorState what="The deliveries" error={error} onRetry={() => void refetch()} />
  }
  if (isPending) return <Skeleton lines={8} />
  const searchedTo = query.data?.pages.at(-1)?.searched_to
  return (
    <div className="flex h-[70vh] flex-col lg:h-full">
      <p aria-live="polite" className="empty:hidden">
        {fresh.count > 0 && (
          <button
            type="button"
            className="w-full bg-accent-soft px-3 py-1 text-center text-sm font-medium text-accent hover:underline"
            onClick={showFresh}
          >
            {fresh.count}
            {fresh.isMore && ' or more'} new
          </button>
        )}
      </p>
      {rows.length === 0 && !hasNextPage ? (
        <Nothing isFiltered={Object.keys(filters).length > 0} />
      ) : (
        <AttemptTable
          actions={actions}
          rows={rows}
          chosen={chosen}
          onChoose={onChoose}
          onEnd={() => hasNextPage && !isFetchingNextPage && void fetchNextPage()}
        />
      )}
      {hasNextPage && searchedTo !== undefined && !isFetchingNextPage && (
        <button type="button" className="link p-2 text-sm" onClick={() => void fetchNextPage()}>
          Searched back to {searchedTo.slice(0, 16).replace('T', ' ')} UTC. Search further
        </button>
      )}
    </div>
  )
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }): ReactElement {
  return isFiltered ? (
    <EmptyState icon="filter" title="Nothing fits these filters">
      Take one away, or choose another time.
    </EmptyState>
  ) : (
    <EmptyState icon="clock" title="Nothing has been sent yet">
      Each request to the receiver will be here with its answer, seconds after its events come in.
    </EmptyState>
  )
}

function useAttempts(destinationId: string, filters: Filters) {
  const client = useQueryClient()
  const options = attemptsQuery(destinationId, filters)
  const query = useInfiniteQuery(options)
  const newest = useQuery(newestQuery(destinationId, filters)).data
  const rows = useMemo(() => query.data?.pages.flatMap(({ attempts }) => attempts) ?? [], [query.data])
  const fresh =
    newest === undefined || query.data === undefined
      ? { count: 0, isMore: false }
      : unseen(rows, newest.attempts)
  function showFresh(): void {
    if (newest === undefined) return
    client.setQueryData(options.queryKey, (pages) => pages && withNewest(pages, newest))
  }
  return { query, rows, fresh, showFresh }
}
