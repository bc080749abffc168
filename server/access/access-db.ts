import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from '../queries/kysely.ts'
import { migrate } from '../sqlite/migrate.ts'
import { nodeSqliteDialect } from '../sqlite/node-sqlite-dialect.ts'
import { ACCESS_MIGRATIONS } from './access-schema.ts'

/** How long a writer waits for another process, such as `millrace admin`, to finish. */
const BUSY_MS_MAX = 5_000

/** The one file of people, sessions, tokens and what they did. Each store types its own tables: `of<Tables>()`. */
export type AccessDb = {
  readonly of: <Tables>() => Kysely<Tables>
  readonly close: () => Promise<void>
}

/**
 * Opens `access.db`; open it once within one thread. Other processes may have it open, and see each change once it is made.
 *
 * @throws {AppError} SCHEMA_TOO_NEW when a newer Millrace wrote the file.
 */
export function openAccessDb(path: string): AccessDb {
  const file = open(path)
  const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(file) })
  return {
    of: <Tables>() => db as unknown as Kysely<Tables>,
    async close() {
      await db.destroy()
      file.close()
    },
  }
}

function open(path: string): DatabaseSync {
  // Hashes of passwords and sessions: only this user reads the file. SQLite gives its journal the same permissions.
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
  const db = new DatabaseSync(path, { timeout: BUSY_MS_MAX, enableForeignKeyConstraints: true })
  try {
    db.exec('pragma journal_mode = wal')
    // A person who was shut out must stay so over a crash.
    db.exec('pragma synchronous = full')
    migrate(db, ACCESS_MIGRATIONS)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
