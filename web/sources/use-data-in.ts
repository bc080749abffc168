import { useEffect, useMemo, useState } from 'react'
import { apiAddress } from '../api/request.ts'
import { useLive } from '../api/use-live.ts'
import { addressParam, type Entry, isOlder } from '../events/entry.ts'
import { type Filters, pick } from '../events/list-search.ts'
import { type EventQuery, useEventPages } from '../events/use-event-pages.ts'

/** Rows that arrived by themselves and are still shown; what is older is asked for again by scrolling. */
export const LIVE_ROWS_MAX = 500
export const DATA_IN_FILTERS = ['kind', 'type', 'event', 'q'] as const

type LiveMessage = {
  readonly type: string
  readonly entries?: readonly Entry[]
  readonly skipped?: number
}

/**
 * What comes in of a source: rows as they arrive, and below them what is older. The older ones are asked for once the
 * stream has begun, so that nothing falls between the two; when more arrives than is kept, they are let go, and asked
 * for anew from the oldest row that is left.
 */
export function useDataIn(sourceId: string, filters: Filters) {
  const { kind, ...asked } = pick(filters, DATA_IN_FILTERS)
  const live = useLive<Entry>(apiAddress('live', { source: sourceId, kinds: kind, ...asked }), {
    rows_max: LIVE_ROWS_MAX,
    read: readLive,
  })
  const list = JSON.stringify([sourceId, kind, asked])
  const [anchor, setAnchor] = useState<{ readonly list: string; readonly before: string }>()
  const before = anchor?.list === list ? anchor.before : undefined
  const isOverflowing = live.rows.length >= LIVE_ROWS_MAX
  const query = { ...asked, source: sourceId, ...(kind === undefined ? {} : { kind }) } as EventQuery
  const older = useEventPages(query, {
    // Where the stream cannot be opened, what is there can still be read.
    isEnabled: (live.isBegun || live.state === 'reconnecting') && (!isOverflowing || before !== undefined),
    before,
  })
  const oldest = live.rows.at(-1)
  const fitsBelow = !isOverflowing || (oldest !== undefined && before === addressParam(oldest))
  const isHeld = live.state === 'paused'
  const begin = oldest === undefined ? undefined : addressParam(oldest)
  // What was on its way when the rows were held has moved the oldest one since.
  useEffect(() => {
    if (isHeld && !fitsBelow && before !== undefined && begin !== undefined)
      setAnchor({ list, before: begin })
  }, [isHeld, fitsBelow, before, begin, list])
  const rows = useMemo(() => {
    if (!fitsBelow) return live.rows
    const below = oldest === undefined ? older.rows : older.rows.filter((row) => isOlder(row, oldest))
    return [...live.rows, ...below]
  }, [live.rows, older.rows, oldest, fitsBelow])

  function onEnd(): void {
    if (fitsBelow) older.more()
    else if (begin !== undefined) setAnchor({ list, before: begin })
  }
  return { live, older, rows, onEnd }
}

/** The rows of a message of the live stream; undefined for one that only says that the stream is there. */
export function readLive(
  data: unknown,
): { readonly rows: readonly Entry[]; readonly skipped: number } | undefined {
  const { type, entries = [], skipped = 0 } = data as LiveMessage
  return type === 'entries' ? { rows: entries, skipped } : undefined
}
