import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { api } from '../api/api.ts'
import { errorText } from '../ui/ErrorState.tsx'
import { insideHit, nothingText, type ShownHit, showHit } from './search-hits.ts'

const FRESH_MS = 5_000

export const searchQuery = (asked: string) =>
  queryOptions({
    queryKey: ['search', asked],
    queryFn: ({ signal }) => api('GET /admin/v1/search', { query: { q: asked }, signal }),
    enabled: asked !== '',
    retry: false,
    staleTime: FRESH_MS,
  })

export type Hits = {
  readonly hits: readonly ShownHit[]
  /** For those who cannot see the list, and below it. */
  readonly said: string
  /** They are those of this very text, not of what was typed before. */
  readonly isOfThis: boolean
}

/** What was found so far for a text that is being typed. */
export function useHits(asked: string, isOpen: boolean): Hits {
  const { data, error, isPlaceholderData } = useQuery({
    ...searchQuery(asked),
    enabled: isOpen && asked !== '',
    placeholderData: keepPreviousData,
  })
  if (asked === '') return { hits: [], said: '', isOfThis: false }
  const found = (data?.hits ?? []).map(showHit)
  const isOfThis = data !== undefined && !isPlaceholderData
  return {
    hits: [...found, insideHit(asked)],
    said: saidOf({ asked, found: found.length, isOfThis, error }),
    isOfThis,
  }
}

type Said = {
  readonly asked: string
  readonly found: number
  readonly isOfThis: boolean
  readonly error: Error | null
}

function saidOf({ asked, found, isOfThis, error }: Said): string {
  if (error !== null) return errorText(error)
  if (!isOfThis) return 'Looking…'
  if (found === 0) return nothingText(asked)
  return `${found} found. Arrows choose, Enter opens.`
}
