import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'
import pg from 'pg'
import type { Place } from './server.ts'

/**
 * Where a mark stands in what servers of a place keep: in files of their data folders, as bytes and in what is compressed in them, and
 * in the tables of PostgreSQL where they use it. The files of NATS servers are looked into by test/cluster/jetstream-streams.test.ts.
 */
export async function tracesOf(place: Place, mark: string): Promise<readonly string[]> {
  const folders = readdirSync(place.folder).filter((name) => name.startsWith('data'))
  const { MILLRACE_POSTGRES: url } = await place.environment()
  return [
    ...folders.flatMap((folder) => inFiles(join(place.folder, folder), mark)),
    ...(url === undefined ? [] : await inPostgres(url, mark)),
  ]
}

function inFiles(folder: string, mark: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    const plain = readFileSync(path).includes(mark) ? [`${name}, as bytes`] : []
    return name.endsWith('.db') && name !== 'lock.db' ? [...plain, ...packed(path, name, mark)] : plain
  })
}

function packed(path: string, name: string, mark: string): readonly string[] {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const tables = db.prepare("select name from sqlite_schema where type = 'table'").all()
    return tables.flatMap(({ name: table }) => {
      const rows = db.prepare(`select * from "${table}"`).all()
      return holds(rows, mark) ? [`${name}, table ${table}`] : []
    })
  } finally {
    db.close()
  }
}

async function inPostgres(url: string, mark: string): Promise<readonly string[]> {
  const schema = new URL(url).searchParams.get('schema')
  const client = new pg.Client(url.split('?')[0])
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      'select table_name as name from information_schema.tables where table_schema = $1',
      [schema],
    )
    const found: string[] = []
    for (const { name } of tables.rows) {
      const { rows } = await client.query(`select * from "${schema}"."${name}"`)
      if (holds(rows, mark)) found.push(`PostgreSQL, table ${name}`)
    }
    return found
  } finally {
    await client.end()
  }
}

function holds(rows: readonly object[], mark: string): boolean {
  return rows.flatMap((row) => Object.values(row)).some((value) => textIn(value).includes(mark))
}

const ZSTD_MAGIC = 0xfd2fb528
function textIn(value: unknown): string {
  if (!(value instanceof Uint8Array)) return typeof value === 'object' ? JSON.stringify(value) : String(value)
  const bytes = Buffer.from(value)
  const isPacked = bytes.length > 4 && bytes.readUInt32LE(0) === ZSTD_MAGIC
  return (isPacked ? zstdDecompressSync(bytes) : bytes).toString('latin1')
}
