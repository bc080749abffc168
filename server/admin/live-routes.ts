import type { ServerResponse } from 'node:http'
import { AppError } from '../../core/errors.ts'
import type { Entry } from '../../core/event.ts'
import type { LogReader } from '../log/log.ts'
import type { LiveFilter, LivePlace } from '../lookup/live.ts'
import type { Lookups } from '../lookup/lookups.ts'
import { readAddress } from '../lookup/shown.ts'
import { invalid } from './request.ts'
import type { AdminRouter, Asked } from './router.ts'

/** Entries a second to one page: more than a person reads, and more can be left out than shown. */
export const LIVE_PER_SECOND = 100
/** A page asks for what is new this often at most. */
const PULL_EVERY_MS = 100
/** Proxies and browsers give a quiet connection up after a minute or so. */
const BEAT_EVERY_MS = 15_000
/** Each asks the lookups' thread ten times a second. */
export const LIVE_CLIENTS_MAX = 20
const KINDS = ['event', 'refused', 'duplicate'] as const

export type LiveDeps = {
  readonly log: Pick<LogReader, 'onAppend'>
  readonly lookups: Pick<Lookups, 'live'>
  readonly clock_ms: () => number
  /** Waits, until the signal fires at most. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}
type Query = Asked<'GET /admin/v1/live'>['query']

/**
 * New entries as server-sent events. A page is told what it can take: nothing is asked for while it has not taken the last
 * ones, so a slow one costs no memory, and is told how much it missed. The events' ids are places in the log, so a page that
 * was cut off goes on where it was.
 */
export function liveRoutes({ on }: AdminRouter, deps: LiveDeps) {
  const open = new Set<AbortController>()

  on('GET /admin/v1/live', async ({ query, who, request, reply, shown }) => {
    const filter = readFilter(query)
    const from = readPlace(request.headers['last-event-id'])
    if (open.size >= LIVE_CLIENTS_MAX) throw new AppError('LIVE_TOO_MANY', { most: LIVE_CLIENTS_MAX })
    const end = new AbortController()
    open.add(end)
    reply.hijack()
    const { raw } = reply
    raw.on('close', () => end.abort())
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // Some proxies gather what they pass on.
      'x-accel-buffering': 'no',
    })
    try {
      await stream(deps, raw, { filter, from, shown, holds: who.holds }, end.signal)
    } finally {
      open.delete(end)
      raw.end()
    }
    return undefined
  })

  return {
    /** Ends every stream: a server that stops waits for what is open. */
    stop(): void {
      for (const end of open) end.abort()
    },
  }
}

type Begin = {
  readonly filter: LiveFilter
  readonly from: LivePlace | undefined
  /** What of an event they may see. */
  readonly shown: (data: object) => object
  /** Whether whoever asked may still see it. */
  readonly holds: (() => Promise<boolean>) | undefined
}

async function stream(deps: LiveDeps, raw: ServerResponse, begin: Begin, end: AbortSignal): Promise<void> {
  const { lookups, clock_ms, wait } = deps
  const { filter } = begin
  const growth = growthOf(deps)
  const allowance = allowanceOf(clock_ms)
  let place = begin.from ?? (await lookups.live({ from: undefined, filter, count_max: 0 })).place
  let written_ms = clock_ms()
  const mayGoOn = askedEvery(BEAT_EVERY_MS, clock_ms, begin.holds)
  const tell = async (data: object) => {
    await write(raw, begin.shown(data), place, end)
    written_ms = clock_ms()
  }
  await tell({ type: 'beat' })
  while (!end.aborted && (await mayGoOn())) {
    const seen = growth.version()
    const { entries, skipped, ...next } = await lookups.live({
      from: place,
      filter,
      count_max: allowance.left(),
    })
    const isAtEnd = next.place.chunk === place.chunk
    place = next.place
    allowance.take(entries.length)
    if (entries.length > 0 || skipped > 0) await tell({ type: 'entries', entries, skipped })
    else if (clock_ms() - written_ms >= BEAT_EVERY_MS) await tell({ type: 'beat' })
    await wait(PULL_EVERY_MS, end)
    if (isAtEnd) await growth.since(seen, BEAT_EVERY_MS, end)
  }
  growth.stop()
}

/** Asks again after so long: who is logged out sees no more then. */
function askedEvery(ms: number, clock_ms: () => number, holds: Begin['holds']): () => Promise<boolean> {
  let asked_ms = clock_ms()
  return async () => {
    if (holds === undefined || clock_ms() - asked_ms < ms) return true
    asked_ms = clock_ms()
    return holds()
  }
}

/** How many entries may go out now: a second's worth at once, and as many a second in the long run. */
function allowanceOf(clock_ms: () => number) {
  let [left, at_ms] = [LIVE_PER_SECOND, clock_ms()]
  return {
    left(): number {
      const now_ms = clock_ms()
      left = Math.min(LIVE_PER_SECOND, left + ((now_ms - at_ms) * LIVE_PER_SECOND) / 1_000)
      at_ms = now_ms
      return Math.floor(left)
    },
    take(count: number): void {
      left -= count
    },
  }
}

/** Resolves when the page has taken it, or is gone. */
function write(
  raw: ServerResponse,
  data: object,
  place: LivePlace | undefined,
  end: AbortSignal,
): Promise<void> {
  const id = place === undefined ? '' : `id: 0-${place.chunk}-${place.index}\n`
  if (end.aborted || raw.write(`${id}data: ${JSON.stringify(data)}\n\n`)) return Promise.resolve()
  return new Promise((resolve) => {
    const go = () => {
      raw.off('drain', go)
      end.removeEventListener('abort', go)
      resolve()
    }
    raw.on('drain', go)
    end.addEventListener('abort', go, { once: true })
  })
}

/** Whether the log has grown. */
function growthOf({ log, wait }: LiveDeps) {
  let version = 0
  let wake = () => {}
  const stop = log.onAppend(() => {
    version += 1
    wake()
  })
  return {
    stop,
    version: () => version,
    /** Resolves when it has, or after this time. */
    async since(seen: number, ms: number, end: AbortSignal): Promise<void> {
      if (version !== seen || end.aborted) return
      const grown = new AbortController()
      wake = () => grown.abort()
      await wait(ms, AbortSignal.any([end, grown.signal]))
    },
  }
}

/** @throws {AppError} QUERY_INVALID */
function readFilter({ source, kinds, type, event, q }: Query): LiveFilter {
  const wanted = kinds?.split(',').map((kind) => readKind(kind.trim()))
  return {
    ...(source === undefined ? {} : { sourceId: source }),
    ...(wanted === undefined ? {} : { kinds: wanted }),
    ...(type === undefined ? {} : { type }),
    ...(event === undefined ? {} : { name: event }),
    ...(q === undefined || q === '' ? {} : { text: q }),
  }
}

function readKind(text: string): Entry['kind'] {
  const kind = KINDS.find((known) => known === text)
  if (kind === undefined) throw invalid('kinds', `must be of ${KINDS.join(', ')}`)
  return kind
}

/** What an event's id says: everything before it has been looked at. */
function readPlace(id: string | readonly string[] | undefined): LivePlace | undefined {
  if (typeof id !== 'string' || id === '') return undefined
  const { chunk, index } = readAddress('last-event-id', id)
  return { chunk, index }
}
