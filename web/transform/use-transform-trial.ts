import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Answer, api } from '../api/api.ts'
import { useDebounced } from '../ui/use-debounced.ts'

const SETTLED_MS = 400
const EVENTS_MAX = 10

export type TransformTrialAnswer = Answer<'POST /admin/v1/transforms/trial'>
export type TriedEvent = TransformTrialAnswer['results'][number]

/** What the text makes of the newest events of these sources, asked for a while after the last change of it. */
export function useTransformTrial(text: string, sources: readonly string[]) {
  const settled = useDebounced(text, SETTLED_MS)
  const query = useQuery({
    queryKey: ['transform trial', sources, settled],
    queryFn: ({ signal }) =>
      api('POST /admin/v1/transforms/trial', {
        body: { text: settled, sources: [...sources], limit: EVENTS_MAX },
        signal,
      }),
    enabled: settled.trim() !== '',
    placeholderData: keepPreviousData,
  })
  return { ...query, isBehind: settled !== text || query.isPlaceholderData }
}
