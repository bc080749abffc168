import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../core/errors.ts'

/**
 * One step of a file's schema. `sql` may be many statements; it runs inside a transaction, so it must hold neither
 * `begin` nor a pragma that needs to be outside of one, such as `journal_mode`.
 */
export type Migration = {
  readonly name: string
  readonly sql: string
  /** What its SQL calls besides SQLite's own. */
  readonly functions?: Readonly<Record<string, (text: string) => string>>
}

/**
 * Brings a file's schema up to date. Forward only: a released migration is never changed, only followed by another.
 *
 * Each migration and the count of those done (`pragma user_version`) are committed together, so a crash leaves the
 * file between two migrations, never inside one. Two processes that open a new file at the same time take turns.
 *
 * @throws {AppError} SCHEMA_TOO_NEW when the file has had more migrations than are known here.
 * @throws {Error} with the migration's name, and SQLite's error as its cause; the migrations before it stay done.
 */
export function migrate(db: DatabaseSync, migrations: readonly Migration[]): void {
  const known = migrations.length
  if (schemaVersion(db) === known) return
  migrations.forEach((migration, index) => {
    transaction(db, () => {
      // Read again inside the transaction: another process may have done this one meanwhile.
      if (schemaVersion(db) > index) return
      apply(db, migration, index + 1)
    })
  })
  const version = schemaVersion(db)
  if (version > known)
    throw new AppError('SCHEMA_TOO_NEW', { file: db.location() ?? ':memory:', version, known })
}

/** How many migrations the file has had. */
export function schemaVersion(db: DatabaseSync): number {
  return (db.prepare('pragma user_version').get() as { user_version: number }).user_version
}

/**
 * Runs `work` in a write transaction: all of it or nothing. `immediate` waits for other writers at the start
 * (`busy_timeout`), where a transaction that turns from reading to writing would fail at once instead.
 */
export function transaction<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec('begin immediate')
  try {
    const result = work()
    db.exec('commit')
    return result
  } catch (error) {
    // After some failures, such as a full disk, SQLite has rolled back already.
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}

function apply(db: DatabaseSync, { name, sql, functions = {} }: Migration, version: number): void {
  try {
    for (const [called, compute] of Object.entries(functions)) {
      db.function(called, (text) => compute(String(text)))
    }
    db.exec(sql)
    db.exec(`pragma user_version = ${version}`)
  } catch (error) {
    throw new Error(`The migration "${name}" failed.`, { cause: error })
  }
}
