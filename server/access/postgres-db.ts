import { connectPostgres } from '../postgres/connect.ts'
import { postgresDialect } from '../postgres/kysely-dialect.ts'
import { migratePostgres } from '../postgres/migrate.ts'
import { Kysely } from '../queries/kysely.ts'
import type { AccessDb } from './access-db.ts'
import { ACCESS_POSTGRES_MIGRATIONS } from './postgres-schema.ts'

/** People come in one by one; what they do is written in the order in which it was asked. */
const CONNECTIONS_MAX = 1

/**
 * People, sessions, tokens and what they did, in PostgreSQL. Transactions of all processes come one after the other, as in the file:
 * the audit log is a chain, and the last admin must stay whoever asks at the same moment.
 *
 * @throws {AppError} POSTGRES_UNAVAILABLE, POSTGRES_UNSUITABLE, SCHEMA_TOO_NEW
 */
export async function openPostgresAccess(url: string): Promise<AccessDb> {
  const postgres = connectPostgres({
    url,
    connections_max: CONNECTIONS_MAX,
    waitsForDisk: true,
    name: 'access',
  })
  try {
    await migratePostgres(postgres, 'access', ACCESS_POSTGRES_MIGRATIONS)
  } catch (error) {
    await postgres.close()
    throw error
  }
  const dialect = postgresDialect(postgres, { oneAfterTheOther: `millrace access of ${postgres.schema}` })
  const db = new Kysely<unknown>({ dialect })
  return {
    of: <Tables>() => db as unknown as Kysely<Tables>,
    close: () => postgres.close(),
  }
}
