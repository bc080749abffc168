import type { Entry, Envelope, Position } from '../../core/event.ts'
import { readEntries, readEnvelope, readEnvelopes } from '../log/envelope.ts'
import type { Chunk, ChunkHead, LogReader, ReadLimits } from '../log/log.ts'
import { takeSized } from '../log/take-within.ts'
import type { Copies } from './copies.ts'
import { laneTails } from './lane-tails.ts'
import { onward, whenOpened } from './onward.ts'

/**
 * A chunk that is parsed when it is opened: who takes one after the other holds the trees of one at a time, and most are gone before the
 * collector of garbage has copied them. With trees of a whole batch at once its thread took a sixth more time (docs/profile.md).
 */
export type DecodedChunk = ChunkHead & {
  readonly chars: number
  readonly open: () => readonly Envelope[]
  /** The entry at a place, alone. */
  readonly one: (index: number) => Envelope | undefined
}

/** The same; entries without their addresses: those follow from their places. */
export type ReadChunk = ChunkHead & { readonly open: () => readonly Entry[] }

export type OpenedChunk = ChunkHead & { readonly entries: readonly Entry[] }

/** Whoever wants to know of a lane what others open of it, and so need not read itself. */
export type LaneListener = {
  /** This chunk is all that the lane has between `from` and its end. */
  readonly heard: (from: Position, chunk: OpenedChunk) => void
  /** Chunks were rewritten: what was heard and is not stored yet does not hold any more. */
  readonly forget: () => void
}

/** Where trees are kept they take about three times as much: this bounds both to some 8 MB. */
const CACHED_CHARS_MAX = 2_000_000
/** Looked up at once. */
const HEADS_MAX = 200

export type DecodedLogOptions = {
  /**
   * Whether several instances read the same chunks within moments of each other: those are then read and parsed once for them all,
   * and kept. Else nothing is: what lives longer costs the collector of garbage more than reading it twice. Left out: several do.
   */
  readonly isShared?: () => boolean
}

/**
 * A log whose chunks are read once for all readers of this thread. With `copies`, what stands in the log twice is a duplicate the
 * second time: for logs that several processes write to; one that writes alone has looked for them before.
 */
export function decodedLog(
  log: LogReader,
  copies?: Copies,
  { isShared = () => true }: DecodedLogOptions = {},
) {
  const cache = new Map<number, DecodedChunk>()
  const listeners = new Map<number, Set<LaneListener>>()
  const way = onward(tell)
  const tails = laneTails({ log, readOn, isShared })
  let chars = 0
  let forgotten = 0

  function tell(from: Position, chunk: OpenedChunk): void {
    for (const one of listeners.get(chunk.lane) ?? []) one.heard(from, chunk)
  }

  function forgetKept(): void {
    cache.clear()
    chars = 0
    tails.forget()
  }

  async function readOn(lane: number, from: number, limits: ReadLimits): Promise<readonly DecodedChunk[]> {
    const chunks = (await log.read(lane, { chunk: from, index: 0 }, limits)).map(decode)
    return copies === undefined ? chunks : copies.sorted(lane, from, chunks)
  }

  function decode(chunk: Chunk): DecodedChunk {
    const known = cache.get(chunk.chunk)
    if (known !== undefined) return known
    // Who looks for copies has opened it before anybody reads it.
    const decoded = openable(chunk, { isKept: copies !== undefined || isShared() })
    if (!isShared()) return decoded
    cache.set(chunk.chunk, decoded)
    chars += decoded.chars
    for (const [number, oldest] of cache) {
      if (chars <= CACHED_CHARS_MAX) break
      cache.delete(number)
      chars -= oldest.chars
    }
    return decoded
  }

  return {
    lanes: log.lanes,
    headsAfter: log.headsAfter,
    /** Chunks were rewritten: what is known of them does not hold any more. */
    forget(): void {
      forgotten += 1
      forgetKept()
      way.forget()
      for (const ofLane of listeners.values()) for (const one of ofLane) one.forget()
    },
    /** Until what is returned is called. */
    listen(lane: number, listener: LaneListener): () => void {
      const ofLane = listeners.get(lane) ?? new Set()
      listeners.set(lane, ofLane.add(listener))
      return () => ofLane.delete(listener)
    },
    async read(lane: number, from: Position, limits: ReadLimits): Promise<readonly DecodedChunk[]> {
      if (cache.size > 0 && !isShared()) forgetKept()
      const chunks = await tails.read(lane, from, limits)
      if (!listeners.has(lane)) return chunks
      const before = forgotten
      return chunks.map((chunk, at) => {
        const since = at === 0 ? from.chunk : (chunks[at - 1]?.chunk ?? 0) + 1
        const { chunk: number, count, at_ms } = chunk
        return whenOpened(chunk, (entries) => {
          if (forgotten !== before) return
          tell({ chunk: since, index: 0 }, { lane, chunk: number, count, at_ms, entries })
        })
      })
    },
    /** One chunk as it was written, for whoever knows already that something in it is no copy. */
    async at(lane: number, chunk: number): Promise<DecodedChunk | undefined> {
      const [found] = await log.read(lane, { chunk, index: 0 }, { count_max: 1, bytes_max: 1 })
      return found?.chunk === chunk ? decode(found) : undefined
    },
    /**
     * Of all lanes, in the order in which they were committed. What other readers have just read is not read again; what
     * they have not is not kept: whoever reads on from far behind would drive out what the others need. Who listens to a lane
     * hears it.
     */
    after: (chunk: number, limits: ReadLimits) =>
      way.reading(chunk, readAfter({ log, cache, copies }, chunk, limits)),
  }
}

type Readable = {
  readonly log: LogReader
  readonly cache: ReadonlyMap<number, DecodedChunk>
  readonly copies: Copies | undefined
}

async function readAfter(
  { log, cache, copies }: Readable,
  chunk: number,
  limits: ReadLimits,
): Promise<readonly ReadChunk[]> {
  const known: DecodedChunk[] = []
  // Where nobody in this thread reads lanes there is nothing to look for.
  for (const head of cache.size === 0 ? [] : await log.headsAfter(chunk, HEADS_MAX)) {
    const decoded = cache.get(head.chunk)
    if (decoded === undefined) break
    known.push(decoded)
  }
  if (known.length > 0) {
    const taken = takeSized(known, limits, (one) => one.chars)
    return sortedAll(copies, taken, chunk + 1)
  }
  const chunks = await log.after(chunk, limits)
  if (copies === undefined) return chunks.map((one) => ({ ...one, open: () => readEntries(one) }))
  const opened = chunks.map((one) => openable(one, { isKept: true }))
  return sortedAll(copies, opened, chunk + 1)
}

/** `isKept`: it is parsed once, and the tree kept for who opens it again. */
function openable(chunk: Chunk, { isKept }: { readonly isKept: boolean }): DecodedChunk {
  const { text, ...head } = chunk
  let kept: readonly Envelope[] | undefined
  return {
    ...head,
    chars: text.length,
    open() {
      if (kept !== undefined) return kept
      const envelopes = readEnvelopes(chunk)
      if (isKept) kept = envelopes
      return envelopes
    },
    one: (index) => (kept === undefined ? readEnvelope(chunk, index) : kept[index]),
  }
}

/** Chunks of all lanes from a number on. */
async function sortedAll(
  copies: Copies | undefined,
  chunks: readonly DecodedChunk[],
  from: number,
): Promise<readonly DecodedChunk[]> {
  const end = chunks.at(-1)
  return copies === undefined || end === undefined ? chunks : copies.sortedAll(from, end.chunk + 1, chunks)
}

export type DecodedLog = ReturnType<typeof decodedLog>
