import type { Address, CallType, Entry, Envelope } from '../../core/event.ts'
import { nameOf } from '../../core/event-name.ts'
import type { EventIndexReader } from '../event-index/index-file.ts'
import { type Key, keyHash, messageIdOf } from '../event-index/keys.ts'
import { readEnvelope, readEnvelopes } from '../log/envelope.ts'
import type { Chunk, LogReader } from '../log/log.ts'
import { chunkAt } from './chunk-at.ts'
import type { CopyFinder } from './copy-finder.ts'
import { indexedChunks } from './indexed-chunks.ts'

/** A search stops after this long, says how far it came, and goes on when it is asked to. */
export const SEARCH_MS_MAX = 150
/** Chunks read at once where no index says which. */
const NEWEST_CHUNKS = 64
/** An entry is in the log so long after it came in at most, unless a clock was set. */
const APPEND_MS_MAX = 60_000

export type EventFilter = {
  readonly sourceId?: string
  readonly kind?: Entry['kind']
  readonly type?: CallType
  /** A track call's event, a page's or screen's name. */
  readonly name?: string
  /** A userId or an anonymousId. */
  readonly person?: string
  readonly messageId?: string
  /** Stands somewhere in the entry, in whatever case. */
  readonly text?: string
  /** Received at or after. */
  readonly from_ms?: number
  /** Received before. */
  readonly to_ms?: number
}
export type EventPage = { readonly before?: Address; readonly count_max: number }
export type Found = {
  /** Newest first. */
  readonly envelopes: readonly Envelope[]
  /** There may be more: `before` of the next page. */
  readonly next?: Address
  /** The search stopped there because it took too long. */
  readonly searchedTo_ms?: number
}
export type FindDeps = {
  readonly log: LogReader
  readonly index: EventIndexReader
  /** An event as it is shown: a duplicate, where it is a copy. Left out: copies are not in the log. */
  readonly shownAs?: CopyFinder | undefined
  /** A clock for how long things take. */
  readonly clock_ms: () => number
}

/**
 * Finds entries, newest first. The index names chunks that may hold some; what is not indexed yet is read through; and
 * every entry is looked at in the log itself, so a hash that two things share shows nothing wrong.
 */
export async function findEvents(deps: FindDeps, filter: EventFilter, page: EventPage): Promise<Found> {
  const { before, count_max } = page
  const { log, clock_ms, shownAs = asItIs } = deps
  const range = await chunkRange(log, filter, before)
  const fits = matcher(filter)
  const needles = needlesOf(filter)
  const until_ms = clock_ms() + SEARCH_MS_MAX
  const envelopes: Envelope[] = []
  for await (const chunk of candidates(deps, keysOf(filter), range)) {
    if (needles.every((needle) => chunk.text.includes(needle))) {
      for (const envelope of readEnvelopes(chunk).toReversed()) {
        if (!fits(envelope) || !isBefore(envelope.address, before)) continue
        const shown = await shownAs(envelope)
        if (shown !== envelope && !fits(shown)) continue
        // One more than asked for: there is a next page.
        if (envelopes.length === count_max) return { envelopes, next: envelopes.at(-1)?.address as Address }
        envelopes.push(shown)
      }
    }
    if (clock_ms() < until_ms) continue
    const { lane, chunk: number, at_ms } = chunk
    return { envelopes, next: { lane, chunk: number, index: 0 }, searchedTo_ms: at_ms }
  }
  return { envelopes }
}

const asItIs: CopyFinder = async (envelope) => envelope

/** The entry at an address, while the log has it. */
export async function entryAt(log: LogReader, address: Address): Promise<Envelope | undefined> {
  const chunk = await chunkAt(log, address.chunk)
  return chunk?.lane === address.lane ? readEnvelope(chunk, address.index) : undefined
}

type ChunkRange = { readonly from: number; readonly to: number }

async function chunkRange(
  log: LogReader,
  { from_ms, to_ms }: EventFilter,
  before: Address | undefined,
): Promise<ChunkRange> {
  const from = from_ms === undefined ? 0 : await log.firstAt(from_ms)
  const to = to_ms === undefined ? Number.MAX_SAFE_INTEGER : await log.firstAt(to_ms + APPEND_MS_MAX)
  return { from, to: Math.min(to, (before?.chunk ?? Number.MAX_SAFE_INTEGER - 1) + 1) }
}

/** Chunks that may hold what has all these keys, newest first. */
async function* candidates(
  { log, index }: FindDeps,
  keys: readonly Key[],
  { from, to }: ChunkRange,
): AsyncGenerator<Chunk> {
  const indexedTo = keys.length === 0 ? 0 : index.state().cursor
  for (let before = to; before > Math.max(from, indexedTo + 1); ) {
    const chunks = await log.newest(NEWEST_CHUNKS, before)
    for (const chunk of chunks) {
      if (chunk.chunk < from || chunk.chunk <= indexedTo) break
      yield chunk
    }
    before = chunks.at(-1)?.chunk ?? 0
  }
  if (keys.length === 0) return
  const hashes = keys.map((key) => keyHash(key, log.seed))
  for (const chunk of indexedChunks(index, hashes, { from, to: Math.min(to, indexedTo + 1) })) {
    const found = await chunkAt(log, chunk)
    if (found !== undefined) yield found
  }
}

function keysOf({ sourceId, kind, type, name, person, messageId }: EventFilter): readonly Key[] {
  const keys: Key[] = []
  if (messageId !== undefined) keys.push({ kind: 'messageId', value: messageId })
  if (person !== undefined) keys.push({ kind: 'person', value: person })
  if (name !== undefined) keys.push({ kind: 'name', value: name })
  if (kind !== undefined && kind !== 'event') keys.push({ kind: 'kind', value: kind })
  if (type !== undefined) keys.push({ kind: 'type', value: type })
  if (sourceId !== undefined) keys.push({ kind: 'source', value: sourceId })
  return keys
}

/** Texts that stand in every chunk that holds something: quicker to look for than to parse it. */
function needlesOf({ messageId, person, name }: EventFilter): readonly string[] {
  return [messageId, person, name].flatMap((value) => (value === undefined ? [] : [JSON.stringify(value)]))
}

export function matcher(filter: EventFilter): (entry: Entry) => boolean {
  const { sourceId, kind, type, name, person, messageId, text, from_ms, to_ms } = filter
  const wanted = text?.toLowerCase()
  const isOfEvent = name !== undefined || person !== undefined
  const [from, to] = [from_ms, to_ms].map((ms) => (ms === undefined ? undefined : new Date(ms).toISOString()))
  return function fits(entry) {
    if (sourceId !== undefined && entry.sourceId !== sourceId) return false
    if (kind !== undefined && entry.kind !== kind) return false
    if (messageId !== undefined && messageIdOf(entry) !== messageId) return false
    // Both are ISO 8601 in UTC with milliseconds, so they compare as texts.
    if (from !== undefined && entry.receivedAt < from) return false
    if (to !== undefined && entry.receivedAt >= to) return false
    if (type !== undefined && typeOf(entry) !== type) return false
    if (wanted !== undefined && !JSON.stringify(entry).toLowerCase().includes(wanted)) return false
    if (!isOfEvent) return true
    if (entry.kind !== 'event') return false
    const { userId, anonymousId } = entry.event
    if (person !== undefined && person !== userId && person !== anonymousId) return false
    return name === undefined || nameOf(entry.event) === name
  }
}

function typeOf(entry: Entry): string | undefined {
  switch (entry.kind) {
    case 'event':
      return entry.event.type
    case 'refused':
      return entry.refusal.type
    case 'duplicate':
    case 'erased':
      return undefined
  }
}

function isBefore({ chunk, index }: Address, before: Address | undefined): boolean {
  return before === undefined || chunk < before.chunk || (chunk === before.chunk && index < before.index)
}
