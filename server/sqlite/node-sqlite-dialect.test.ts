import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type Generated, Kysely } from 'kysely'
import { nodeSqliteDialect } from './node-sqlite-dialect.ts'

type Tables = { people: { id: Generated<number>; name: string } }

describe('Kysely over node:sqlite', () => {
  let file: DatabaseSync
  let db: Kysely<Tables>

  beforeEach(() => {
    file = new DatabaseSync(':memory:')
    file.exec('create table people (id integer primary key, name text not null) strict')
    db = new Kysely<Tables>({ dialect: nodeSqliteDialect(file) })
  })
  afterEach(async () => {
    await db.destroy()
    file.close()
  })

  const add = (name: string) => db.insertInto('people').values({ name })
  const names = async () => (await db.selectFrom('people').select('name').execute()).map(({ name }) => name)

  test('reads rows as plain objects', async () => {
    await add('Ada').execute()
    assert.deepEqual(await db.selectFrom('people').selectAll().execute(), [{ id: 1, name: 'Ada' }])
  })

  test('streams rows', async () => {
    await db
      .insertInto('people')
      .values([{ name: 'Ada' }, { name: 'Bob' }])
      .execute()
    const rows: { name: string }[] = []
    for await (const row of db.selectFrom('people').select('name').orderBy('id').stream()) rows.push(row)
    assert.deepEqual(rows, [{ name: 'Ada' }, { name: 'Bob' }])
  })

  test('tells the new id, the count of changed rows, and what `returning` returns', async () => {
    assert.equal((await add('Ada').executeTakeFirst()).insertId, 1n)
    assert.deepEqual(await add('Bob').returning('id').execute(), [{ id: 2 }])
    assert.equal((await db.deleteFrom('people').executeTakeFirst()).numDeletedRows, 2n)
  })

  test('takes everything back when a transaction throws', async () => {
    const work = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('people').values({ name: 'Ada' }).execute()
      throw new Error('no')
    })
    await assert.rejects(work, /no/)
    assert.deepEqual(await names(), [])
  })

  test('lets one transaction through at a time', async () => {
    const addTwo = (first: string, second: string) =>
      db.transaction().execute(async (transaction) => {
        await transaction.insertInto('people').values({ name: first }).execute()
        await transaction.insertInto('people').values({ name: second }).execute()
      })
    await Promise.all([addTwo('a', 'b'), addTwo('c', 'd')])
    assert.deepEqual(await names(), ['a', 'b', 'c', 'd'])
  })

  test('a transaction that writes takes the write lock at its start; one that only reads does not', async () => {
    const watched = new Kysely<Tables>({ dialect: nodeSqliteDialect(file) })
    const begun: string[] = []
    const prepare = file.prepare.bind(file)
    file.prepare = (sql) => {
      if (sql.startsWith('begin')) begun.push(sql)
      return prepare(sql)
    }
    await watched.transaction().execute(async () => {})
    await watched
      .transaction()
      .setAccessMode('read only')
      .execute(async () => {})
    assert.deepEqual(begun, ['begin immediate', 'begin'])
  })
})
