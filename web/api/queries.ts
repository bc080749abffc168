import { queryOptions } from '@tanstack/react-query'
import { api } from './api.ts'

/** How often what counts events is asked for while somebody looks at it. */
const LIVELY_MS = 3_000
const CALM_MS = 10_000
/** The catalogue changes with the version of the server. */
const CATALOGUE_FRESH_MS = 3_600_000

/** What several pages ask for, under one key each, so that they share the answer. */
export const queries = {
  /** Whether one must log in, and who one is. It changes by what is done here; else the server refuses what is asked. */
  login: () =>
    queryOptions({
      queryKey: ['login'],
      queryFn: ({ signal }) => api('GET /admin/v1/login', { signal }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  sources: () =>
    queryOptions({
      queryKey: ['sources'],
      queryFn: ({ signal }) => api('GET /admin/v1/sources', { signal }),
      refetchInterval: CALM_MS,
    }),
  source: (id: string) =>
    queryOptions({
      queryKey: ['sources', id],
      queryFn: ({ signal }) => api('GET /admin/v1/sources/:id', { params: { id }, signal }),
    }),
  destinations: () =>
    queryOptions({
      queryKey: ['destinations'],
      queryFn: ({ signal }) => api('GET /admin/v1/destinations', { signal }),
      refetchInterval: CALM_MS,
    }),
  destination: (id: string) =>
    queryOptions({
      queryKey: ['destinations', id],
      queryFn: ({ signal }) => api('GET /admin/v1/destinations/:id', { params: { id }, signal }),
    }),
  rates: () =>
    queryOptions({
      queryKey: ['rates'],
      queryFn: ({ signal }) => api('GET /admin/v1/rates', { signal }),
      refetchInterval: LIVELY_MS,
    }),
  catalogue: () =>
    queryOptions({
      queryKey: ['catalogue'],
      queryFn: ({ signal }) => api('GET /admin/v1/catalogue', { signal }),
      staleTime: CATALOGUE_FRESH_MS,
    }),
  work: () =>
    queryOptions({
      queryKey: ['work'],
      queryFn: ({ signal }) => api('GET /admin/v1/work', { signal }),
      refetchInterval: CALM_MS,
    }),
  status: () =>
    queryOptions({
      queryKey: ['status'],
      queryFn: ({ signal }) => api('GET /admin/v1/status', { signal }),
      refetchInterval: CALM_MS,
    }),
  snippets: (source: string) =>
    queryOptions({
      queryKey: ['snippets', source],
      queryFn: ({ signal }) => api('GET /admin/v1/snippets', { query: { source }, signal }),
    }),
}
