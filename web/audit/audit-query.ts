import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { type Answer, api } from '../api/api.ts'
import { apiAddress } from '../api/request.ts'
import { type Filters, pick } from '../events/list-search.ts'

export type Entry = Answer<'GET /admin/v1/audit'>['entries'][number]
export const FILTERS = ['who', 'what', 'type', 'of', 'outcome', 'from', 'to'] as const
const PAGE_ROWS = 100

/** Who did what, the newest first, page by page. */
export function auditQuery(filters: Filters) {
  const query = pick(filters, FILTERS)
  return infiniteQueryOptions({
    queryKey: ['audit', query],
    queryFn: ({ pageParam, signal }) => {
      const paging = { limit: PAGE_ROWS, ...(pageParam === '' ? {} : { before: pageParam }) }
      return api('GET /admin/v1/audit', { query: { ...query, ...paging }, signal })
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
}

/** One entry, by its number: the first that is before the next. */
export function entryQuery(id: number) {
  return queryOptions({
    queryKey: ['audit entry', id],
    queryFn: async ({ signal }) => {
      const query = { before: String(id + 1), limit: 1 }
      const [entry] = (await api('GET /admin/v1/audit', { query, signal })).entries
      return entry?.id === id ? entry : null
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Where the same comes as a file. */
export function exportAddress(filters: Filters, format: 'csv' | 'ndjson'): string {
  return apiAddress('/audit/export', { ...pick(filters, FILTERS), format })
}
