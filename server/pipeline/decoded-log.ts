import type { Envelope, Position } from '../../core/event.ts'
import { readEnvelopes } from '../log/envelope.ts'
import type { Chunk, LogReader, ReadLimits } from '../log/log.ts'

export type DecodedChunk = Chunk & { readonly envelopes: readonly Envelope[] }

/** Decoded chunks take about five times their text in memory: this bounds it to some 40 MB. */
const CACHED_CHARS_MAX = 8_000_000

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
    const decoded = { ...chunk, envelopes: readEnvelopes(chunk) }
    cache.set(chunk.chunk, decoded)
    chars += chunk.text.length
    for (const [number, oldest] of cache) {
      if (chars <= CACHED_CHARS_MAX) break
      cache.delete(number)
      chars -= oldest.text.length
    }
    return decoded
  }

  return {
    async read(lane: number, from: Position, limits: ReadLimits): Promise<readonly DecodedChunk[]> {
      return (await log.read(lane, from, limits)).map(decode)
    },
  }
}
export type DecodedLog = ReturnType<typeof decodedLog>
