import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useMemo, useState } from 'react'
import type { Answer, api as Api } from '../api/api.ts'
import { api } from '../api/api.ts'
import type { Entry } from './entry.ts'

const PAGE_ROWS = 100
/** So that a list stays as light as it was: who wants more narrows it, or goes on from there. */
export const ROWS_MAX = 5_000
/** Not 0: what is kept so short can be gone between the first drawing and the first request, on a slow machine. */
const LEFT_MS = 10_000
/** A search that finds nothing goes on by itself for so many steps, some seconds; then somebody is asked. */
const EMPTY_STEPS_MAX = 20

export type EventQuery = NonNullable<NonNullable<Parameters<typeof Api<'GET /admin/v1/events'>>[1]>['query']>
type Page = Answer<'GET /admin/v1/events'>

type Options = {
  readonly isEnabled?: boolean
  /** Begin before this address. */
  readonly before?: string | undefined
}

/** What came in, newest first, page by page as somebody scrolls. */
export function useEventPages(query: EventQuery, { isEnabled = true, before }: Options = {}) {
  const client = useQueryClient()
  const visit = useId()
  const [since] = useState(() => Date.now())
  // Of this visit only: a list that was left shows what is there when one comes back.
  const queryKey = ['events', query, before, visit, since]
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      api('GET /admin/v1/events', {
        query: { ...query, limit: PAGE_ROWS, ...(pageParam === undefined ? {} : { before: pageParam }) },
        signal,
      }),
    initialPageParam: before,
    getNextPageParam: (last: Page, all) => (countOf(all) >= ROWS_MAX ? undefined : last.next),
    enabled: isEnabled,
    // What has been read stays as it is: a page's rows do not move under the reader.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: LEFT_MS,
    refetchOnWindowFocus: false,
  })
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = pages
  const rows = useMemo<readonly Entry[]>(() => data?.pages.flatMap(({ events }) => events) ?? [], [data])
  const last = data?.pages.at(-1)
  const isSearching = hasNextPage && isInVain(data?.pages ?? [])
  useEffect(() => {
    if (isSearching && !isFetchingNextPage && error === null) void fetchNextPage()
  }, [isSearching, isFetchingNextPage, error, fetchNextPage])
  return {
    rows,
    error,
    isLoading: pages.isLoading,
    isLoaded: data !== undefined,
    isMoreLoading: isFetchingNextPage || isSearching,
    hasMore: hasNextPage,
    /** How far the last search came before it was stopped for now. */
    searchedTo: last?.searched_to,
    isFull: last?.next !== undefined && !hasNextPage,
    more: () => {
      if (data === undefined && error !== null) void pages.refetch()
      else if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
    },
    /** From the top. */
    again: () => void client.resetQueries({ queryKey, exact: true }),
  }
}
export type EventPages = ReturnType<typeof useEventPages>

function countOf(pages: readonly Page[]): number {
  return pages.reduce((sum, { events }) => sum + events.length, 0)
}

/** The last steps found nothing, and were not too many yet. */
function isInVain(pages: readonly Page[]): boolean {
  const steps = pages.length - 1 - pages.findLastIndex(({ events }) => events.length > 0)
  return steps > 0 && steps % EMPTY_STEPS_MAX !== 0
}
