import { QueryClient } from '@tanstack/react-query'
import { isApiError } from './request.ts'

const FRESH_MS = 2_000
const RETRIES_MAX = 2

/** What was refused for a reason stays refused; only what did not come through is asked again. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) =>
          failures < RETRIES_MAX && (!isApiError(error) || error.status === 0 || error.status >= 500),
      },
    },
  })
}
