import pg from 'pg'
import { AppError } from '../../core/errors.ts'
import { problemOf } from './problems.ts'
import { readText, storedText } from './text.ts'

export type PostgresOptions = {
  /** `postgres://user:password@host:port/database?schema=…&sslmode=…`: a secret. */
  readonly url: string
  /** Connections of the pool; each is a process of the server. */
  readonly connections_max: number
  /** Whether a commit waits for the disk. Without it, what survives a power cut is a whole earlier state. */
  readonly waitsForDisk: boolean
  /** What PostgreSQL's own lists show as the name of the connection. */
  readonly name: string
}

/** How long a new connection, or one of the pool, is waited for. */
const CONNECT_MS_MAX = 5_000
/** A statement of ours takes milliseconds; one that takes this long hangs. */
const STATEMENT_MS_MAX = 30_000
/** A transaction in which nothing happens for so long belongs to a process that stands still: it must not hold locks. */
const IDLE_IN_TRANSACTION_MS_MAX = 30_000
const IDLE_MS_MAX = 60_000
export const DEFAULT_SCHEMA = 'millrace'
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/

export type Value = string | number | boolean | null | Uint8Array | readonly Value[]
/** What a statement is asked with, inside of a transaction or outside of one. */
export type Queries = {
  /** The rows of a statement, which is prepared once a connection. */
  readonly rows: <Row>(sql: string, values?: readonly Value[]) => Promise<readonly Row[]>
  /** Several statements at once, without values. */
  readonly script: (sql: string) => Promise<void>
}
export type Postgres = Queries & {
  /** All of it or nothing. Done again, up to `TRIES_MAX` times, when PostgreSQL ended it for the sake of another one. */
  readonly transaction: <Result>(work: (queries: Queries) => Promise<Result>) => Promise<Result>
  /** Frees what was removed from the tables, however long that takes. */
  readonly vacuum: (tables: readonly string[]) => Promise<void>
  readonly pool: pg.Pool
  readonly schema: string
  readonly close: () => Promise<void>
}

/**
 * A pool of connections to one schema of a database. Nothing is connected before the first statement.
 *
 * @throws {AppError} POSTGRES_UNSUITABLE for an address that is none; each statement: POSTGRES_UNAVAILABLE
 */
export function connectPostgres(options: PostgresOptions): Postgres {
  const { schema, config } = settingsOf(options)
  const pool = new pg.Pool(config)
  // A connection that broke while nobody used it: the next statement gets another one, or tells.
  pool.on('error', () => {})
  return {
    ...queriesOf((query) => pool.query(query)),
    transaction: (work) => again(() => inTransaction(pool, work)),
    vacuum: (tables) => vacuum(pool, tables),
    pool,
    schema,
    close: () => pool.end(),
  }
}

/** What a connection is made with, and its schema. */
export function settingsOf({ url, connections_max, waitsForDisk, name }: PostgresOptions) {
  const { address, schema } = addressOf(url)
  const settings = [
    `-c search_path=${schema}`,
    `-c synchronous_commit=${waitsForDisk ? 'on' : 'off'}`,
    `-c statement_timeout=${STATEMENT_MS_MAX}`,
    `-c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS_MAX}`,
    // Numbers that are read back are the ones that were written.
    '-c extra_float_digits=3',
  ]
  const config: pg.PoolConfig = {
    ...{ connectionString: address, options: settings.join(' '), application_name: `millrace ${name}` },
    ...{ max: connections_max, connectionTimeoutMillis: CONNECT_MS_MAX, idleTimeoutMillis: IDLE_MS_MAX },
    // A process that has nothing else to do ends, though connections are open.
    allowExitOnIdle: true,
    ...{ keepAlive: true, types: { getTypeParser: parserOf as typeof pg.types.getTypeParser } },
  }
  return { schema, config }
}

function addressOf(url: string): { readonly address: string; readonly schema: string } {
  const parsed = URL.parse(url)
  if (parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw unsuitable('The address must look like postgres://user:password@host:5432/database.')
  }
  const schema = parsed.searchParams.get('schema') ?? DEFAULT_SCHEMA
  if (!SCHEMA_NAME.test(schema)) {
    throw unsuitable('The schema in the address must be small letters, digits and "_", at most 63 of them.')
  }
  parsed.searchParams.delete('schema')
  parsed.searchParams.delete('options')
  return { address: parsed.href, schema }
}

export function unsuitable(problem: string): AppError {
  return new AppError('POSTGRES_UNSUITABLE', { problem })
}

type Query = (query: pg.QueryConfig) => Promise<pg.QueryResult>

function queriesOf(query: Query): Queries {
  return {
    async rows<Row>(sql: string, values: readonly Value[] = []) {
      const config = { name: nameOf(sql), text: sql, values: values.map(parameter) }
      const { rows } = await query(config).catch(rethrow)
      return rows as readonly Row[]
    },
    async script(sql) {
      await query({ text: sql }).catch(rethrow)
    },
  }
}

/** A statement has one name in this process: PostgreSQL plans it once a connection. */
const names = new Map<string, string>()
function nameOf(sql: string): string {
  const known = names.get(sql) ?? `s${names.size}`
  names.set(sql, known)
  return known
}

function parameter(value: Value): unknown {
  if (typeof value === 'string') return storedText(value)
  if (Array.isArray(value)) return value.map(parameter)
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length) : value
}

async function inTransaction<Result>(
  pool: pg.Pool,
  work: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  const client = await checkedOut(pool)
  try {
    await client.query('begin').catch(rethrow)
    const result = await work(queriesOf((query) => client.query(query)))
    const { command } = await client.query('commit').catch(rethrow)
    // PostgreSQL answers so when a statement had failed and nobody told.
    if (command === 'ROLLBACK')
      throw new Error('The transaction was rolled back: one of its statements had failed.')
    client.release()
    return result
  } catch (error) {
    // One that cannot be rolled back is broken, and the server rolls back what it was in.
    await client.query('rollback').then(
      () => client.release(),
      (broken) => client.release(broken),
    )
    throw error
  }
}

/** A connection for more than one statement. When it breaks between two, the next one tells: nobody else has to hear. */
export async function checkedOut(pool: pg.Pool): Promise<pg.PoolClient> {
  const client = await pool.connect().catch(rethrow)
  if (client.listenerCount('error', ignore) === 0) client.on('error', ignore)
  return client
}
function ignore(): void {}

async function vacuum(pool: pg.Pool, tables: readonly string[]): Promise<void> {
  const client = await checkedOut(pool)
  try {
    await client.query('set statement_timeout = 0')
    await client.query(`vacuum ${tables.join(', ')}`)
    await client.query('reset statement_timeout')
    client.release()
  } catch (error) {
    client.release(true)
    rethrow(error)
  }
}

const TRIES_MAX = 5
/** Two transactions that waited for each other; or that could not be put one after the other. */
const AGAIN: ReadonlySet<unknown> = new Set(['40P01', '40001'])

/** Does it again when PostgreSQL ended it, and with it all that it did, for the sake of another transaction. */
export async function again<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries >= TRIES_MAX || !AGAIN.has((error as { code?: unknown }).code)) throw error
    }
  }
}

function rethrow(error: unknown): never {
  throw problemOf(error)
}

const { builtins } = pg.types
/** `text[]`, which the library has no name for. */
const TEXT_ARRAY: number = 1009
const readTexts = pg.types.getTypeParser(TEXT_ARRAY as 16) as unknown as (value: string) => readonly string[]

/** Whole numbers are numbers here: none of ours is over 2^53. */
function parserOf(type: number, format?: 'text'): (value: string) => unknown {
  if (type === builtins.INT8 || type === builtins.NUMERIC) return Number
  if (type === builtins.TEXT || type === builtins.VARCHAR) return readText
  if (type === TEXT_ARRAY) return (value) => readTexts(value).map(readText)
  return pg.types.getTypeParser(type, format)
}
