import { queryOptions } from '@tanstack/react-query'
import { type Answer, api } from '../api/api.ts'

const EVERY_MS = 3_000

export type Overview = Answer<'GET /admin/v1/destinations/:id/overview'>

export function overviewQuery(id: string) {
  return queryOptions({
    queryKey: ['overview', id],
    queryFn: ({ signal }) => api('GET /admin/v1/destinations/:id/overview', { params: { id }, signal }),
    refetchInterval: EVERY_MS,
  })
}
