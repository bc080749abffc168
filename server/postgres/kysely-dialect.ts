import { type Dialect, PostgresDialect, type PostgresPoolClient } from 'kysely'
import { checkedOut, type Postgres } from './connect.ts'
import { problemOf } from './problems.ts'
import { storedText } from './text.ts'

/**
 * Kysely over a pool whose texts are stored texts (`text.ts`). Its statements are not prepared: they are those of people who
 * configure. Whoever connected closes it; Kysely's `destroy()` does not.
 */
export function postgresDialect({ pool }: Postgres): Dialect {
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
