import type { Entry, Envelope, Position } from '../../core/event.ts'
import { readEntries, readEnvelopes } from '../log/envelope.ts'
import type { Chunk, ChunkHead, LogReader, ReadLimits } from '../log/log.ts'
import { takeSized } from '../log/take-within.ts'

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
 * moments of each other.
 */
export function decodedLog(log: LogReader) {
  const cache = new Map<number, DecodedChunk>()
  const listeners = new Map<number, Set<LaneListener>>()
  let chars = 0
  let onward = beginAt(0)

  function decode(chunk: Chunk): DecodedChunk {
    const known = cache.get(chunk.chunk)
    if (known !== undefined) return known
    const { text, ...head } = chunk
    const decoded = { ...head, chars: text.length, envelopes: readEnvelopes(chunk) }
    cache.set(chunk.chunk, decoded)
    chars += decoded.chars
    for (const [number, oldest] of cache) {
      if (chars <= CACHED_CHARS_MAX) break
      cache.delete(number)
      chars -= oldest.chars
    }
    return decoded
  }

  async function readAfter(chunk: number, limits: ReadLimits): Promise<readonly ReadChunk[]> {
    const known: DecodedChunk[] = []
    for (const head of await log.headsAfter(chunk, HEADS_MAX)) {
      const decoded = cache.get(head.chunk)
      if (decoded === undefined) break
      known.push(decoded)
    }
    if (known.length > 0) return takeSized(known, limits, (one) => one.chars).map(withEntries)
    const chunks = await log.after(chunk, limits)
    return chunks.map((one) => ({ ...one, entries: readEntries(one) }))
  }

  /** Listeners of all lanes hear what was read of the log from one place on, whatever lane it is of. */
  function tellOnward(after: number, chunks: readonly ReadChunk[]): void {
    if (after !== onward.end) onward = beginAt(after)
    for (const [lane, ofLane] of Map.groupBy(chunks, (one) => one.lane)) {
      const from = { chunk: (onward.told.get(lane) ?? onward.begin) + 1, index: 0 }
      for (const one of listeners.get(lane) ?? []) one.heard(from, ofLane)
      onward.told.set(lane, ofLane.at(-1)?.chunk ?? 0)
    }
    onward.end = chunks.at(-1)?.chunk ?? after
  }

  return {
    /** Chunks were rewritten: what is known of them does not hold any more. */
    forget(): void {
      cache.clear()
      chars = 0
      onward = beginAt(onward.end)
      for (const ofLane of listeners.values()) for (const one of ofLane) one.forget()
    },
    /** Until what is returned is called. */
    listen(lane: number, listener: LaneListener): () => void {
      const ofLane = listeners.get(lane) ?? new Set()
      listeners.set(lane, ofLane.add(listener))
      return () => ofLane.delete(listener)
    },
    async read(lane: number, from: Position, limits: ReadLimits): Promise<readonly DecodedChunk[]> {
      const chunks = (await log.read(lane, from, limits)).map(decode)
      for (const one of listeners.get(lane) ?? []) one.heard(from, chunks.map(withEntries))
      return chunks
    },
    /**
     * Of all lanes, in the order in which they were committed. What other readers have just read is not read again; what
     * they have not is not kept: whoever reads on from far behind would drive out what the others need.
     */
    async after(chunk: number, limits: ReadLimits): Promise<readonly ReadChunk[]> {
      const before = onward
      const chunks = await readAfter(chunk, limits)
      // Else some of it may have been rewritten since it was read.
      if (onward === before) tellOnward(chunk, chunks)
      return chunks
    },
  }
}

/** How far somebody has read the whole log without a gap: from which chunk, to which, and the last of each lane in between. */
function beginAt(chunk: number) {
  return { begin: chunk, end: chunk, told: new Map<number, number>() }
}

function withEntries({ envelopes: entries, ...head }: DecodedChunk): ReadChunk {
  return { ...head, entries }
}

export type DecodedLog = ReturnType<typeof decodedLog>
