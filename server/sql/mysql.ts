import type { Connection, ConnectionOptions, FieldPacket } from 'mysql2'
import type { Json } from '../../core/event.ts'
import { bytesText, jsonOrText, numberOrText, timeReader } from './cells.ts'
import { type Column, type Database, PORTION_BYTES, type Query, type Rows, sizeOf } from './database.ts'
import type { Connecting } from './open.ts'

/** Types by their numbers: https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */
const TYPE = { decimal: 0, bigint: 8, timestamp: 7, datetime: 12, json: 245, newDecimal: 246 } as const

/** Opens a connection that only reads, in MySQL and in MariaDB. Values are bound by the server (prepared statements). */
export async function openMysql(connecting: Connecting): Promise<Database> {
  const { settings, port, socket, tls, connect_ms, onGone } = connecting
  const { createConnection } = await import('mysql2')
  const { host, user, database, password = '' } = settings
  socket.connect(port, host)
  const connection = createConnection({
    ...{ host, port, user, database, password, stream: () => socket, connectTimeout: connect_ms },
    ...(tls === undefined ? {} : { ssl: { ...tls, verifyIdentity: tls.rejectUnauthorized === true } }),
    // A server may not ask for files of this machine, and a text holds one statement.
    ...{ flags: ['-LOCAL_FILES'], multipleStatements: false },
    ...{ dateStrings: true, supportBigNumbers: true, bigNumberStrings: true, rowsAsArray: true },
  } as ConnectionOptions)
  connection.on('error', onGone)
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error === null ? resolve() : reject(error)))
  })
  const [[version]] = (await ask(connection, 'select version()')) as [[string]]
  return {
    version: version.includes('MariaDB') ? `MariaDB ${version.split('-')[0]}` : `MySQL ${version}`,
    rows: (query) => rowsOf(connection, query, version.includes('MariaDB'), timeReader(settings.call.zone)),
    close: () => connection.destroy(),
  }
}

function ask(connection: Connection, text: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(text, (error: Error | null, rows: unknown) =>
      error === null ? resolve(rows) : reject(error),
    )
  })
}

/** So that texts and comments are what our own reading of the query took them for. */
const SQL_MODE = `set session sql_mode =
  replace(replace(replace(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''), 'ANSI_QUOTES', ''), 'ANSI', '')`
const ROWS_AHEAD = 64

async function* rowsOf(
  connection: Connection,
  { text, values, batchRows_max, timeout_ms }: Query,
  isMaria: boolean,
  time: (text: string) => string,
): AsyncGenerator<Rows> {
  await ask(connection, SQL_MODE)
  await ask(connection, "set session time_zone = '+00:00'")
  const limit = isMaria ? `max_statement_time = ${timeout_ms / 1_000}` : `max_execution_time = ${timeout_ms}`
  await ask(connection, `set session ${limit}`)
  await ask(connection, 'start transaction read only')
  const command = connection.execute({ sql: text, values: [...values], rowsAsArray: true })
  let columns: readonly Column[] = []
  command.on('fields', (fields: readonly FieldPacket[]) => {
    columns = fields.map((field) => columnOf(field, time))
  })
  let rows: unknown[][] = []
  let bytes = 0
  for await (const row of command.stream({ highWaterMark: ROWS_AHEAD, objectMode: true })) {
    rows.push(row)
    bytes += sizeOf(row)
    if (rows.length < batchRows_max && bytes < PORTION_BYTES) continue
    yield { columns, rows }
    rows = []
    bytes = 0
  }
  yield { columns, rows }
}

function columnOf({ name, columnType }: FieldPacket, time: (text: string) => string): Column {
  const text = (cell: unknown) => (cell instanceof Uint8Array ? bytesText(cell) : textOf(cell))
  const read = (cell: unknown): Json | undefined => {
    switch (columnType) {
      case TYPE.decimal:
      case TYPE.newDecimal:
      case TYPE.bigint:
        return numberOrText(String(cell))
      case TYPE.timestamp:
      case TYPE.datetime:
        return time(String(cell))
      case TYPE.json:
        return typeof cell === 'string' ? jsonOrText(cell) : (cell as Json)
      default:
        return cell instanceof Uint8Array ? bytesText(cell) : (cell as Json)
    }
  }
  return { name, read, text }
}

function textOf(cell: unknown): string {
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}
