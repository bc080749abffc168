import { queryOptions } from '@tanstack/react-query'
import { api } from '../api/api.ts'

/** How often what is found is asked for while somebody looks at it. */
const LOOK_EVERY_MS = 10_000

/** What pages ask about tracking plans, under one key each. */
export const planQueries = {
  plans: () =>
    queryOptions({
      queryKey: ['tracking-plans'],
      queryFn: ({ signal }) => api('GET /admin/v1/tracking-plans', { signal }),
    }),
  plan: (id: string) =>
    queryOptions({
      queryKey: ['tracking-plans', id],
      queryFn: ({ signal }) => api('GET /admin/v1/tracking-plans/:id', { params: { id }, signal }),
    }),
  versions: (id: string) =>
    queryOptions({
      queryKey: ['tracking-plans', id, 'versions'],
      queryFn: ({ signal }) => api('GET /admin/v1/tracking-plans/:id/versions', { params: { id }, signal }),
    }),
  version: (id: string, version: number) =>
    queryOptions({
      queryKey: ['tracking-plans', id, 'versions', version],
      queryFn: ({ signal }) =>
        api('GET /admin/v1/tracking-plans/:id/versions/:version', {
          params: { id, version: String(version) },
          signal,
        }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  types: (id: string) =>
    queryOptions({
      queryKey: ['tracking-plans', id, 'types'],
      queryFn: ({ signal }) => api('GET /admin/v1/tracking-plans/:id/types', { params: { id }, signal }),
    }),
  findings: (source: string) =>
    queryOptions({
      queryKey: ['plan-findings', source],
      queryFn: ({ signal }) =>
        api('GET /admin/v1/sources/:id/plan-findings', { params: { id: source }, query: {}, signal }),
      refetchInterval: LOOK_EVERY_MS,
    }),
}
