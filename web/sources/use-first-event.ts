import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/api.ts'
import { apiAddress } from '../api/request.ts'
import { useLive } from '../api/use-live.ts'
import type { Entry } from '../events/entry.ts'
import { firstShown } from './first-shown.ts'
import { readLive } from './use-data-in.ts'

/** How often one asks where the stream cannot be had. */
const LOOK_EVERY_MS = 1_000
export const LOOK_AT_MAX = 20

/**
 * What a source sent: of what is there already the newest, until something comes; then that one, which stays while more
 * comes. `count` is how many came after it; `showNewest` takes the newest of them.
 */
export function useFirstEvent(sourceId: string) {
  const live = useLive<Entry>(apiAddress('live', { source: sourceId }), {
    rows_max: LOOK_AT_MAX,
    read: readLive,
  })
  const isLost = live.state === 'reconnecting'
  const { data, error } = useQuery({
    queryKey: ['first-event', sourceId],
    queryFn: ({ signal }) =>
      api('GET /admin/v1/events', { query: { source: sourceId, limit: LOOK_AT_MAX }, signal }),
    // Once the stream has begun: nothing falls between the two.
    enabled: live.isBegun || isLost,
    refetchInterval: isLost ? LOOK_EVERY_MS : false,
  })
  const [kept, keep] = useState<Entry>()
  const { entry, arrived, count } = firstShown(live.rows, data?.events ?? [], kept)
  if (arrived !== undefined && arrived !== kept) keep(arrived)
  return { entry, count, error, showNewest: () => keep(live.rows[0]) }
}
