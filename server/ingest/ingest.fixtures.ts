import { type Source, writeKeysOf } from '../../core/configuration.ts'
import type { Entry } from '../../core/event.ts'
import { readEnvelopes } from '../log/envelope.ts'
import type { EventLog, NewEntry } from '../log/log.ts'
import { memoryLog } from '../log/memory.ts'
import { dedupeWindow } from './dedupe.ts'
import { type IngestDeps, type IngestRequest, ingest } from './ingest.ts'

export const NOW = '2026-01-02T03:04:05.678Z'
export const NOW_MS = Date.parse(NOW)
export const LIMITS = {
  event_bytes_max: 2_000,
  body_bytes_max: 20_000,
  events_max: 10,
  event_levels_max: 12,
  event_keys_max: 100,
}

const website: Source = { id: 'website', name: 'Website', kind: 'javascript', writeKey: 'website-key' }
const backend: Source = { id: 'backend', name: 'Backend', kind: 'node', writeKey: 'backend-key' }
/** Pages of two sites may send to it, and one of its two keys is disabled. */
const shop: Source = {
  id: 'shop',
  name: 'Shop',
  kind: 'javascript',
  writeKey: 'shop-key',
  olderWriteKeys: ['shop-key-old'],
  disabledWriteKeys: ['shop-key-old'],
  origins: ['https://shop.example', 'https://*.shop.example'],
}
const SOURCES = new Map(
  [website, backend, shop].flatMap((source) => writeKeysOf(source).map((key) => [key, source] as const)),
)

/** An ingest over a log in memory, with a clock that stands still and messageIds that count up. */
export function makeIngest(given: Partial<IngestDeps> = {}) {
  const log = given.log ?? memoryLog({ lanes: 1 })
  let made = 0
  const take = ingest({
    dedupe: dedupeWindow({ window_ms: 60_000, ids_max: 1_000 }),
    sourceOf: (writeKey) => SOURCES.get(writeKey),
    limits: LIMITS,
    now_ms: () => NOW_MS,
    newMessageId: () => `made-${++made}`,
    unwell: () => undefined,
    ...given,
    log,
  })
  return {
    log,
    take,
    post: (body: unknown, request: Partial<IngestRequest> = {}) => take({ ...aRequest(body), ...request }),
    /** What the log holds, in the order in which it came. */
    async entries(): Promise<readonly Entry[]> {
      const chunks = await log.read(0, { chunk: 0, index: 0 }, { count_max: 100_000, bytes_max: 1e9 })
      return chunks.flatMap(readEnvelopes).map(({ address: _, ...entry }) => entry)
    },
  }
}

/** A batch of the website, unless the request says otherwise. */
function aRequest(body: unknown): IngestRequest {
  return {
    type: undefined,
    authorization: basic('website-key'),
    contentEncoding: undefined,
    isStrict: false,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  }
}

export function basic(user: string): string {
  return `Basic ${Buffer.from(`${user}:`).toString('base64')}`
}

export function track(messageId?: string, more: object = {}) {
  return { type: 'track', userId: 'ada', event: 'Viewed', ...(messageId && { messageId }), ...more }
}

/** A call that is `levels` deep inside its properties. */
export function deepCall(messageId: string, levels: number): string {
  const deep = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
  return JSON.stringify(track(messageId)).replace(/}$/, `,"properties":${deep}}`)
}

/** A log in memory that writes an append when it is told to, or fails it. */
export function heldLog() {
  const inner = memoryLog({ lanes: 1 })
  const held: { entries: readonly NewEntry[]; write: () => Promise<void>; fail: () => void }[] = []
  const log: EventLog = {
    ...inner,
    append: (entries) =>
      new Promise((resolve, reject) => {
        held.push({
          entries,
          write: () => inner.append(entries).then(resolve),
          fail: () => reject(new Error('disk I/O error')),
        })
      }),
  }
  return { log, held }
}
