import assert from 'node:assert/strict'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { openAccessDb } from '../access/access-db.ts'
import { auditLog } from '../access/audit.ts'
import type { Progress } from '../ledger/ledger.ts'
import { sqliteLedger } from '../ledger/sqlite.ts'
import { sqliteLog } from '../log/sqlite.ts'
import { KEY_FILE, makeKeyFile } from '../secrets/master-key.ts'
import { sqliteStore } from '../store/sqlite.ts'
import { CONFIGURATION } from '../store/store.fixtures.ts'
import { makeBackup } from './backup.ts'
import { restoreBackup } from './restore.ts'

const SCHEMAS = { 'store.db': 99, 'ledger.db': 99, 'log.db': 99, 'access.db': 99 }
const LIMITS = { count_max: 10_000, bytes_max: 100_000_000 }
const entries = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ key: 'ada', text: JSON.stringify({ n: from + n }) }))

describe('a backup', () => {
  let root: string
  let data: string
  let log: ReturnType<typeof sqliteLog>
  let ledger: ReturnType<typeof sqliteLedger>
  let store: ReturnType<typeof sqliteStore>

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'millrace-backup-'))
    data = join(root, 'data')
    mkdirSync(data)
    log = sqliteLog(join(data, 'log.db'), { lanes: 1 })
    ledger = sqliteLedger(join(data, 'ledger.db'))
    store = sqliteStore(join(data, 'store.db'))
    await store.apply(CONFIGURATION)
    await log.append(entries(1, 100))
    await done()
  })
  afterEach(async () => {
    await Promise.all([log.close(), ledger.close(), store.close()])
    rmSync(root, { recursive: true })
  })

  /** A reader has done everything that is in the log. */
  async function done(): Promise<void> {
    const cursor = await log.end(0)
    const count = { of: 'heap', part: '', name: 'read', count: 1, at_ms: 0 } as const
    const nothing = { attempts: [], deadLetters: [], refusals: [] }
    const progress: Progress = { readerId: 'heap', lane: 0, cursor, counts: [count], ...nothing }
    await ledger.record(progress)
  }
  const backUp = (to: string, onFile?: () => void) =>
    makeBackup({ dataFolder: data, to, version: '1.2.3', now_ms: 0, ...(onFile && { onFile }) })

  test('made while events come in and are delivered, it holds one moment: no cursor is past its log', async () => {
    let batch = 0
    const to = join(root, 'copy')
    const writes: Promise<void>[] = []
    const manifest = await backUp(to, () => {
      batch += 1
      writes.push(log.append(entries(batch * 1_000, 50)).then(done))
    })
    await Promise.all(writes)
    assert.deepEqual([manifest.version, manifest.madeAt], ['1.2.3', '1970-01-01T00:00:00.000Z'])

    const folder = join(root, 'restored')
    mkdirSync(folder)
    await restoreBackup({ from: to, dataFolder: folder, schemas: SCHEMAS })
    copyFileSync(join(data, KEY_FILE), join(folder, KEY_FILE))
    const copies = {
      log: sqliteLog(join(folder, 'log.db')),
      ledger: sqliteLedger(join(folder, 'ledger.db')),
      store: sqliteStore(join(folder, 'store.db')),
    }
    assert.deepStrictEqual(await copies.store.read(), CONFIGURATION)
    const cursor = await copies.ledger.cursor('heap', 0)
    const end = await copies.log.end(0)
    assert.ok(cursor !== undefined && cursor.chunk <= end.chunk)
    const chunks = await copies.log.read(0, { chunk: 0, index: 0 }, LIMITS)
    assert.equal(chunks[0]?.count, 100)
    // New chunks get numbers that were never given away.
    const [address] = await copies.log.append(entries(1, 1))
    assert.ok((address?.chunk ?? 0) > end.chunk)
    await Promise.all([copies.log.close(), copies.ledger.close(), copies.store.close()])
  })

  test('holds people, tokens and what was done, where there are any', async () => {
    assert.equal((await backUp(join(root, 'without'))).files['access.db'], undefined)
    const db = openAccessDb(join(data, 'access.db'))
    const audit = (of: typeof db) => auditLog(of, { now_ms: () => 0, onFault: assert.ifError })
    await audit(db).note({ who: { name: 'ada', via: 'session' }, what: 'login', outcome: 'ok' })
    const to = join(root, 'copy')
    await backUp(to)
    await db.close()
    const folder = join(root, 'restored')
    mkdirSync(folder)
    await restoreBackup({ from: to, dataFolder: folder, schemas: SCHEMAS })
    const restored = openAccessDb(join(folder, 'access.db'))
    assert.deepEqual(await audit(restored).verify(), { ok: true, rows: 1, end: await audit(restored).end() })
    await restored.close()
  })

  test('is as private as the data: nobody else on the machine can read it', async () => {
    const to = join(root, 'copy')
    await backUp(to)
    for (const file of readdirSync(to)) assert.equal(statSync(join(to, file)).mode & 0o077, 0, file)
  })

  test('holds no key unless it is asked to, says which one it needs, and looks whether it is the one that is there', async () => {
    const [without, withKey] = [join(root, 'without'), join(root, 'with')]
    const options = { dataFolder: data, version: '1.2.3', now_ms: 0 }
    const { secretKeys = [] } = await makeBackup({ ...options, to: without })
    await makeBackup({ ...options, to: withKey, withKeyFile: join(data, KEY_FILE) })
    const [files, filesWithKey] = [without, withKey].map((folder) => readdirSync(folder).includes(KEY_FILE))
    assert.deepEqual([files, filesWithKey, secretKeys.length], [false, true, 1])

    const restored = async (from: string, folder: string, prepare = (_to: string) => {}) => {
      const to = join(root, folder)
      mkdirSync(to)
      prepare(to)
      return (await restoreBackup({ from, dataFolder: to, schemas: SCHEMAS })).keysNeeded
    }
    const rightKey = (to: string) => copyFileSync(join(data, KEY_FILE), join(to, KEY_FILE))
    assert.deepEqual(await restored(without, 'a'), secretKeys)
    assert.deepEqual(await restored(without, 'b', rightKey), [])
    assert.deepEqual(await restored(withKey, 'c'), [])
    assert.deepEqual(readFileSync(join(root, 'c', KEY_FILE)), readFileSync(join(data, KEY_FILE)))
    assert.deepEqual(await restored(withKey, 'd', rightKey), [])
  })

  const refusedBackups: readonly [what: string, prepare: (to: string) => void, problem: RegExp][] = [
    ['into a folder that holds something', (to) => writeInto(to, 'notes.txt'), /is not empty/],
    ['of a folder without data', () => rmSync(join(data, 'ledger.db')), /has no ledger\.db/],
  ]
  for (const [what, prepare, problem] of refusedBackups) {
    test(`is refused ${what}`, async () => {
      const to = join(root, 'copy')
      prepare(to)
      await assert.rejects(backUp(to), (error: { code: string; details: { problem: string } }) => {
        assert.equal(error.code, 'BACKUP_INVALID')
        assert.match(error.details.problem, problem)
        return true
      })
    })
  }

  const refusedRestores: readonly [
    what: string,
    prepare: (from: string, to: string) => void,
    code: string,
    schemas?: typeof SCHEMAS,
  ][] = [
    ['over data that is there', (_, to) => writeInto(to, 'log.db'), 'BACKUP_INVALID'],
    ['when a file was changed', (from) => flipByte(join(from, 'log.db')), 'BACKUP_INVALID'],
    ['when a file is gone', (from) => rmSync(join(from, 'store.db')), 'BACKUP_INVALID'],
    ['when it did not come to its end', (from) => rmSync(join(from, 'backup.json')), 'BACKUP_INVALID'],
    [
      'of another format',
      (from) => writeFileSync(join(from, 'backup.json'), '{"format":"x"}'),
      'BACKUP_INVALID',
    ],
    ['with another key', (_, to) => makeKeyFile(join(to, KEY_FILE)), 'SECRET_KEY_WRONG'],
    ['by an older Millrace', () => {}, 'SCHEMA_TOO_NEW', { ...SCHEMAS, 'ledger.db': 0 }],
  ]
  for (const [what, prepare, code, schemas = SCHEMAS] of refusedRestores) {
    test(`is not restored ${what}, and nothing is written`, async () => {
      const [from, to] = [join(root, 'copy'), join(root, 'target')]
      await backUp(from)
      mkdirSync(to)
      prepare(from, to)
      const before = readdirSync(to)
      await assert.rejects(restoreBackup({ from, dataFolder: to, schemas }), { code })
      assert.deepEqual(readdirSync(to), before)
    })
  }
})

function writeInto(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, file), 'x')
}

function flipByte(file: string): void {
  const bytes = readFileSync(file)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  writeFileSync(file, bytes)
}
