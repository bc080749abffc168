import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { QueryOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import type { RouteName } from '../api/api.ts'
import { type Answer, api } from '../api/api.ts'

const PAGE_ROWS = 50
const EVERY_MS = 3_000

export type Attempt = Answer<'GET /admin/v1/attempts'>['attempts'][number]
export type AttemptPages = InfiniteData<Answer<'GET /admin/v1/attempts'>>
type Query = Partial<QueryOf<Routes['GET /admin/v1/attempts' & RouteName]>>

/** The filters that stand in the address. */
export const FILTERS = ['outcome', 'action', 'status', 'event', 'person', 'from', 'to'] as const
export type Filters = Partial<Readonly<Record<(typeof FILTERS)[number], string>>>

export function readFilters(search: Readonly<Record<string, string>>): Filters {
  return Object.fromEntries(
    FILTERS.flatMap((name) =>
      search[name] === undefined || search[name] === '' ? [] : [[name, search[name]]],
    ),
  )
}

/** Attempts that are shown, as far as one has scrolled. What comes meanwhile is announced, not pushed in. */
export function attemptsQuery(destination: string, filters: Filters) {
  return infiniteQueryOptions({
    queryKey: ['attempts', destination, filters],
    queryFn: ({ pageParam, signal }) =>
      api('GET /admin/v1/attempts', { query: queryOf(destination, filters, pageParam), signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
}

/** The newest ones, asked for again and again. */
export function newestQuery(destination: string, filters: Filters) {
  return queryOptions({
    queryKey: ['newest attempts', destination, filters],
    queryFn: ({ signal }) =>
      api('GET /admin/v1/attempts', { query: queryOf(destination, filters, undefined), signal }),
    refetchInterval: EVERY_MS,
  })
}

function queryOf(destination: string, filters: Filters, before: string | undefined): Query {
  return { destination, limit: PAGE_ROWS, ...filters, ...(before === undefined ? {} : { before }) } as Query
}

/** How many of the newest are not shown yet; `isMore`: and perhaps others, which were not asked for. */
export function unseen(
  shown: readonly Attempt[],
  newest: readonly Attempt[],
): { readonly count: number; readonly isMore: boolean } {
  const last = Math.max(0, ...shown.map(({ id }) => id))
  const count = newest.filter(({ id }) => id > last).length
  return { count, isMore: count > 0 && count === newest.length && count >= PAGE_ROWS }
}

/** The pages with the newest in front: those that were left out between begin a new list. */
export function withNewest(pages: AttemptPages, newest: Answer<'GET /admin/v1/attempts'>): AttemptPages {
  const shown = pages.pages.flatMap(({ attempts }) => attempts)
  const { count, isMore } = unseen(shown, newest.attempts)
  if (isMore || shown.length === 0) return { pages: [newest], pageParams: [undefined] }
  if (count === 0) return pages
  const front = { attempts: newest.attempts.slice(0, count) }
  return { pages: [front, ...pages.pages], pageParams: [undefined, ...pages.pageParams] }
}
