// What is configured is not to be found in the bytes of the file, and opens with the right key only.
import assert from 'node:assert/strict'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, type TestContext, test } from 'node:test'
import { secret } from '../../core/secret.ts'
import type { SqlSettings } from '../../core/sql/settings.ts'
import { type KeySource, makeKeyFile } from '../secrets/master-key.ts'
import { migrate } from '../sqlite/migrate.ts'
import { rotateKeys } from './rotate.ts'
import { MIGRATIONS } from './schema.ts'
import { sqliteStore } from './sqlite.ts'
import { instance, source } from './store.fixtures.ts'
import type { Configuration } from './store.ts'

const AUTHOR = { by: 'ada', at_ms: 5 }
const HIDDEN = ['wk_planted_1', 'wk_planted_2', 'apikey_planted', 'hooks_planted', 'header_planted']
const PLANTED: Configuration = {
  sources: [source('site', { writeKey: 'wk_planted_1', olderWriteKeys: ['wk_planted_2'] })],
  instances: [
    instance('heap', {
      settings: { apiKey: 'apikey_planted', headers: { authorization: 'header_planted' } },
    }),
  ],
  alerts: { channels: [{ id: 'ops', kind: 'slack', url: 'https://hooks.example.com/hooks_planted' }] },
}
const EMPTY: Configuration = { sources: [], instances: [] }
const given = (byte: number): KeySource => ({
  kind: 'given',
  text: secret(Buffer.alloc(32, byte).toString('hex')),
})

describe('the file of the store', () => {
  test('shows nothing of how a database is read, and gives it back as it was', async (t) => {
    const path = join(folderOf(t), 'store.db')
    const store = sqliteStore(path)
    const sql: SqlSettings = {
      ...{ host: 'host_planted', database: 'shop', user: 'reader', password: 'password_planted' },
      ...{ query: 'select 1', call: { type: 'track' } },
    }
    const configuration = { sources: [source('orders', { kind: 'mysql', sql })], instances: [] }
    await store.apply(configuration)
    assert.deepEqual(await store.read(), configuration)
    await store.apply(EMPTY)
    await store.close()
    assert.doesNotMatch(readFileSync(path, 'latin1'), /host_planted|password_planted/)
  })

  test('shows nothing of what is configured now or was before, and its changes are whole', async (t) => {
    const folder = folderOf(t)
    const store = sqliteStore(join(folder, 'store.db'))
    await store.apply(PLANTED, AUTHOR)
    assert.deepEqual(foundIn(folder), [])
    await store.apply(EMPTY, AUTHOR)
    const changes = await store.changes({}, 10)
    assert.deepEqual(
      changes.map(({ number, what, before }) => [number, what, before]),
      [
        [6, 'alerts', PLANTED.alerts],
        [5, 'destination', PLANTED.instances[0]],
        [4, 'source', PLANTED.sources[0]],
        [3, 'alerts', undefined],
        [2, 'destination', undefined],
        [1, 'source', undefined],
      ],
    )
    assert.deepEqual(foundIn(folder), [])
    await store.close()
    assert.deepEqual(foundIn(folder), [])
  })

  for (const end of ['closed', 'killed']) {
    test(`of an earlier version that was ${end} shows nothing any more once it was opened`, async (t) => {
      const [first, folder] = [folderOf(t), folderOf(t)]
      const path = join(folder, 'store.db')
      const older = new DatabaseSync(join(first, 'store.db'))
      t.after(() => older.isOpen && older.close())
      older.exec('pragma journal_mode = wal')
      migrate(older, MIGRATIONS.slice(0, 3))
      older.exec(`
        insert into sources (id, position, name, kind, write_key, older_write_keys)
          values ('site', 0, 'Site', 'javascript', 'wk_planted_1', '["wk_planted_2"]');
        insert into instances (id, position, kind, name, enabled, settings)
          values ('heap', 0, 'heap', 'Heap', 1, '{"apiKey":"apikey_planted","more":"${'x'.repeat(9_000)}"}');
        insert into settings values ('alerts', '{"channels":[{"id":"a","kind":"slack","url":"https://x.example/hooks_planted"}]}');
        insert into settings values ('kept alerts', '{"recent":[]}');
        insert into changes ("group", at_ms, "by", what, of_id, change, "before", "after")
          values (1, 0, '', 'destination', 'heap', 'updated', '{"id":"heap","settings":{"apiKey":"header_planted"}}', null);
        update instances set settings = '{"apiKey":"apikey_planted"}';`)
      if (end === 'closed') older.close()
      for (const name of readdirSync(first)) copyFileSync(join(first, name), join(folder, name))
      assert.deepEqual(foundIn(folder), HIDDEN)

      const store = sqliteStore(path)
      assert.deepEqual(foundIn(folder), [])
      const { sources, instances, alerts } = await store.read()
      assert.deepEqual([sources[0]?.writeKey, sources[0]?.olderWriteKeys], ['wk_planted_1', ['wk_planted_2']])
      assert.deepEqual(instances[0]?.settings, { apiKey: 'apikey_planted' })
      assert.equal(alerts?.channels.length, 1)
      assert.deepEqual(await store.kept('alerts'), { recent: [] })
      const [change] = await store.changes({}, 1)
      assert.deepEqual(change?.before, { id: 'heap', settings: { apiKey: 'header_planted' } })
      await store.close()
      assert.deepEqual(foundIn(folder), [])
    })
  }

  test('opens with its key only, and another or none changes nothing', async (t) => {
    const path = join(folderOf(t), 'store.db')
    const store = sqliteStore(path, { key: given(1) })
    await store.apply(PLANTED)
    await store.close()
    const before = readFileSync(path)
    assert.throws(() => sqliteStore(path, { key: given(2) }), { code: 'SECRET_KEY_WRONG' })
    assert.throws(() => sqliteStore(path), { code: 'SECRET_KEY_MISSING' })
    assert.ok(!existsSync(join(path, '../secret.key')), 'no key is made for a file that has one')
    assert.deepEqual(readFileSync(path), before)
    const again = sqliteStore(path, { key: given(1) })
    assert.deepEqual(await again.read(), PLANTED)
    await again.close()
  })

  test('notices a secret that was moved to another row', async (t) => {
    const path = join(folderOf(t), 'store.db')
    const store = sqliteStore(path)
    await store.apply({ sources: [], instances: [instance('a', { settings: { k: 1 } }), instance('b')] })
    const other = new DatabaseSync(path)
    other.exec("update instances set settings = (select settings from instances where id = 'a')")
    other.close()
    await assert.rejects(store.read(), { code: 'SEALED_UNREADABLE' })
    await store.close()
  })
})

describe('another key for the secrets', () => {
  const rows: readonly {
    what: string
    from: (folder: string) => KeySource
    to?: (folder: string) => KeySource
    reencrypt: boolean
  }[] = [
    { what: 'in the same file', from: inFile, reencrypt: false },
    { what: 'in the same file, everything sealed anew', from: inFile, reencrypt: true },
    { what: 'in another file', from: inFile, to: otherFile, reencrypt: false },
    { what: 'in place of one of the environment', from: () => given(1), to: () => given(2), reencrypt: true },
  ]
  for (const { what, from, to, reencrypt } of rows) {
    test(`${what}: it opens everything, and the one before nothing`, async (t) => {
      const folder = folderOf(t)
      const storeFile = join(folder, 'store.db')
      const key = from(folder)
      const store = sqliteStore(storeFile, { key })
      await store.apply(PLANTED, AUTHOR)
      await store.close()
      const oldKey =
        key.kind === 'file' ? { kind: 'given' as const, text: secret(readFileSync(key.path, 'utf8')) } : key
      const next = to?.(folder)
      const cells = () => cellsOf(storeFile)
      const before = cells()

      const rotation = { storeFile, key, reencrypt, now_ms: 1, ...(next && { to: next }) }
      const rotated = rotateKeys(rotation)
      assert.notEqual(rotated.before, rotated.after)
      assert.deepEqual([rotated.resealed, rotated.left], [reencrypt ? 7 : 0, 0])
      assert.equal(cells().filter((cell) => before.includes(cell)).length, reencrypt ? 0 : before.length)
      assert.throws(() => sqliteStore(storeFile, { key: oldKey }), { code: 'SECRET_KEY_WRONG' })
      const opened = sqliteStore(storeFile, { key: next ?? key })
      assert.deepEqual(await opened.read(), PLANTED)
      assert.equal((await opened.changes({}, 10)).length, 3)
      await opened.apply(EMPTY)
      await opened.close()
      assert.deepEqual(foundIn(folder), [])
    })
  }

  test('keeps the key of what it does not know', async (t) => {
    const folder = folderOf(t)
    const storeFile = join(folder, 'store.db')
    const store = sqliteStore(storeFile)
    const sealed = store.sealer.seal('people/ada/totp', 'hunter2')
    await store.keep('elsewhere', sealed)
    await store.close()
    const rotated = rotateKeys({ storeFile, key: inFile(folder), reencrypt: true, now_ms: 1 })
    assert.equal(rotated.left, 1)
    const opened = sqliteStore(storeFile)
    assert.equal(opened.sealer.open('people/ada/totp', String(await opened.kept('elsewhere'))), 'hunter2')
    await opened.close()
  })

  test('is for what other files keep sealed with it, too; what is not listed there keeps its key', async (t) => {
    const folder = folderOf(t)
    const storeFile = join(folder, 'store.db')
    const path = join(folder, 'people.db')
    const store = sqliteStore(storeFile)
    const people = new DatabaseSync(path)
    people.exec("create table people (id text, factor text); insert into people values ('bob', 'planted')")
    people
      .prepare("insert into people values ('ada', ?)")
      .run(store.sealer.seal('people/ada/totp', 'hunter2'))
    people.close()
    await store.close()
    const rotation = { storeFile, key: inFile(folder), reencrypt: true, now_ms: 1 }
    const columns = [{ table: 'people', column: 'factor', key: 'id', placedAs: 'totp' }]
    const left = [[], columns, columns].map((listed) => {
      const { left } = rotateKeys({ ...rotation, others: [{ path, columns: listed }] })
      return left
    })
    assert.deepEqual(left, [1, 0, 0])
    const opened = sqliteStore(storeFile)
    const db = new DatabaseSync(path)
    const rows = db.prepare('select id, factor from people order by id').all()
    assert.deepEqual(
      rows.map(({ id, factor }) => opened.sealer.open(`people/${id}/totp`, String(factor))),
      ['hunter2', 'planted'],
    )
    db.close()
    await opened.close()
    assert.ok(!readFileSync(path).includes('planted'))
  })

  test('is not made for one that the environment gives, nor for a file that is not there', (t) => {
    const folder = folderOf(t)
    const storeFile = join(folder, 'store.db')
    assert.throws(() => rotateKeys({ storeFile, key: given(1), now_ms: 1 }), { code: 'CONFIG_UNREADABLE' })
    sqliteStore(storeFile, { key: given(1) })
    assert.throws(() => rotateKeys({ storeFile, key: given(1), now_ms: 1 }), { code: 'OPTION_INVALID' })
    const to = { kind: 'file', path: join(folder, 'none'), mayMake: false } as const
    assert.throws(() => rotateKeys({ storeFile, key: given(1), to, now_ms: 1 }), {
      code: 'SECRET_KEY_MISSING',
    })
    sqliteStore(storeFile, { key: given(1) })
  })
})

function inFile(folder: string): KeySource {
  return { kind: 'file', path: join(folder, 'secret.key'), mayMake: true }
}

function otherFile(folder: string): KeySource {
  makeKeyFile(join(folder, 'other.key'))
  return { kind: 'file', path: join(folder, 'other.key'), mayMake: false }
}

function cellsOf(path: string): readonly string[] {
  const db = new DatabaseSync(path, { readOnly: true })
  const rows = db
    .prepare('select settings as cell from instances union all select "after" from changes')
    .all()
  db.close()
  return rows.map(({ cell }) => String(cell))
}

/** Which of the planted texts stand somewhere in the bytes of the folder. */
function foundIn(folder: string): readonly string[] {
  const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
  return HIDDEN.filter((text) => bytes.includes(text))
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-sealed-'))
  writeFileSync(join(folder, 'empty'), '')
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}
