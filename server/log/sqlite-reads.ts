import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { AppError } from '../../core/errors.ts'
import type { Position } from '../../core/event.ts'
import { LIMIT } from '../sqlite/limit.ts'
import type { Chunk, ChunkHead, LogReader, Rest } from './log.ts'
import { takeWithin } from './take-within.ts'

type Row = { lane: number; chunk: number; count: number; at_ms: number; crc: number; text: string }

/** So many chunks are counted one by one: some milliseconds. */
const COUNTED_CHUNKS_MAX = 2_000

/** What a writer's and a reader's connection have in common. */
export function sqliteReads(db: DatabaseSync, lanes: number): Omit<LogReader, 'seed' | 'onAppend' | 'close'> {
  const columns = 'lane, chunk, count, at_ms, crc, text'
  const select = db.prepare(`select ${columns} from chunk where lane = ? and chunk >= ? order by chunk`)
  const selectAfter = db.prepare(`select ${columns} from chunk where chunk > ? order by chunk`)
  const selectHeads = db.prepare(
    `select lane, chunk, count, at_ms from chunk where chunk > ? order by chunk ${LIMIT}`,
  )
  const selectNewest = db.prepare(`select ${columns} from chunk where chunk < ? order by chunk desc ${LIMIT}`)
  const selectEnd = db.prepare(
    'select chunk, count as "index" from chunk where lane = ? order by chunk desc limit 1',
  )
  const countAll = db.prepare('select count(*) as chunks from chunk')
  const selectSize = db.prepare(`
    select (select page_count from pragma_page_count) as pages,
      (select freelist_count from pragma_freelist_count) as free,
      (select page_size from pragma_page_size) as page_bytes,
      (select chunk from chunk order by chunk limit 1) as first,
      (select chunk from chunk order by chunk desc limit 1) as last,
      (select at_ms from chunk order by chunk limit 1) as oldest_ms,
      (select coalesce(sum(count), 0) from damaged) as damaged_count
  `)

  /** To count two million of them, the chunks of 50 million events, holds whoever asks for tens of milliseconds. */
  function chunksOf({ first, last }: Record<string, number | null>): number {
    if (first === null || last === null || first === undefined || last === undefined) return 0
    const most = last - first + 1
    return most > COUNTED_CHUNKS_MAX ? most : (countAll.get() as { chunks: number }).chunks
  }

  return {
    ...sqlitePlaces(db),
    lanes,
    async read(lane, from, limits) {
      return takeWithin(checkedRows(select.iterate(lane, from.chunk)), limits)
    },
    async after(chunk, limits) {
      return takeWithin(checkedRows(selectAfter.iterate(chunk)), limits)
    },
    async headsAfter(chunk, chunks_max) {
      return (selectHeads.all(chunk, chunks_max) as ChunkHead[]).map((head) => ({ ...head }))
    },
    async newest(count_max, before = Number.MAX_SAFE_INTEGER) {
      return [...checkedRows(selectNewest.iterate(before, count_max))]
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
        chunks: chunksOf(row),
        oldest_ms: row['oldest_ms'] ?? undefined,
        damaged_count: row['damaged_count'] ?? 0,
      }
    },
  }
}

/** Questions about where things are, answered without reading entries. */
function sqlitePlaces(
  db: DatabaseSync,
): Pick<LogReader, 'chunkBehind' | 'firstAt' | 'oldestFrom' | 'restFrom'> {
  const ends = db.prepare(`
    select (select chunk from chunk order by chunk limit 1) as first,
      (select chunk from chunk order by chunk desc limit 1) as last
  `)
  const next = db.prepare('select chunk, at_ms from chunk where chunk >= ? order by chunk limit 1')
  const some = db.prepare(`
    select count(*) as chunks, sum(count) as entries, min(chunk) as first, max(chunk) as last from (
      select chunk, count from chunk where lane = ? and chunk >= ? order by chunk limit ${COUNTED_CHUNKS_MAX})
  `)
  const oldest = db.prepare(`
    select at_ms from chunk where lane = :lane and chunk >= :chunk and (chunk > :chunk or count > :idx)
    order by chunk limit 1
  `)
  const counted = db.prepare('select count(*) as chunks from chunk')
  const nth = db.prepare('select chunk from chunk order by chunk limit 1 offset ?')
  const more = db.prepare('select count(*) as chunks from chunk where lane = ? and chunk > ?')
  function oldest_ms(lane: number, { chunk, index: idx }: Position): number | undefined {
    return (oldest.get({ lane, chunk, idx }) as { at_ms: number } | undefined)?.at_ms
  }
  return {
    oldestFrom: async (lane, from) => oldest_ms(lane, from),
    async chunkBehind(share) {
      const { chunks } = counted.get() as { chunks: number }
      return (
        (nth.get(Math.ceil(chunks * share)) as { chunk: number } | undefined)?.chunk ??
        Number.MAX_SAFE_INTEGER
      )
    },
    async firstAt(at_ms) {
      const { first, last } = ends.get() as { first: number | null; last: number | null }
      let [low, high] = [first ?? 0, (last ?? 0) + 1]
      while (low < high) {
        const middle = Math.floor((low + high) / 2)
        const found = next.get(middle) as { chunk: number; at_ms: number } | undefined
        if (found === undefined || found.at_ms >= at_ms) high = middle
        else low = found.chunk + 1
      }
      return low
    },
    async restFrom(lane, from) {
      const { chunks, entries, first, last } = some.get(lane, from.chunk) as Record<string, number>
      if (!chunks || entries === undefined || first === undefined || last === undefined) return NOTHING
      const counted = entries - (first === from.chunk ? from.index : 0)
      if (counted === 0) return NOTHING
      const rest = chunks < COUNTED_CHUNKS_MAX ? 0 : (more.get(lane, last) as { chunks: number }).chunks
      const count = counted + Math.round((rest * entries) / chunks)
      return { count, isEstimate: rest > 0, oldest_ms: oldest_ms(lane, from) }
    },
  }
}

const NOTHING: Rest = { count: 0, isEstimate: false, oldest_ms: undefined }

function* checkedRows(rows: Iterable<unknown>): Generator<Chunk> {
  for (const row of rows as Iterable<Row>) {
    const { lane, chunk, count, at_ms, crc, text } = row
    if (crc32(text) !== crc) throw new AppError('CHUNK_DAMAGED', { lane, chunk })
    yield { lane, chunk, count, at_ms, text }
  }
}
