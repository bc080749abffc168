import type { Client, FieldDef } from 'pg'
import type { Json } from '../../core/event.ts'
import { bytesText, jsonOrText, numberOrText, timeReader } from './cells.ts'
import { type Column, type Database, FIRST_ROWS, nextCount, type Query, type Rows } from './database.ts'
import type { Connecting } from './open.ts'

/** Types by their numbers: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/catalog/pg_type.dat */
const OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  float4: 700,
  float8: 701,
  timestamp: 1_114,
  timestamptz: 1_184,
  numeric: 1_700,
  json: 114,
  jsonb: 3_802,
} as const
/** Lists of bool, int2, int4, int8, text, varchar, float4, float8, numeric, json, jsonb, uuid. */
const LISTS: ReadonlySet<number> = new Set([
  1_000, 1_005, 1_007, 1_016, 1_009, 1_015, 1_021, 1_022, 1_231, 199, 3_807, 2_951,
])

/**
 * Opens a connection that only reads: its one transaction is read only, and rows come through a cursor, which takes one SELECT
 * and nothing else. All cells are texts as the server writes them, so that a cursor of microseconds or of 64 bits is not rounded.
 */
export async function openPostgresql(connecting: Connecting): Promise<Database> {
  const { settings, port, socket, tls, connect_ms, onGone } = connecting
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    ...{ host: settings.host, port, user: settings.user, database: settings.database },
    password: settings.password ?? '',
    ssl: tls ?? false,
    stream: () => socket,
    connectionTimeoutMillis: connect_ms,
    application_name: 'millrace',
    types: { getTypeParser: () => (text: string) => text },
  })
  client.on('error', onGone)
  await client.connect()
  await client.query(SESSION)
  const { rows } = await client.query('show server_version')
  return {
    version: `PostgreSQL ${rows[0]?.server_version}`,
    rows: (query) => rowsOf(client, query, readers(pg.types, settings.call.zone)),
    close: () => socket.destroy(),
  }
}

const SESSION = `set time zone 'UTC'; set datestyle = 'ISO'; set intervalstyle = 'iso_8601';
  set standard_conforming_strings = on; set bytea_output = 'hex'`

async function* rowsOf(
  client: Client,
  { text, values, batchRows_max, timeout_ms }: Query,
  columnOf: (field: FieldDef) => Column,
): AsyncGenerator<Rows> {
  await client.query('begin transaction isolation level repeatable read, read only')
  await client.query(`set local statement_timeout = ${Math.ceil(timeout_ms)}`)
  await client.query(`declare millrace no scroll cursor for ${text}`, [...values])
  let columns: readonly Column[] | undefined
  for (let count = Math.min(FIRST_ROWS, batchRows_max); ; ) {
    const found = await client.query<unknown[]>({ text: `fetch ${count} from millrace`, rowMode: 'array' })
    columns ??= found.fields.map(columnOf)
    yield { columns, rows: found.rows }
    if (found.rows.length < count) return
    count = nextCount(found.rows, batchRows_max)
  }
}

type Types = { getTypeParser: (oid: number, format: 'text') => (text: string) => unknown }

function readers(types: Types, zone: string | undefined): (field: FieldDef) => Column {
  const time = timeReader(zone)
  const read = (oid: number): ((text: string) => Json | undefined) => {
    switch (oid) {
      case OID.bool:
        return (text) => text === 't'
      case OID.bytea:
        return (text) => bytesText(Buffer.from(text.slice(2), 'hex'))
      case OID.int2:
      case OID.int4:
      case OID.int8:
      case OID.float4:
      case OID.float8:
      case OID.numeric:
        return numberOrText
      case OID.timestamp:
      case OID.timestamptz:
        return time
      case OID.json:
      case OID.jsonb:
        return jsonOrText
      default: {
        const parse = LISTS.has(oid) ? types.getTypeParser(oid, 'text') : undefined
        return (text) => (parse === undefined ? text : (parse(text) as Json))
      }
    }
  }
  return ({ name, dataTypeID }) => {
    const readText = read(dataTypeID)
    return { name, read: (cell) => readText(cell as string), text: (cell) => cell as string }
  }
}
