import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { AppError } from '../../core/errors.ts'
import type { Chunk, LogReader } from './log.ts'
import { takeWithin } from './take-within.ts'

type Row = { lane: number; chunk: number; count: number; at_ms: number; crc: number; text: string }

/** What a writer's and a reader's connection have in common. */
export function sqliteReads(
  db: DatabaseSync,
  lanes: number,
): Pick<LogReader, 'lanes' | 'read' | 'newest' | 'end' | 'stats'> {
  const columns = 'lane, chunk, count, at_ms, crc, text'
  const select = db.prepare(`select ${columns} from chunk where lane = ? and chunk >= ? order by chunk`)
  const selectNewest = db.prepare(`select ${columns} from chunk order by chunk desc limit ?`)
  const selectEnd = db.prepare(
    'select chunk, count as "index" from chunk where lane = ? order by chunk desc limit 1',
  )
  const selectSize = db.prepare(`
    select (select page_count from pragma_page_count) as pages,
      (select freelist_count from pragma_freelist_count) as free,
      (select page_size from pragma_page_size) as page_bytes,
      (select count(*) from chunk) as chunks,
      (select at_ms from chunk order by chunk limit 1) as oldest_ms
  `)

  return {
    lanes,
    async read(lane, from, limits) {
      return takeWithin(checkedRows(select.iterate(lane, from.chunk)), limits)
    },
    async newest(count_max) {
      return [...checkedRows(selectNewest.iterate(count_max))]
    },
    async end(lane) {
      const row = selectEnd.get(lane) as { chunk: number; index: number } | undefined
      return row === undefined ? { chunk: 0, index: 0 } : { chunk: row.chunk, index: row.index }
    },
    async stats() {
      const row = selectSize.get() as Record<string, number>
      const used = (row['pages'] ?? 0) - (row['free'] ?? 0)
      return {
        bytes: used * (row['page_bytes'] ?? 0),
        chunks: row['chunks'] ?? 0,
        oldest_ms: row['oldest_ms'] ?? undefined,
      }
    },
  }
}

function* checkedRows(rows: Iterable<unknown>): Generator<Chunk> {
  for (const row of rows as Iterable<Row>) {
    const { lane, chunk, count, at_ms, crc, text } = row
    if (crc32(text) !== crc) throw new AppError('CHUNK_DAMAGED', { lane, chunk })
    yield { lane, chunk, count, at_ms, text }
  }
}
