import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Json, SpecEvent } from '../../core/event.ts'
import { pathKeys, printPath } from '../../core/path.ts'
import { type Answer, api } from '../api/api.ts'
import { useSeesPersonal } from '../api/use-may.ts'
import { useDebounced } from '../ui/use-debounced.ts'
import { joinPaths, type SeenPath, seenPaths } from './logic/paths.ts'

const SAMPLES_MAX = 20
const RECENT_MAX = 100
export const COUNTED_MAX = 1_000
const TRIGGER_SETTLED_MS = 300

export type LogSample = Answer<'POST /admin/v1/samples'>['events'][number]
/** The event that is looked at: one of the log, or a call that was pasted. */
export type Sample =
  | ({ readonly kind: 'log' } & LogSample)
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'pasted'; readonly call: Json }

/** Real events: those that the trigger matches, the newest of all, and the one that is looked at. */
export function useSamples(sources: readonly string[], trigger: string, isRight: boolean, address?: string) {
  const given = sources.length === 0 ? {} : { sources: [...sources] }
  const [right, setRight] = useState(trigger)
  if (isRight && right !== trigger) setRight(trigger)
  const asked = useDebounced(right, TRIGGER_SETTLED_MS)
  // How many events a condition of one's own matches would tell what is in them.
  const mayAsk = useSeesPersonal()
  const matching = useQuery({
    queryKey: ['samples', given, asked],
    queryFn: ({ signal }) =>
      api('POST /admin/v1/samples', {
        body: { ...given, trigger: asked, limit: SAMPLES_MAX, counted_max: COUNTED_MAX },
        signal,
      }),
    enabled: mayAsk,
    placeholderData: keepPreviousData,
  })
  const recent = useQuery({
    queryKey: ['samples', given, 'recent'],
    queryFn: ({ signal }) => api('POST /admin/v1/samples', { body: { ...given, limit: RECENT_MAX }, signal }),
  })
  const [pasted, setPasted] = useState<Json>()
  const events = useMemo(() => matching.data?.events ?? [], [matching.data])
  const all = useMemo(() => recent.data?.events ?? [], [recent.data])
  const found = [...events, ...all].find((one) => one.address === address)
  const first = events[0] ?? all[0]
  const sample = useMemo((): Sample | undefined => {
    if (pasted !== undefined) return { kind: 'pasted', call: pasted }
    if (address !== undefined && found === undefined) return { kind: 'address', address }
    const shown = found ?? first
    return shown === undefined ? undefined : { kind: 'log', ...shown }
  }, [pasted, address, found, first])
  return {
    sample,
    /** Those to step through: that match, or the newest ones when none does. */
    list: events.length > 0 ? events : all,
    matching: matching.data,
    isMatching: events.length > 0,
    isCounting: matching.isPlaceholderData,
    isLoading: (mayAsk && matching.isPending) || recent.isPending,
    error: matching.error ?? recent.error,
    paste: setPasted,
    paths: usePaths(
      useMemo(() => [...events, ...all].map(({ event }) => event), [events, all]),
      sample,
    ),
  }
}

function usePaths(events: readonly SpecEvent[], sample: Sample | undefined): readonly SeenPath[] {
  const event = sample?.kind === 'log' ? sample.event : undefined
  const source = sample?.kind === 'log' ? sample.sourceId : ''
  const name = event === undefined ? '' : nameOf(event)
  const type = event?.type
  // Not there yet, or nothing known of it: what the events themselves show is enough.
  const { data } = useQuery({
    queryKey: ['sources', source, 'schema', name, type],
    queryFn: ({ signal }) =>
      api('GET /admin/v1/sources/:id/schema', {
        params: { id: source },
        query: { ...(name === '' ? {} : { event: name }), ...(type === undefined ? {} : { type }) },
        signal,
      }),
    enabled: source !== '',
    retry: false,
  })
  return useMemo(() => {
    const known = (data?.events ?? []).flatMap(({ properties = [] }) =>
      properties.map(
        ({ path, count, types, examples }): SeenPath => ({
          path: printPath(pathKeys(path)),
          count,
          types: new Set(Object.keys(types)),
          examples: examples as readonly Json[],
        }),
      ),
    )
    return joinPaths(seenPaths(events), known)
  }, [events, data])
}

/** The name of a track event, page or screen; empty when it has none. */
export function nameOf(event: SpecEvent): string {
  if (event.type === 'track') return event.event
  return 'name' in event && typeof event.name === 'string' ? event.name : ''
}
