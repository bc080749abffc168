import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { queries } from './queries.ts'
import { isApiError } from './request.ts'

const FRESH_MS = 2_000
const RETRIES_MAX = 2

/** What was refused for a reason stays refused; only what did not come through is asked again. */
export function makeQueryClient(): QueryClient {
  /** An admin asks it of everybody from now on: who one is says so, and the page for it is shown. */
  function onError(error: unknown): void {
    const isNeeded = isApiError(error) && error.code === 'SECOND_FACTOR_NEEDED'
    if (isNeeded) void client.invalidateQueries({ queryKey: queries.login().queryKey })
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) =>
          failures < RETRIES_MAX && (!isApiError(error) || error.status === 0 || error.status >= 500),
      },
    },
  })
  return client
}
