import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { isDeepStrictEqual } from 'node:util'
import { Kysely } from 'kysely'
import { isEmptied, NOTHING_STAYS } from '../sqlite/erase.ts'
import { migrate } from '../sqlite/migrate.ts'
import { nodeSqliteDialect } from '../sqlite/node-sqlite-dialect.ts'
import { addChanges, findChanges } from './change-rows.ts'
import { changesBetween, NOBODY, recordedChanges } from './changes.ts'
import { peopleTables } from './people.ts'
import { readAll, replaceAll } from './rows.ts'
import { MIGRATIONS, type Tables } from './schema.ts'
import { storable } from './storable.ts'
import { type Change, revisionKey, type Store } from './store.ts'

/** How long a writer waits for another process to finish. Configuration is small: a write takes milliseconds. */
const BUSY_MS_MAX = 5_000

/**
 * One SQLite file. Other threads and processes may have the same file open and see each change once it is applied;
 * within one thread open it once, because a wait for the write lock holds up the whole thread.
 *
 * @throws {AppError} SCHEMA_TOO_NEW when a newer Millrace wrote the file.
 */
export function sqliteStore(path: string): Store {
  const file = open(path)
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(file) })
  return {
    async read() {
      return db.transaction().setAccessMode('read only').execute(readAll)
    },
    async apply(configuration, author = NOBODY) {
      const next = storable(configuration)
      return db.transaction().execute(async (transaction) => {
        const before = await readAll(transaction)
        if (isDeepStrictEqual(before, next)) return []
        await replaceAll(transaction, next)
        await addChanges(transaction, recordedChanges(before, next, author))
        return changesBetween(before, next)
      })
    },
    changes: (filter, count_max) => findChanges(db, filter, count_max),
    async revisions() {
      const rows = await db
        .selectFrom('changes')
        .select(({ fn }) => ['what', 'of_id', fn.max('number').as('newest')])
        .groupBy(['what', 'of_id'])
        .execute()
      return new Map(
        rows.map(({ what, of_id, newest }) => [revisionKey(what as Change['what'], of_id), newest]),
      )
    },
    async kept(name) {
      const row = await db
        .selectFrom('settings')
        .select('value')
        .where('name', '=', `kept ${name}`)
        .executeTakeFirst()
      return row === undefined ? undefined : JSON.parse(row.value)
    },
    async keep(name, value) {
      const row = { name: `kept ${name}`, value: JSON.stringify(value) }
      await db
        .insertInto('settings')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: row.value }))
        .execute()
    },
    ...peopleTables(db),
    compact: async () => isEmptied(file.prepare('pragma wal_checkpoint(truncate)').get()),
    async close() {
      await db.destroy()
      file.close()
    },
  }
}

function open(path: string): DatabaseSync {
  // Settings may hold secrets: only this user reads the file. SQLite gives its journal the same permissions.
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
  const db = new DatabaseSync(path, { timeout: BUSY_MS_MAX, enableForeignKeyConstraints: true })
  try {
    db.exec(`pragma journal_mode = wal; ${NOTHING_STAYS}`)
    db.exec('pragma synchronous = full') // apply() promises to survive a crash, and 'normal' does not.
    migrate(db, MIGRATIONS)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
