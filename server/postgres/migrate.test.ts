import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import { POSTGRES_MISSING, type ScratchPostgres, scratchPostgres } from '../../test/cluster/postgres.ts'
import { connectPostgres, type Postgres } from './connect.ts'
import { migratePostgres } from './migrate.ts'

const server: ScratchPostgres | undefined = POSTGRES_MISSING === false ? await scratchPostgres() : undefined
after(() => server?.remove())

const connect = (url: string) =>
  connectPostgres({ url, connections_max: 1, waitsForDisk: false, name: 'test' })
const FIRST = { name: 'first', sql: 'create table things (n int); insert into things values (1)' }
const SECOND = { name: 'second', sql: 'insert into things values (2)' }
const WRONG = { name: 'wrong', sql: 'insert into things values (3); insert into nothing values (1)' }

async function withDb(url: string, work: (db: Postgres) => Promise<void>): Promise<void> {
  const db = connect(url)
  try {
    await work(db)
  } finally {
    await db.close()
  }
}
const things = async (db: Postgres) =>
  (await db.rows<{ n: number }>('select n from things order by n')).map(({ n }) => n)

function isUnsuitable(pattern: RegExp) {
  return (error: unknown) =>
    error instanceof AppError &&
    error.code === 'POSTGRES_UNSUITABLE' &&
    pattern.test(String(error.details['problem']))
}

describe('migrations of PostgreSQL', { skip: POSTGRES_MISSING }, () => {
  test('are done once, by the first of those that start at once, and each part has its own', async () => {
    const url = server?.newUrl() ?? ''
    const dbs = [1, 2, 3].map(() => connect(url))
    await Promise.all(dbs.map((db) => migratePostgres(db, 'ledger', [FIRST])))
    await Promise.all(dbs.map((db) => db.close()))
    await withDb(url, async (db) => {
      await migratePostgres(db, 'ledger', [FIRST, SECOND])
      assert.deepEqual(await things(db), [1, 2])
      await assert.rejects(migratePostgres(db, 'store', [FIRST]), /"first" failed/)
    })
  })

  test('are all or nothing, and say which one failed', async () => {
    await withDb(server?.newUrl() ?? '', async (db) => {
      await migratePostgres(db, 'ledger', [FIRST])
      await assert.rejects(migratePostgres(db, 'ledger', [FIRST, SECOND, WRONG]), /"wrong" failed/)
      assert.deepEqual(await things(db), [1])
    })
  })

  test('of a newer Millrace are refused', async () => {
    await withDb(server?.newUrl() ?? '', async (db) => {
      await migratePostgres(db, 'ledger', [FIRST, SECOND])
      await assert.rejects(migratePostgres(db, 'ledger', [FIRST]), { code: 'SCHEMA_TOO_NEW' })
    })
  })

  test('a database without UTF-8, or a user without rights, is refused with what to change', async () => {
    const url = server?.newUrl() ?? ''
    await withDb(url, async (db) => {
      await db.script(`create database ascii encoding 'SQL_ASCII' locale 'C' template template0`)
      await db.script('create user weak')
    })
    await withDb(url.replace('/postgres?', '/ascii?'), (db) =>
      assert.rejects(migratePostgres(db, 'ledger', [FIRST]), isUnsuitable(/SQL_ASCII.*create database/)),
    )
    await withDb(url.replace('millrace@', 'weak@'), (db) =>
      assert.rejects(
        migratePostgres(db, 'ledger', [FIRST]),
        isUnsuitable(/run «create schema scratch_\d+ authorization "weak"»/),
      ),
    )
  })

  test('where nobody listens, or nobody by this name, PostgreSQL is unavailable, and nothing tells the password', async () => {
    const url = server?.newUrl() ?? ''
    const wrong = [`postgres://me:pass-word@127.0.0.1:1/postgres`, url.replace('/postgres?', '/nowhere?')]
    for (const one of wrong) {
      await withDb(one, (db) =>
        assert.rejects(migratePostgres(db, 'ledger', [FIRST]), (error: AppError) => {
          assert.equal(error.code, 'POSTGRES_UNAVAILABLE')
          return !JSON.stringify(error.details).includes('pass-word')
        }),
      )
    }
  })

  test('an address that is none says how one looks', () => {
    for (const url of ['', 'mysql://x', 'postgres://h/d?schema=A b']) {
      assert.throws(() => connect(url), isUnsuitable(/must/))
    }
  })
})
