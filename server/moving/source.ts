import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../core/errors.ts'
import { ACCESS_MIGRATIONS } from '../access/access-schema.ts'
import { MIGRATIONS as LEDGER } from '../ledger/tables/schema.ts'
import type { RawChunk } from '../log/jetstream-copy.ts'
import { LOG_MIGRATIONS } from '../log/sqlite-schema.ts'
import { schemaVersion } from '../sqlite/migrate.ts'
import { MIGRATIONS as STORE } from '../store/schema.ts'
import type { MovedTable, Row, SourceFile } from './tables.ts'
import type { Key } from './target.ts'

const BUSY_MS_MAX = 5_000
/** What goes over in one step. */
const STEP_BYTES_MAX = 4_000_000
const STEP_ROWS_MAX = 500

const SCHEMAS = {
  store: STORE.length,
  access: ACCESS_MIGRATIONS.length,
  ledger: LEDGER.length,
  log: LOG_MIGRATIONS.length,
}

export type SourceFiles = ReturnType<typeof openSource>

/**
 * The files of a data folder, which a server may use meanwhile: they are only read.
 *
 * @throws {AppError} CONFIG_UNREADABLE when one is not there
 */
export function openSource(folder: string) {
  const open = (name: keyof typeof SCHEMAS): DatabaseSync => {
    const file = join(folder, `${name}.db`)
    if (!existsSync(file)) throw new AppError('CONFIG_UNREADABLE', { file, problem: 'ENOENT' })
    const db = new DatabaseSync(file, { timeout: BUSY_MS_MAX, readOnly: true })
    if (schemaVersion(db) === SCHEMAS[name]) return db
    db.close()
    throw new AppError('CONFIG_UNREADABLE', {
      file,
      problem: 'was written by another version: start this one on it once',
    })
  }
  const files: Readonly<Record<SourceFile | 'log', DatabaseSync>> = {
    ...{ store: open('store'), access: open('access'), ledger: open('ledger'), log: open('log') },
  }
  const one = <Found>(file: SourceFile | 'log', sql: string) => files[file].prepare(sql).get() as Found
  return {
    files,
    /** Rows behind a key, as many as go over in one step. */
    rows({ file, name, key }: MovedTable, after: Key | undefined): readonly Row[] {
      const columns = key.map((column) => `"${column}"`).join(', ')
      const where = after === undefined ? '' : `where (${columns}) > (${key.map(() => '?').join(', ')})`
      const sql = `select * from ${name} ${where} order by ${columns} limit ${STEP_ROWS_MAX}`
      const rows = files[file].prepare(sql).iterate(...(after ?? [])) as Iterable<Row>
      return within(rows, sizeOf)
    },
    count: ({ file, name }: MovedTable, where = 'true') =>
      one<{ count: number }>(file, `select count(*) as count from ${name} where ${where}`).count,
    /** The highest id that was ever given. */
    newestId: ({ file, name }: MovedTable) =>
      one<{ seq: number } | undefined>(file, `select seq from sqlite_sequence where name = '${name}'`)?.seq ??
      0,
    log: logFacts(files.log),
    chunks(from: number): readonly RawChunk[] {
      const sql = `select lane, chunk, count, at_ms, fingerprints as prints, crc, text from chunk
        where chunk >= ? order by chunk limit ${STEP_ROWS_MAX}`
      const rows = files.log.prepare(sql).iterate(from) as Iterable<unknown> as Iterable<RawChunk>
      return within(rows, ({ text }) => text.length)
    },
    *heads(from: number): Generator<Omit<RawChunk, 'text'>> {
      const sql = 'select lane, chunk, count, at_ms, fingerprints as prints, crc from chunk where chunk >= ?'
      yield* files.log
        .prepare(`${sql} order by chunk`)
        .iterate(from) as Iterable<unknown> as Iterable<RawChunk>
    },
    /** For each lane that has any, its first chunk from a number on. */
    firsts: (from: number): ReadonlyMap<number, number> =>
      new Map(
        (
          files.log
            .prepare('select lane, min(chunk) as chunk from chunk where chunk >= ? group by lane')
            .all(from) as { lane: number; chunk: number }[]
        ).map(({ lane, chunk }) => [lane, chunk]),
      ),
    /** Another one once somebody has written to any of them. */
    state: () => JSON.stringify(Object.keys(files).map((name) => stateOf(join(folder, `${name}.db`)))),
    close() {
      for (const db of Object.values(files)) db.close()
    },
  }
}

function stateOf(file: string): readonly number[] {
  const { size, mtimeMs } = statSync(file)
  const wal = statSync(`${file}-wal`, { throwIfNoEntry: false })
  return [size, mtimeMs, ...(wal === undefined || wal.size === 0 ? [] : [wal.size, wal.mtimeMs])]
}

function logFacts(log: DatabaseSync) {
  const facts = log.prepare(`
    select (select lanes from meta) as lanes, (select seed from meta) as seed,
      coalesce((select seq from sqlite_sequence where name = 'chunk'), 0) + 1 as next,
      (select min(chunk) from chunk) as first, (select count(*) from damaged) as damaged
  `)
  const sizes = log.prepare(`
    select count(*) as chunks, coalesce(sum(count), 0) as entries, coalesce(sum(octet_length(text)), 0) as bytes,
      coalesce(max(octet_length(text)), 0) as largest_bytes from chunk where chunk >= ?
  `)
  return {
    facts: () =>
      facts.get() as {
        lanes: number
        seed: number
        /** The number of the next chunk. */
        next: number
        first: number | null
        damaged: number
      },
    /** Of what stands from a chunk on. */
    sizes: (from: number) =>
      sizes.get(from) as { chunks: number; entries: number; bytes: number; largest_bytes: number },
  }
}

function sizeOf(row: Row): number {
  let size = 0
  for (const value of Object.values(row))
    size += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8
  return size
}

function within<Item>(items: Iterable<Item>, size: (item: Item) => number): readonly Item[] {
  const taken: Item[] = []
  let bytes = 0
  for (const item of items) {
    bytes += size(item)
    if (taken.length > 0 && bytes > STEP_BYTES_MAX) break
    taken.push(item)
  }
  return taken
}
