import type { Entry, Position } from '../../core/event.ts'
import type { OpenedChunk, ReadChunk } from './decoded-log.ts'

type Tell = (from: Position, chunk: OpenedChunk) => void

/**
 * Who reads the whole log on from one place reads all its lanes: this tells each lane what is opened of it, and from where on
 * nothing of it was left out.
 */
export function onward(tell: Tell) {
  let way = beginAt(0)
  let forgotten = 0
  return {
    /** What was read of any lane before does not hold any more, nor what is being read. */
    forget(): void {
      forgotten += 1
      way = beginAt(way.end)
    },
    /** Reads what comes after a chunk, and tells it as it is opened; not when `forget` was called meanwhile. */
    async reading(after: number, read: Promise<readonly ReadChunk[]>): Promise<readonly ReadChunk[]> {
      if (after !== way.end) way = beginAt(after)
      const { begin, told } = way
      const before = way
      const age = forgotten
      const chunks = await read
      if (way !== before) return chunks
      way.end = chunks.at(-1)?.chunk ?? after
      return chunks.map((one) => {
        const { lane, chunk, count, at_ms } = one
        const from = { chunk: (told.get(lane) ?? begin) + 1, index: 0 }
        told.set(lane, chunk)
        return whenOpened(one, (entries) => {
          if (forgotten === age) tell(from, { lane, chunk, count, at_ms, entries })
        })
      })
    },
  }
}

/** The same chunk; each time it is opened, `told` hears what is in it. */
export function whenOpened<E extends Entry, C extends { readonly open: () => readonly E[] }>(
  chunk: C,
  told: (entries: readonly E[]) => void,
): C {
  return {
    ...chunk,
    open() {
      const entries = chunk.open()
      told(entries)
      return entries
    },
  }
}

/** From after which chunk the log was read without a gap, up to which, and the last of each lane in between. */
function beginAt(chunk: number) {
  return { begin: chunk, end: chunk, told: new Map<number, number>() }
}
