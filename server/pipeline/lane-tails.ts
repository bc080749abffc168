import type { Position } from '../../core/event.ts'
import type { ChunkHead, LogReader, ReadLimits } from '../log/log.ts'
import { takeSized } from '../log/take-within.ts'

/** Of each lane. Who keeps up reads what came in the last moments: at 10,000 events of 1.2 KB a second that is a tenth of it. */
const TAIL_CHARS_MAX = 150_000

type Sized = ChunkHead & { readonly chars: number }
type Tail<C extends Sized> = {
  /** All chunks of the lane with this number and higher ones, as far as was read. */
  readonly from: number
  readonly chunks: readonly C[]
  /** There were no more when it was read, and none came since. */
  readonly isEnd: boolean
}

/**
 * The end of each lane as it was read last: many readers that keep up read the same of it within moments, and often find nothing new.
 * The log is asked once for all of them; asking it takes some 20 µs, and makes a text of each chunk again.
 */
export function laneTails<C extends Sized>(log: Pick<LogReader, 'lanes' | 'onAppend'>) {
  const tails: (Tail<C> | undefined)[] = []
  const appends = Array.from({ length: log.lanes }, () => 0)
  log.onAppend((lane) => {
    appends[lane] = (appends[lane] ?? 0) + 1
    const tail = tails[lane]
    if (tail !== undefined) tails[lane] = { ...tail, isEnd: false }
  })

  function note(lane: number, { chunk: from }: Position, read: readonly C[], isEnd: boolean): void {
    const before = tails[lane]
    const next = (before?.chunks.at(-1)?.chunk ?? -1) + 1
    const isContinued = before !== undefined && from >= before.from && from <= Math.max(next, before.from)
    const kept = isContinued ? before.chunks.filter(({ chunk }) => chunk < from) : []
    const all = [...kept, ...read]
    let chars = all.reduce((sum, one) => sum + one.chars, 0)
    let [first, start] = [0, isContinued ? before.from : from]
    while (chars > TAIL_CHARS_MAX) {
      const { chunk, chars: gone } = all[first++] as C
      chars -= gone
      start = chunk + 1
    }
    tails[lane] = { from: start, chunks: first === 0 ? all : all.slice(first), isEnd }
  }

  return {
    /** Chunks of the lane from a place on, as `LogReader.read` gives them; `read` asks the log where what is known does not do. */
    async reading(
      lane: number,
      from: Position,
      limits: ReadLimits,
      read: () => Promise<readonly C[]>,
    ): Promise<readonly C[]> {
      const tail = tails[lane]
      if (tail !== undefined && from.chunk >= tail.from) {
        const known = tail.chunks.filter(({ chunk }) => chunk >= from.chunk)
        const taken = takeSized(known, limits, ({ chars }) => chars)
        // Ended by its limits, or by the end of the lane: the log would give the same.
        if (tail.isEnd || isCut(taken, limits)) return taken
      }
      const before = appends[lane]
      const chunks = await read()
      note(lane, from, chunks, !isCut(chunks, limits) && before === appends[lane])
      return chunks
    },
    /** Chunks were rewritten. */
    forget(): void {
      tails.length = 0
    },
  }
}

function isCut(chunks: readonly Sized[], { count_max, bytes_max }: ReadLimits): boolean {
  const count = chunks.reduce((sum, one) => sum + one.count, 0)
  return count >= count_max || chunks.reduce((sum, one) => sum + one.chars, 0) >= bytes_max
}
