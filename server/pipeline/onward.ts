import type { Position } from '../../core/event.ts'
import type { ReadChunk } from './decoded-log.ts'

type Tell = (lane: number, from: Position, chunks: readonly ReadChunk[]) => void

/**
 * Who reads the whole log on from one place reads all its lanes: this tells each lane what was read of it, and from where on
 * nothing of it was left out.
 */
export function onward(tell: Tell) {
  let way = beginAt(0)
  return {
    /** What was read of any lane before does not hold any more, nor what is being read. */
    forget(): void {
      way = beginAt(way.end)
    },
    /** Reads what comes after a chunk, and tells it; not when `forget` was called meanwhile. */
    async reading(after: number, read: Promise<readonly ReadChunk[]>): Promise<readonly ReadChunk[]> {
      if (after !== way.end) way = beginAt(after)
      const { begin, told } = way
      const before = way
      const chunks = await read
      if (way !== before) return chunks
      for (const [lane, ofLane] of Map.groupBy(chunks, (one) => one.lane)) {
        tell(lane, { chunk: (told.get(lane) ?? begin) + 1, index: 0 }, ofLane)
        told.set(lane, ofLane.at(-1)?.chunk ?? begin)
      }
      way.end = chunks.at(-1)?.chunk ?? after
      return chunks
    },
  }
}

/** From after which chunk the log was read without a gap, up to which, and the last of each lane in between. */
function beginAt(chunk: number) {
  return { begin: chunk, end: chunk, told: new Map<number, number>() }
}
