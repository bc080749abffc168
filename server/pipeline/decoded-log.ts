import type { Entry, Envelope, Position } from '../../core/event.ts'
import { readEntries, readEnvelopes } from '../log/envelope.ts'
import type { Chunk, ChunkHead, LogReader, ReadLimits } from '../log/log.ts'
import { takeSized } from '../log/take-within.ts'
import type { Copies } from './copies.ts'
import { laneTails } from './lane-tails.ts'
import { onward } from './onward.ts'

/** Without its text, which would be in memory twice. */
export type DecodedChunk = ChunkHead & { readonly chars: number; readonly envelopes: readonly Envelope[] }

/** Entries without their addresses: those follow from their places. */
export type ReadChunk = ChunkHead & { readonly entries: readonly Entry[] }

/** Whoever wants to know of a lane what others read of it, and so need not read itself. */
export type LaneListener = {
  /** These are all chunks of the lane from `from` to the last of them. */
  readonly heard: (from: Position, chunks: readonly ReadChunk[]) => void
  /** Chunks were rewritten: what was heard and is not stored yet does not hold any more. */
  readonly forget: () => void
}

/** Decoded chunks take about three times their text in memory: this bounds it to some 6 MB. */
const CACHED_CHARS_MAX = 2_000_000
/** Looked up at once. */
const HEADS_MAX = 200

/**
 * A log whose chunks are parsed once for all readers of this thread: instances that keep up read the same chunk within
 * moments of each other. With `copies`, what stands in the log twice is a duplicate the second time: for logs that several
 * processes write to; one that writes alone has looked for them before. Where a thread has one reader only (`isShared` is false) nothing
 * is kept for others: what lives longer costs the collector of garbage more than parsing does.
 */
export function decodedLog(log: LogReader, copies?: Copies, { isShared = true } = {}) {
  const cache = new Map<number, DecodedChunk>()
  const listeners = new Map<number, Set<LaneListener>>()
  const way = onward(tell)
  const tails = laneTails({ log, readOn, isShared })
  let chars = 0

  function tell(lane: number, from: Position, chunks: readonly ReadChunk[]): void {
    for (const one of listeners.get(lane) ?? []) one.heard(from, chunks)
  }

  async function readOn(lane: number, from: number, limits: ReadLimits): Promise<readonly DecodedChunk[]> {
    const chunks = (await log.read(lane, { chunk: from, index: 0 }, limits)).map(decode)
    return copies === undefined ? chunks : copies.sorted(lane, from, chunks)
  }

  function decode(chunk: Chunk): DecodedChunk {
    const known = cache.get(chunk.chunk)
    if (known !== undefined) return known
    const { text, ...head } = chunk
    const decoded = { ...head, chars: text.length, envelopes: readEnvelopes(chunk) }
    if (!isShared) return decoded
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
    /** Chunks were rewritten: what is known of them does not hold any more. */
    forget(): void {
      cache.clear()
      chars = 0
      tails.forget()
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
      const chunks = await tails.read(lane, from, limits)
      if (listeners.has(lane)) tell(lane, from, asRead(chunks))
      return chunks
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
    return asRead(await sortedAll(copies, taken, chunk + 1))
  }
  const chunks = await log.after(chunk, limits)
  if (copies === undefined) return chunks.map((one) => ({ ...one, entries: readEntries(one) }))
  return asRead(await sortedAll(copies, chunks.map(decodedOnce), chunk + 1))
}

function decodedOnce(chunk: Chunk): DecodedChunk {
  const { text, ...head } = chunk
  return { ...head, chars: text.length, envelopes: readEnvelopes(chunk) }
}

function asRead(chunks: readonly DecodedChunk[]): readonly ReadChunk[] {
  return chunks.map(({ envelopes: entries, ...head }) => ({ ...head, entries }))
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
