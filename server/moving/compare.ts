import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { CHAIN_BEGIN, type ChainEnd, followChain } from '../access/audit-chain.ts'
import type { AuditRow } from '../access/audit-schema.ts'
import { jetstreamLog } from '../log/jetstream.ts'
import type { StoredHead } from '../log/jetstream-head.ts'
import { asItIs, type Parts } from './move.ts'
import { ATTEMPTS, type MovedTable, type Row, STILL_TABLES, type TargetRow } from './tables.ts'

/** What was compared, in words; both sides as they are shown. */
export type Compared = {
  readonly what: string
  readonly here: string
  readonly there: string
  readonly isEqual: boolean
}
/** Chunks that are read from both and compared to the byte, spread evenly, the newest among them. */
const SAMPLE_CHUNKS = 200
const PAGE_ROWS = 500
const READ = { count_max: 1, bytes_max: 1 }

/** Compares what arrived with what is in the files; nobody writes to either meanwhile. */
export async function compare(parts: Parts): Promise<readonly Compared[]> {
  const tables: Compared[] = []
  for (const table of STILL_TABLES) tables.push(await compareTable(parts, table))
  return [
    ...tables,
    await compareAttempts(parts),
    ...(await compareLog(parts)),
    ...(await compareByInstance(parts)),
    await compareAudit(parts),
    await compareEvents(parts),
  ]
}

function told(what: string, here: string | number, there: string | number): Compared {
  return { what, here: String(here), there: String(there), isEqual: here === there }
}

/** Every row with every column: counts, and a sum of hashes that does not depend on their order. */
async function compareTable({ source, target }: Parts, table: MovedTable): Promise<Compared> {
  const { key, toRow = asItIs, name } = table
  const [here, there] = [rowSum(), rowSum()]
  let columns: readonly string[] = []
  for (let after: (string | number)[] | undefined; ; ) {
    const rows: readonly Row[] = source.rows(table, after)
    const last = rows.at(-1)
    if (last === undefined) break
    after = key.map((column) => last[column] as string | number)
    for (const row of rows) {
      const moved = toRow(row)
      columns = Object.keys(moved)
      here.add(moved, columns)
    }
  }
  const order = key.map((column) => `"${column}"`).join(', ')
  for (let after: TargetRow | undefined; ; ) {
    const values = key.map((column) => after?.[column] ?? null)
    const places = key.map((_, index) => `$${index + 1}`).join(', ')
    const where = after === undefined ? '' : `where (${order}) > (${places})`
    const sql = `select * from ${name} ${where} order by ${order} limit ${PAGE_ROWS}`
    const rows = await target.rows<TargetRow>(sql, after === undefined ? [] : values)
    for (const row of rows) there.add(row, columns)
    after = rows.at(-1)
    if (after === undefined) break
  }
  return told(name.replaceAll('_', ' '), here.text(), there.text())
}

function rowSum() {
  let [count, sum] = [0, 0n]
  return {
    add(row: TargetRow, columns: readonly string[]): void {
      const text = JSON.stringify(columns.map((column) => plainly(row[column])))
      sum = BigInt.asUintN(64, sum + createHash('sha256').update(text).digest().readBigUInt64LE())
      count += 1
    },
    text: () => `${count} (${sum.toString(16)})`,
  }
}

function plainly(value: TargetRow[string] | undefined): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : (value ?? null)
}

async function compareAttempts({ source, target }: Parts): Promise<Compared> {
  const sums =
    'select count(*) as count, coalesce(sum(bytes), 0) as bytes, coalesce(max(id), 0) as newest from attempts'
  type Sums = { count: number; bytes: number; newest: number }
  const here = source.files.ledger.prepare(sums).get() as Sums
  const [there] = await target.rows<Sums>(sums)
  const text = (one: Sums | undefined) => `${one?.count} (${one?.bytes} bytes, the newest ${one?.newest})`
  return told(ATTEMPTS.name, text(here), text(there))
}

/** The heads of all chunks: number, lane, count, time, checksum and fingerprints. */
async function compareLog({ source, copy, first_chunk }: Parts): Promise<readonly Compared[]> {
  const [here, there] = [rowSum(), rowSum()]
  let [entriesHere, entriesThere] = [0, 0]
  const columns = ['lane', 'chunk', 'count', 'at_ms', 'crc', 'prints']
  for (const { prints, ...head } of source.heads(first_chunk)) {
    here.add({ ...head, prints: Buffer.from(prints).toString('base64') }, columns)
    entriesHere += head.count
  }
  for await (const head of copy.heads()) {
    there.add(head as unknown as TargetRow, columns)
    entriesThere += head.count
  }
  const nextThere = await copy.next()
  return [
    told('chunks of the log', here.text(), there.text()),
    told('events in the log', entriesHere, entriesThere),
    told('the next chunk’s number', Math.max(source.log.facts().next, first_chunk), nextThere),
  ]
}

type Cursor = {
  readonly reader_id: string
  readonly lane: number
  readonly chunk: number
  readonly idx: number
}

/** What each reader has before it, from the cursors and heads of either side; and dead letters. */
async function compareByInstance({ source, target, copy, first_chunk }: Parts): Promise<readonly Compared[]> {
  const cursorsHere = source.files.ledger
    .prepare('select * from cursors')
    .all() as unknown as readonly Cursor[]
  const here = pendingOf(cursorsHere)
  for (const head of source.heads(first_chunk)) here.add(head)
  const there = pendingOf(await target.rows<Cursor>('select * from cursors'))
  for await (const head of copy.heads()) there.add(head)
  const readers = [...new Set([...here.sums.keys(), ...there.sums.keys()])].sort()
  const sql =
    'select instance_id, count(*) as count from dead_letters group by instance_id order by instance_id'
  type Dead = { instance_id: string; count: number }
  const deadHere = source.files.ledger.prepare(sql).all() as unknown as readonly Dead[]
  const deadThere = new Map(
    (await target.rows<Dead>(sql)).map(({ instance_id, count }) => [instance_id, count]),
  )
  return [
    ...readers.map((id) => told(`pending of ${id}`, here.sums.get(id) ?? 0, there.sums.get(id) ?? 0)),
    ...deadHere.map(({ instance_id, count }) =>
      told(`dead letters of ${instance_id}`, count, deadThere.get(instance_id) ?? 0),
    ),
  ]
}

function pendingOf(cursors: readonly Cursor[]) {
  const sums = new Map<string, number>(cursors.map(({ reader_id }) => [reader_id, 0]))
  const byLane = Map.groupBy(cursors, ({ lane }) => lane)
  return {
    sums,
    add({ lane, chunk, count }: Pick<StoredHead, 'lane' | 'chunk' | 'count'>): void {
      for (const cursor of byLane.get(lane) ?? []) {
        if (cursor.chunk > chunk) continue
        const rest = cursor.chunk === chunk ? Math.max(0, count - cursor.idx) : count
        sums.set(cursor.reader_id, (sums.get(cursor.reader_id) ?? 0) + rest)
      }
    },
  }
}

/** The chain of hashes, from its checkpoint to the same end. */
async function compareAudit({ source, target }: Parts): Promise<Compared> {
  const end = 'select number, hash from audit order by number desc limit 1'
  const checkpoint = 'select number, hash from audit_checkpoint'
  const expected = (source.files.access.prepare(end).get() ??
    source.files.access.prepare(checkpoint).get() ??
    CHAIN_BEGIN) as ChainEnd
  const [from] = await target.rows<ChainEnd>(checkpoint)
  async function* rows(): AsyncGenerator<AuditRow> {
    for (let after = 0; ; ) {
      const page = await target.rows<AuditRow>(
        `select * from audit where number > $1 order by number limit ${PAGE_ROWS}`,
        [after],
      )
      yield* page
      const last = page.at(-1)
      if (last === undefined) return
      after = last.number
    }
  }
  const report = await followChain(rows(), from, expected)
  const there = report.ok ? `${report.end.number}` : `${report.at} ${report.problem}`
  return told('the audit log’s chain', `${expected.number}`, there)
}

/** Chunks to the byte, as a server would read them. */
async function compareEvents({ source, options, first_chunk }: Parts): Promise<Compared> {
  const log = await jetstreamLog(options.log)
  try {
    const { chunks } = source.log.sizes(first_chunk)
    const step = Math.max(1, Math.floor(chunks / SAMPLE_CHUNKS))
    const sample = source.files.log.prepare(
      `select chunk from (select chunk, row_number() over (order by chunk desc) - 1 as n from chunk where chunk >= ?)
       where n % ? = 0`,
    )
    let [same, all] = [0, 0]
    const one = source.files.log.prepare('select crc, text from chunk where chunk = ?')
    for (const { chunk } of sample.iterate(first_chunk, step) as Iterable<{ chunk: number }>) {
      const { text, crc } = one.get(chunk) as { text: string; crc: number }
      // One that is damaged here is so there: nobody reads it.
      if (crc32(text) !== crc) continue
      const [read] = await log.after(chunk - 1, READ)
      all += 1
      if (read?.chunk === chunk && read.text === text) same += 1
    }
    return told('chunks read to the byte', all, same)
  } finally {
    await log.close()
  }
}
