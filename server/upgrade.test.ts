// Data of every earlier schema opens, with all that is in it.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { sqliteLedger } from './ledger/sqlite.ts'
import { MIGRATIONS as LEDGER } from './ledger/tables/schema.ts'
import { sqliteLog } from './log/sqlite.ts'
import { LOG_MIGRATIONS as LOG } from './log/sqlite-schema.ts'
import { type Migration, migrate, schemaVersion } from './sqlite/migrate.ts'
import { isShrinkable } from './sqlite/shrink.ts'
import { MIGRATIONS as STORE } from './store/schema.ts'
import { sqliteStore } from './store/sqlite.ts'

type Row = {
  readonly file: string
  readonly migrations: readonly Migration[]
  /** Rows as the first version wrote them. */
  readonly rows: string
  /** Opens it as the server does, and tells what is in it. */
  readonly read: (path: string) => Promise<unknown>
  readonly expected: unknown
}

const TEXT = '[{"kind":"duplicate"}]'
const ROWS: readonly Row[] = [
  {
    file: 'store.db',
    migrations: STORE,
    rows: `
      insert into sources (id, position, name, kind, write_key) values ('site', 0, 'Site', 'javascript', 'wk_12345678');
      insert into instances (id, position, kind, name, enabled, settings) values ('heap', 0, 'heap', 'Heap', 1, '{"appId":"1"}');
      insert into connections values ('heap', 'site', 0);
      insert into subscriptions values ('heap', 'track', 0, 'trackEvent', 'Track', 1, 'true', '{}');`,
    async read(path) {
      const store = sqliteStore(path)
      const { sources, instances } = await store.read()
      await store.close()
      return [sources[0]?.writeKey, instances[0]?.sources, instances[0]?.subscriptions[0]?.trigger]
    },
    expected: ['wk_12345678', ['site'], 'true'],
  },
  {
    file: 'log.db',
    migrations: LOG,
    rows: `
      insert into meta values (1, 2, 7);
      insert into chunk (chunk, lane, count, at_ms, fingerprints, crc, text)
        values (5, 1, 1, 1000, x'0100000002000000', ${crc32(TEXT)}, '${TEXT}');`,
    async read(path) {
      const log = sqliteLog(path)
      const [chunk] = await log.read(1, { chunk: 0, index: 0 }, { count_max: 10, bytes_max: 10_000 })
      const [address] = await log.append([{ key: 'a', text: '{}' }])
      await log.close()
      return [log.lanes, log.seed, chunk?.chunk, chunk?.text, address?.chunk]
    },
    expected: [2, 7, 5, TEXT, 6],
  },
  {
    file: 'ledger.db',
    migrations: LEDGER,
    rows: `
      insert into cursors values ('heap', 1, 5, 0);
      insert into counts values ('heap', '', 'read', 3);
      insert into failing values ('heap', 1, 1000, 'DESTINATION_FAILED', 'It answered 500.');
      insert into dead_letters (instance_id, subscription_id, lane, chunk, idx, message_id, at_ms, code, text)
        values ('heap', 'track', 1, 4, 0, 'm1', 1000, 'VALUES_INVALID', 'No event.');
      insert into refusals (source_id, lane, chunk, idx, at_ms, code, reason, text)
        values ('site', 1, 3, 0, 1000, 'EVENT_TOO_LARGE', 'Too large.', '{}');`,
    async read(path) {
      const ledger = sqliteLedger(path)
      const told = [
        await ledger.cursor('heap', 1),
        (await ledger.counts()).find(({ name }) => name === 'read')?.count,
        (await ledger.failing('heap', 1))?.since_ms,
        (await ledger.deadLetters({}, { count_max: 5 }))[0]?.messageId,
        (await ledger.refusals({}, { count_max: 5 }))[0]?.code,
        // What they held was added up: the one that is there is over the limit.
        await ledger.trimDeadLetters(300, 0),
      ]
      await ledger.close()
      return told
    },
    expected: [{ chunk: 5, index: 0 }, 3, 1000, 'm1', 'EVENT_TOO_LARGE', 1],
  },
]

describe('data of an earlier version', () => {
  for (const { file, migrations, rows, read, expected } of ROWS) {
    for (let version = 1; version <= migrations.length; version++) {
      test(`${file} of version ${version} opens as version ${migrations.length}, with what is in it`, async () => {
        const folder = mkdtempSync(join(tmpdir(), 'millrace-upgrade-'))
        const path = join(folder, file)
        const older = new DatabaseSync(path)
        migrate(older, migrations.slice(0, 1))
        older.exec(rows)
        if (version > 1) migrate(older, migrations.slice(0, version))
        older.close()
        assert.deepEqual(await read(path), expected)
        const opened = new DatabaseSync(path)
        assert.equal(schemaVersion(opened), migrations.length)
        assert.equal(isShrinkable(opened), file !== 'store.db')
        opened.close()
        rmSync(folder, { recursive: true })
      })
    }
  }
})
