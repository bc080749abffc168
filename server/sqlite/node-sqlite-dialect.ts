import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { CompiledQuery, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from '../queries/kysely.ts'

/**
 * Kysely over Node's own SQLite, so that there is no native module to build. Kysely's own dialect is for
 * better-sqlite3, whose statements take other arguments, and it begins every transaction as a reader: one that turns
 * to writing fails at once when another process has written meanwhile.
 *
 * Whoever opened `db` closes it, after Kysely's `destroy()`.
 */
export function nodeSqliteDialect(db: DatabaseSync): Dialect {
  return {
    createDriver: () => driverOf(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    // Says that there is one connection: Kysely then lets one transaction or query through at a time.
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
  }
}

function driverOf(db: DatabaseSync): Driver {
  const connection = connectionOf(db)
  const run = async (sql: string) => {
    await connection.executeQuery(CompiledQuery.raw(sql))
  }
  return {
    async init() {},
    async acquireConnection() {
      return connection
    },
    // `immediate` takes the write lock at the start, where `busy_timeout` is obeyed.
    beginTransaction: (_, { accessMode }) => run(accessMode === 'read only' ? 'begin' : 'begin immediate'),
    commitTransaction: () => run('commit'),
    async rollbackTransaction() {
      // After some failures, such as a full disk, SQLite has rolled back already.
      if (db.isTransaction) await run('rollback')
    },
    async releaseConnection() {},
    async destroy() {},
  }
}

function connectionOf(db: DatabaseSync): DatabaseConnection {
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const statement = db.prepare(sql)
      const values = parameters as readonly SQLInputValue[]
      if (statement.columns().length > 0) return { rows: plainRows<Row>(statement.all(...values)) }
      const { changes, lastInsertRowid } = statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    },
    async *streamQuery<Row>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
      for (const row of db.prepare(sql).iterate(...(parameters as readonly SQLInputValue[]))) {
        yield { rows: plainRows<Row>([row]) }
      }
    },
  }
}

/** Node's rows have no prototype, which `deepEqual` and some libraries take for a difference. */
function plainRows<Row>(rows: readonly Record<string, SQLOutputValue>[]): Row[] {
  return rows.map((row) => ({ ...row }) as Row)
}
