import { closeSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isDeepStrictEqual } from 'node:util'
import { secret } from '../../core/secret.ts'
import { Kysely } from '../queries/kysely.ts'
import { openDataKeys } from '../secrets/data-keys.ts'
import { KEY_FILE, type KeySource } from '../secrets/master-key.ts'
import { newSealingKey, type Sealer } from '../secrets/sealer.ts'
import { isEmptied, NOTHING_STAYS } from '../sqlite/erase.ts'
import { migrate } from '../sqlite/migrate.ts'
import { nodeSqliteDialect } from '../sqlite/node-sqlite-dialect.ts'
import { addChanges, findChanges } from './change-rows.ts'
import { changesBetween, NOBODY, recordedChanges } from './changes.ts'
import { personTables } from './persons.ts'
import { findingTable } from './plan-findings.ts'
import { readAll, replaceAll } from './rows.ts'
import { MIGRATIONS, type Tables } from './schema.ts'
import { sealOlderRows } from './sealed.ts'
import { settingsIn } from './settings.ts'
import { storable } from './storable.ts'
import type { Store } from './store.ts'

/** How long a writer waits for another process to finish. Configuration is small: a write takes milliseconds. */
export const BUSY_MS_MAX = 5_000
/** SQLite's name for a file that is none. */
const MEMORY = ':memory:'

export type SqliteStoreOptions = {
  /** The key of its secrets; left out: a file beside it, which is made for a new one. */
  readonly key?: KeySource
  readonly onKeyMade?: (file: string) => void
}
/** Others that keep secrets in this file seal them with its keys. */
export type SqliteStore = Store & { readonly sealer: Sealer }

/**
 * One SQLite file, in which what may be secret is sealed. Other threads and processes may have the same file open and see
 * each change once it is applied; within one thread open it once, because a wait for the write lock holds up the whole
 * thread.
 *
 * @throws {AppError} SCHEMA_TOO_NEW when a newer Millrace wrote the file; SECRET_KEY_MISSING, SECRET_KEY_WRONG
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): SqliteStore {
  const { file, sealer } = open(path, options)
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(file) })
  return {
    sealer,
    async read() {
      return db
        .transaction()
        .setAccessMode('read only')
        .execute((transaction) => readAll(transaction, sealer))
    },
    async apply(configuration, author = NOBODY) {
      const next = storable(configuration)
      return db.transaction().execute(async (transaction) => {
        const before = await readAll(transaction, sealer)
        if (isDeepStrictEqual(before, next)) return []
        await replaceAll(transaction, next, sealer)
        await addChanges(transaction, recordedChanges(before, next, author), sealer)
        return changesBetween(before, next)
      })
    },
    changes: (filter, count_max) => findChanges(db, filter, count_max, sealer),
    ...settingsIn(db),
    ...personTables(db),
    ...findingTable(db),
    compact: async () => isEmptied(file.prepare('pragma wal_checkpoint(truncate)').get()),
    async close() {
      await db.destroy()
      file.close()
    },
  }
}

function open(path: string, { key = keyBeside(path), onKeyMade }: SqliteStoreOptions) {
  const file = openStoreFile(path)
  try {
    migrate(file, MIGRATIONS)
    const { sealer, madeFile } = openDataKeys(file, key, Date.now())
    if (madeFile !== undefined) onKeyMade?.(madeFile)
    sealOlderRows(file, sealer)
    return { file, sealer }
  } catch (error) {
    file.close()
    throw error
  }
}

/** Settings hold secrets: only this user reads the file. SQLite gives its journal the same permissions. */
export function openStoreFile(path: string): DatabaseSync {
  if (path !== MEMORY) closeSync(openSync(path, 'a', 0o600))
  const db = new DatabaseSync(path, { timeout: BUSY_MS_MAX, enableForeignKeyConstraints: true })
  try {
    db.exec(`pragma journal_mode = wal; ${NOTHING_STAYS}`)
    db.exec('pragma synchronous = full') // apply() promises to survive a crash, and 'normal' does not.
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function keyBeside(path: string): KeySource {
  if (path === MEMORY) return { kind: 'given', text: secret(newSealingKey().bytes.toString('hex')) }
  return { kind: 'file', path: join(dirname(path), KEY_FILE), mayMake: true }
}
