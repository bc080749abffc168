import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { migrate } from '../sqlite/migrate.ts'
import { MIGRATIONS } from './schema.ts'
import { sqliteStore } from './sqlite.ts'
import { storeConformance } from './store.conformance.ts'
import { CONFIGURATION } from './store.fixtures.ts'

storeConformance('the SQLite store', () => {
  const folder = makeFolder()
  return {
    open: () => sqliteStore(join(folder, 'store.db')),
    durable: true,
    remove: () => rmSync(folder, { recursive: true }),
  }
})

describe('the SQLite store', () => {
  test('has in its file what apply() has answered for, with a journal that readers can read beside', async (t) => {
    const path = join(folderOf(t), 'store.db')
    const store = sqliteStore(path)
    await store.apply(CONFIGURATION)
    const other = new DatabaseSync(path)
    assert.equal(
      other.prepare('select count(*) as n from sources').get()?.['n'],
      CONFIGURATION.sources.length,
    )
    assert.equal(other.prepare('pragma journal_mode').get()?.['journal_mode'], 'wal')
    other.close()
    await store.close()
  })

  test('leaves the file alone when nothing changed', async (t) => {
    const path = join(folderOf(t), 'store.db')
    const store = sqliteStore(path)
    await store.apply(CONFIGURATION)
    const watcher = new DatabaseSync(path)
    // SQLite changes this number for a connection whenever another one has written.
    const version = () => watcher.prepare('pragma data_version').get()?.['data_version']
    const before = version()
    await store.apply(CONFIGURATION)
    assert.equal(version(), before)
    watcher.close()
    await store.close()
  })

  test('is for this user only: settings may hold secrets', {
    skip: process.platform === 'win32',
  }, async (t) => {
    const path = join(folderOf(t), 'store.db')
    const store = sqliteStore(path)
    await store.apply(CONFIGURATION)
    for (const file of [path, `${path}-wal`]) assert.equal(statSync(file).mode & 0o777, 0o600, file)
    await store.close()
  })

  test('opens a file from before privacy and consent, with what is in it', async (t) => {
    const path = join(folderOf(t), 'store.db')
    const older = new DatabaseSync(path)
    migrate(older, MIGRATIONS.slice(0, 1))
    older.exec(`insert into sources values ('site', 0, 'Site', 'javascript', 'wk_12345678')`)
    older.exec(`insert into instances values ('heap', 0, 'heap', 'Heap', 1, '{}')`)
    older.close()
    const store = sqliteStore(path)
    const sources = [{ id: 'site', name: 'Site', kind: 'javascript', writeKey: 'wk_12345678' }]
    const heap = { id: 'heap', kind: 'heap', name: 'Heap', enabled: true }
    const instances = [{ ...heap, sources: [], settings: {}, subscriptions: [] }]
    assert.deepStrictEqual(await store.read(), { sources, instances })
    await store.close()
  })

  test('does not open a file that a newer Millrace wrote, and leaves it closed', async (t) => {
    const path = join(folderOf(t), 'store.db')
    const newer = new DatabaseSync(path)
    newer.exec('pragma user_version = 999')
    newer.close()
    assert.throws(() => sqliteStore(path), { code: 'SCHEMA_TOO_NEW' })
  })

  test('works in memory', async () => {
    const store = sqliteStore(':memory:')
    await store.apply(CONFIGURATION)
    assert.deepStrictEqual(await store.read(), CONFIGURATION)
    await store.close()
  })

  test('can be closed before it was used', async () => {
    await sqliteStore(':memory:').close()
  })
})

function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'millrace-store-'))
}

function folderOf(t: { after(clean: () => void): void }): string {
  const folder = makeFolder()
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}
