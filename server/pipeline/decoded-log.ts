import type { Entry, Envelope, Position } from '../../core/event.ts'
import { readEntries, readEnvelopes } from '../log/envelope.ts'
import type { Chunk, ChunkHead, LogReader, ReadLimits } from '../log/log.ts'
import { takeSized } from '../log/take-within.ts'

/** Without its text, which would be in memory twice. */
export type DecodedChunk = ChunkHead & { readonly chars: number; readonly envelopes: readonly Envelope[] }

/** Entries without their addresses: those follow from their places. */
export type ReadChunk = ChunkHead & { readonly entries: readonly Entry[] }

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
  let chars = 0

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

  return {
    /** Chunks were rewritten: what is known of them does not hold any more. */
    forget(): void {
      cache.clear()
      chars = 0
    },
    async read(lane: number, from: Position, limits: ReadLimits): Promise<readonly DecodedChunk[]> {
      return (await log.read(lane, from, limits)).map(decode)
    },
    /**
     * Of all lanes, in the order in which they were committed. What other readers have just read is not read again; what
     * they have not is not kept: whoever reads on from far behind would drive out what the others need.
     */
    async after(chunk: number, limits: ReadLimits): Promise<readonly ReadChunk[]> {
      const known: DecodedChunk[] = []
      for (const head of await log.headsAfter(chunk, HEADS_MAX)) {
        const decoded = cache.get(head.chunk)
        if (decoded === undefined) break
        known.push(decoded)
      }
      if (known.length > 0) {
        const taken = takeSized(known, limits, (one) => one.chars)
        return taken.map(({ envelopes: entries, ...head }) => ({ ...head, entries }))
      }
      const chunks = await log.after(chunk, limits)
      return chunks.map((one) => ({ ...one, entries: readEntries(one) }))
    },
  }
}
export type DecodedLog = ReturnType<typeof decodedLog>
