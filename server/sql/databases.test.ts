import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import type { Json } from '../../core/event.ts'
import type { SqlKind, SqlSettings } from '../../core/sql/settings.ts'
import { PAIRS } from '../http/tls.fixtures.ts'
import { addressRule } from '../net/address-rule.ts'
import { missing, startDatabase, type TestDatabase } from './databases.fixtures.ts'
import { previewRows, testConnection } from './preview.ts'

const rule = addressRule(['loopback'])
const START = '2026-01-02 03:04:05.123456'
const TABLE: Readonly<Record<SqlKind, string>> = {
  postgresql: `create table t (id bigint primary key, customer int, at timestamptz, local timestamp, total numeric(10,2),
      ok bool, data jsonb, bytes bytea, day date, tags text[], name text);
    insert into t values (9007199254740993, 42, '${START}Z', '${START}', 12.50, true, '{"a":[1]}', '\\x0102',
      '1950-03-04', '{a,b}', 'Ünï'), (2, null, null, null, null, false, null, null, null, null, null);
    create sequence counter; grant all on counter to reader`,
  mysql: `create table t (id bigint primary key, customer int, at datetime(6), local timestamp(6) null, total decimal(10,2),
      ok tinyint, data json, bytes blob, day date, tags int, name text);
    insert into t values (9007199254740993, 42, '${START}', '${START}', 12.50, 1, '{"a":[1]}', x'0102', '1950-03-04', 3,
      'Ünï'), (2, null, null, null, null, 0, null, null, null, null, null)`,
}

for (const kind of ['postgresql', 'mysql'] as const) {
  describe(`a database of ${kind}`, { skip: missing(kind), timeout: 120_000 }, () => {
    let database: TestDatabase
    before(async () => {
      database = await startDatabase(kind)
      database.run(TABLE[kind])
    })
    after(() => database?.stop())

    const with_ = (change: Partial<SqlSettings>): SqlSettings => ({ ...database.settings, ...change })
    const preview = (change: Partial<SqlSettings>, from = {}, itsRule = rule) =>
      previewRows({ id: 'shop', kind, settings: with_(change), rule: itsRule, from })
    const firstColumn = async (change: Partial<SqlSettings>, from = {}): Promise<readonly Json[]> =>
      (await preview(change, from)).rows.map(({ cells }) => cells[0] ?? null)

    test('says what it is', async () => {
      assert.match(
        await testConnection({ kind, settings: database.settings, rule }),
        kind === 'mysql' ? /^MariaDB \d+\.\d/ : /^PostgreSQL \d+\.\d/,
      )
    })

    test('gives what JSON can carry, and keeps what it cannot as text', async () => {
      const { columns, rows } = await preview({ query: 'select * from t order by id desc' })
      const [first, second] = rows.map(({ cells }) =>
        Object.fromEntries(columns.map((name, at) => [name, cells[at]])),
      )
      const differing = kind === 'mysql' ? { ok: 1, tags: 3 } : { ok: true, tags: ['a', 'b'] }
      assert.deepEqual(first, {
        ...{ id: '9007199254740993', customer: 42, total: 12.5, data: { a: [1] }, bytes: 'AQI=' },
        ...{
          at: '2026-01-02T03:04:05.123Z',
          local: '2026-01-02T03:04:05.123Z',
          day: '1950-03-04',
          name: 'Ünï',
        },
        ...differing,
      })
      assert.deepEqual([second?.['id'], second?.['customer'], second?.['data']], [2, null, null])
    })

    test('gives rows beyond the cursor in its order, to the last digit', async () => {
      const cursor = { column: 'id' }
      const query = 'select * from t order by id desc -- whatever order'
      assert.deepEqual(await firstColumn({ query, cursor }), [2, '9007199254740993'])
      assert.deepEqual(await firstColumn({ query, cursor }, { cursor: '9007199254740992' }), [
        '9007199254740993',
      ])
      assert.deepEqual(await firstColumn({ query, cursor }, { cursor: '9007199254740993' }), [])
    })

    test('a time is compared to the microsecond', async () => {
      const asked = { query: 'select * from t', cursor: { column: 'at' } }
      assert.equal((await firstColumn(asked, { cursor: '2026-01-02 03:04:05.123455' })).length, 1)
      assert.equal((await firstColumn(asked, { cursor: START })).length, 0)
    })

    test('variables are bound, whatever they hold', async () => {
      const query = 'select * from t where name <> :last_cursor and at > {{last_sync}}'
      const asked = { query, cursor: { column: 'id', start: '1' } }
      const lastSync_ms = Date.parse('2026-01-01T00:00:00Z')
      assert.equal(
        (await firstColumn({ ...asked, cursor: { column: 'name', start: `'; drop table t; --` } })).length,
        1,
      )
      assert.equal((await firstColumn(asked, { lastSync_ms })).length, 1)
      assert.equal((await firstColumn(asked, { lastSync_ms: Date.parse('2026-01-03T00:00:00Z') })).length, 0)
    })

    test('what would change something is refused', async () => {
      const queries =
        kind === 'mysql'
          ? ['select * from t for update']
          : ["select nextval('counter') as id", 'select * from t for update']
      for (const query of queries) {
        const { details } = await failed(preview({ query }))
        assert.match(String(details['problem']), /would change something|read-only|read only/i)
      }
    })

    type Failure = readonly [what: string, change: Partial<SqlSettings>, code: string, problem: RegExp]
    const failures: readonly Failure[] = [
      [
        'a wrong password',
        { password: 'wrong-secret' },
        'SQL_LOGIN_REFUSED',
        /user or the password is wrong/,
      ],
      ['a wrong user', { user: 'nobody' }, 'SQL_LOGIN_REFUSED', /user or the password is wrong/],
      [
        'no such database',
        { database: 'nix' },
        'SQL_LOGIN_REFUSED',
        /no database of this name|may not use this database/,
      ],
      ['no such table', { query: 'select * from nix' }, 'SQL_QUERY_FAILED', /table is not there.*nix/],
      ['no such column', { query: 'select nix from t' }, 'SQL_QUERY_FAILED', /column is not there.*nix/],
      [
        'no such cursor column',
        { query: 'select id from t', cursor: { column: 'nix' } },
        'SQL_QUERY_FAILED',
        /column is not there/,
      ],
      ['a mistake in the query', { query: 'select from where' }, 'SQL_QUERY_FAILED', /syntax/],
      ['nothing at the port', { port: 1 }, 'SQL_UNREACHABLE', /Nothing listens/],
      ['no such host', { host: 'nix.invalid' }, 'SQL_UNREACHABLE', /No machine of this name/],
      ['a host that may not be reached', { host: '169.254.169.254' }, 'SQL_ADDRESS_FORBIDDEN', /local link/],
      [
        'a certificate of nobody who is known',
        { tls: 'verify' },
        'SQL_TLS_FAILED',
        /not of a known authority/,
      ],
      [
        'a certificate of another authority',
        { tls: 'verify', ca: PAIRS.second.cert },
        'SQL_TLS_FAILED',
        /certificate/,
      ],
    ]
    for (const [what, change, code, problem] of failures) {
      test(`${what}: ${code}, in plain words`, async () => {
        const error = await failed(preview(change))
        assert.equal(error.code, code, error.explanation)
        assert.match(String(error.details['problem']), problem)
        assert.doesNotMatch(error.explanation, /secret/)
      })
    }

    test('this machine may not be reached unless that is allowed', async () => {
      for (const host of ['127.0.0.1', 'localhost', '::1']) {
        assert.equal((await failed(preview({ host }, {}, addressRule([])))).code, 'SQL_ADDRESS_FORBIDDEN')
      }
    })

    for (const [what, change] of [
      ['its certificate is checked, by address', { tls: 'verify', ca: PAIRS.first.cert }],
      ['its certificate is checked, by name', { tls: 'verify', ca: PAIRS.first.cert, host: 'localhost' }],
      ['nothing is checked', { tls: 'encrypt' }],
    ] as const) {
      test(`is read over TLS where ${what}`, async () => {
        const query =
          kind === 'mysql'
            ? `select variable_value <> '' as is_encrypted from information_schema.session_status where variable_name = 'ssl_cipher'`
            : 'select ssl as is_encrypted from pg_stat_ssl where pid = pg_backend_pid()'
        assert.deepEqual(await firstColumn({ ...change, query }), [kind === 'mysql' ? 1 : true])
      })
    }

    test('a query that takes too long is ended there', async () => {
      const query = kind === 'mysql' ? 'select sleep(30) as a' : 'select pg_sleep(30) as a'
      const { openDatabase } = await import('./open.ts')
      const { failureOf } = await import('./failure.ts')
      const open = await openDatabase(kind, database.settings, { rule, signal: AbortSignal.timeout(60_000) })
      const reading = open
        .rows({ text: query, values: [], batchRows_max: 10, timeout_ms: 200 })
        [Symbol.asyncIterator]()
      const error = failureOf(await reading.next().catch((thrown: unknown) => thrown), database.settings)
      open.close()
      assert.equal(error.code, 'SQL_TIMEOUT', error.explanation)
    })
  })
}

async function failed(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof AppError, String(error))
  return error
}
