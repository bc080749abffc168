import type { Position } from '../../core/event.ts'
import type { Brief, EventIndex } from '../event-index/index-file.ts'
import type { LaneListener, OpenedChunk, ReadChunk } from '../pipeline/decoded-log.ts'

/** Some 120 bytes each. What is over is read again when its turn comes. */
const ENTRIES_MAX = 50_000
/** Of names that are new, events are kept whole until they are added. */
const WHOLE_MAX = 1_000

/**
 * Hears what delivery opens, and keeps of it what the index needs: so an event is parsed once for both, and the index, which
 * adds chunks in the order of the log, need not come just behind delivery.
 */
export function gatheredBriefs(index: Pick<EventIndex, 'added' | 'brief'>) {
  const briefs = new Map<number, Brief>()
  let entries = 0
  let whole = 0
  let isOwn = false

  function count(brief: Brief, sign: 1 | -1): void {
    entries += sign * brief.count
    for (const { event } of brief.events) if (event !== undefined) whole += sign
  }

  function take(chunk: number): Brief | undefined {
    const brief = briefs.get(chunk)
    if (brief === undefined) return undefined
    briefs.delete(chunk)
    count(brief, -1)
    return brief
  }

  return {
    heard(_from: Position, chunk: OpenedChunk): void {
      if (isOwn || chunk.chunk <= index.added() || briefs.has(chunk.chunk)) return
      if (entries >= ENTRIES_MAX || whole >= WHOLE_MAX) return
      const brief = index.brief(chunk)
      briefs.set(chunk.chunk, brief)
      count(brief, 1)
    },
    forget(): void {
      briefs.clear()
      entries = 0
      whole = 0
    },
    size: () => briefs.size,
    take,
    /** Of a chunk that is read for the index: as it was heard, or opened now. */
    of(chunk: ReadChunk): Brief {
      const known = take(chunk.chunk)
      if (known !== undefined) return known
      isOwn = true
      const entries = chunk.open()
      isOwn = false
      return index.brief({ ...chunk, entries })
    },
  } satisfies LaneListener & Record<string, unknown>
}
