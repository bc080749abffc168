import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { person } from './access.fixtures.ts'
import { openAccessDb } from './access-db.ts'
import { accessStoreConformance } from './access-store.conformance.ts'
import { sqliteAccessStore } from './sqlite-store.ts'

accessStoreConformance('the SQLite store', () => {
  const db = openAccessDb(':memory:')
  return { store: sqliteAccessStore(db), end: db.close }
})

describe('the file of people', () => {
  const inFolder = (use: (path: string) => Promise<void>) => async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-access-'))
    await use(join(folder, 'access.db')).finally(() => rmSync(folder, { recursive: true }))
  }

  test(
    'keeps people over a restart; another process sees them at once',
    inFolder(async (path) => {
      const db = openAccessDb(path)
      const other = openAccessDb(path)
      await sqliteAccessStore(db).addPerson(person('ada'))
      assert.deepEqual(await sqliteAccessStore(other).people(), [person('ada')])
      await Promise.all([db.close(), other.close()])
      const again = openAccessDb(path)
      assert.deepEqual(await sqliteAccessStore(again).people(), [person('ada')])
      await again.close()
    }),
  )

  test(
    'is for this user only',
    { skip: process.platform === 'win32' },
    inFolder(async (path) => {
      const db = openAccessDb(path)
      await sqliteAccessStore(db).addPerson(person('ada'))
      for (const file of [path, `${path}-wal`]) assert.equal(statSync(file).mode & 0o777, 0o600, file)
      await db.close()
    }),
  )

  test(
    'is not opened when a newer Millrace wrote it',
    inFolder(async (path) => {
      const newer = new DatabaseSync(path)
      newer.exec('pragma user_version = 999')
      newer.close()
      assert.throws(() => openAccessDb(path), { code: 'SCHEMA_TOO_NEW' })
    }),
  )
})
