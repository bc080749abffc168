import type { Dialect, Driver, PostgresPoolClient } from 'kysely'
import { CompiledQuery, PostgresDialect } from '../queries/kysely.ts'
import { checkedOut, type Postgres } from './connect.ts'
import { problemOf } from './problems.ts'
import { storedText } from './text.ts'

/**
 * Kysely over a pool whose texts are stored texts (`text.ts`). Its statements are not prepared: they are those of people who
 * configure. Whoever connected closes it; Kysely's `destroy()` does not.
 *
 * @param options `oneAfterTheOther`: the name of a lock that each transaction takes at its beginning.
 */
export function postgresDialect(
  postgres: Postgres,
  { oneAfterTheOther }: { readonly oneAfterTheOther?: string } = {},
): Dialect {
  const dialect = plainDialect(postgres)
  if (oneAfterTheOther === undefined) return dialect
  return {
    createDriver: () => turnTaking(dialect.createDriver(), oneAfterTheOther),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  }
}

function turnTaking(driver: Driver, lock: string): Driver {
  const begin = driver.beginTransaction.bind(driver)
  driver.beginTransaction = async (connection, settings) => {
    await begin(connection, settings)
    await connection.executeQuery(CompiledQuery.raw('select pg_advisory_xact_lock(hashtext($1))', [lock]))
  }
  return driver
}

function plainDialect({ pool }: Postgres): Dialect {
  return new PostgresDialect({
    pool: {
      async connect() {
        const client = await checkedOut(pool)
        const query = client.query.bind(client) as unknown as Query
        return {
          query: async (sql: string, values: readonly unknown[]) => {
            const stored = values.map((value) => (typeof value === 'string' ? storedText(value) : value))
            try {
              return await query(sql, stored)
            } catch (error) {
              throw problemOf(error)
            }
          },
          release: (broken?: boolean) => client.release(broken),
        } as unknown as PostgresPoolClient
      },
      async end() {},
      options: pool.options,
    },
  })
}
type Query = (sql: string, values: readonly unknown[]) => Promise<unknown>
