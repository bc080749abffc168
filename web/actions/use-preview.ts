import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { JsonObject } from '../../core/event.ts'
import { type Answer, api } from '../api/api.ts'
import { useSeesPersonal } from '../api/use-may.ts'
import { useDebounced } from '../ui/use-debounced.ts'
import { type Draft, draftOf, type SavedAction } from './logic/draft.ts'
import type { TrialCounts } from './logic/trial-words.ts'
import type { Sample } from './use-samples.ts'

const SETTLED_MS = 250
const TRIAL_SETTLED_MS = 900
const TRIED_MAX = 1_000

export type Explained = Extract<Answer<'POST /admin/v1/explain'>, { event: unknown }>['explanations'][number]
export type TrialAnswer = Answer<'POST /admin/v1/trials'> & { readonly counts: TrialCounts }

type Asked = {
  readonly destination: string
  readonly saved: SavedAction
  /** The last draft whose code could be read. */
  readonly draft: Draft
  readonly sample: Sample | undefined
}

/** What the sample becomes under the draft and under the saved action. The last answer wins, whatever order they come in. */
export function usePreview({ destination, saved, draft, sample }: Asked) {
  const after = useExplained(destination, saved, useDebounced(draft, SETTLED_MS), sample)
  const before = useExplained(destination, saved, draftOf(saved), sample)
  return { after, before }
}

function useExplained(
  destination: string,
  { id, action }: SavedAction,
  { trigger, transform, mapping }: Draft,
  sample: Sample | undefined,
) {
  const of = sampleBody(sample)
  // Of a real event a trigger of one's own would tell what is in it; a call that was pasted is the person's own.
  const mayAsk = useSeesPersonal() || sample?.kind === 'pasted'
  return useQuery({
    queryKey: ['explain', destination, id, trigger, transform, mapping, of],
    queryFn: ({ signal }) =>
      api('POST /admin/v1/explain', {
        body: { destination, action: { action, id, trigger, transform, mapping }, ...of },
        signal,
      }),
    enabled: of !== undefined && mayAsk,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

function sampleBody(sample: Sample | undefined) {
  switch (sample?.kind) {
    case undefined:
      return undefined
    case 'log':
      return { address: sample.address, source: sample.sourceId }
    case 'address':
      return { address: sample.address }
    case 'pasted':
      return { event: sample.call as JsonObject }
  }
}

/** What the last real events would have become, asked for a while after the last change, or at once by `now`. */
export function useTrial(destination: string, saved: SavedAction, draft: Draft, isChanged: boolean) {
  const waiting = useDebounced(draft, TRIAL_SETTLED_MS)
  const mayAsk = useSeesPersonal()
  const asked = useMemo(() => {
    const { trigger, transform, mapping } = waiting
    return { trigger, transform, mapping }
  }, [waiting])
  return useQuery({
    queryKey: ['trials', destination, saved, asked],
    queryFn: ({ signal }): Promise<TrialAnswer> =>
      api('POST /admin/v1/trials', {
        body: {
          destination,
          action: { action: saved.action, id: saved.id, ...asked },
          events_max: TRIED_MAX,
        },
        signal,
      }),
    enabled: isChanged && mayAsk,
    placeholderData: keepPreviousData,
  })
}
