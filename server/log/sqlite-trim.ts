import type { DatabaseSync } from 'node:sqlite'
import { shrink } from '../sqlite/shrink.ts'
import type { TrimPolicy } from './log.ts'

/** Few enough that an append does not wait noticeably behind one step: what goes is overwritten, at some 2 ms a megabyte. */
const CHUNKS_PER_STEP = 10

/**
 * Removes old chunks in steps, giving the event loop back between them.
 *
 * @param onRemoved Told after each step how many characters it overwrote: they are in the write-ahead file.
 */
export function sqliteTrim(
  db: DatabaseSync,
  lanes: number,
  onRemoved: (chars: number) => void,
): (policy: TrimPolicy) => Promise<number> {
  const oldest = db.prepare(
    'select chunk, at_ms from chunk where lane = ? and chunk < ? order by chunk limit 1',
  )
  const remove = db.prepare(`
    delete from chunk where chunk in (
      select chunk from chunk where lane = ? and chunk < ? order by chunk limit ${CHUNKS_PER_STEP})
    returning octet_length(text) as chars
  `)
  const removeOld = db.prepare(`
    delete from chunk where chunk in (
      select chunk from chunk where lane = ? and chunk < ? order by chunk limit ${CHUNKS_PER_STEP}) and at_ms < ?
    returning octet_length(text) as chars
  `)
  const usedBytes = db.prepare(`
    select ((select page_count from pragma_page_count) - (select freelist_count from pragma_freelist_count))
      * (select page_size from pragma_page_size) as bytes
  `)

  function counted(rows: readonly unknown[]): number {
    onRemoved((rows as readonly { chars: number }[]).reduce((sum, { chars }) => sum + chars, 0))
    return rows.length
  }

  /** The lane whose oldest removable chunk is the oldest of all. */
  function oldestLane(keepFrom: readonly number[]): number | undefined {
    let found: { lane: number; chunk: number } | undefined
    for (let lane = 0; lane < lanes; lane++) {
      const row = oldest.get(lane, keepFrom[lane] ?? 0) as { chunk: number } | undefined
      if (row !== undefined && (found === undefined || row.chunk < found.chunk))
        found = { lane, chunk: row.chunk }
    }
    return found?.lane
  }

  return async function trim({ before_ms, bytes_max, keepFrom }) {
    let removed = 0
    for (let lane = 0; lane < lanes; lane++) {
      let step: number
      do {
        step = counted(removeOld.all(lane, keepFrom[lane] ?? 0, before_ms))
        removed += step
        await new Promise(setImmediate)
      } while (step === CHUNKS_PER_STEP)
    }
    while ((usedBytes.get() as { bytes: number }).bytes > bytes_max) {
      const lane = oldestLane(keepFrom)
      if (lane === undefined) break
      removed += counted(remove.all(lane, keepFrom[lane] ?? 0))
      await new Promise(setImmediate)
    }
    if (removed > 0) await shrink(db, Number.POSITIVE_INFINITY)
    return removed
  }
}
