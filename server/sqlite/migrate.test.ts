import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import { migrate, schemaVersion, transaction } from './migrate.ts'

const first = { name: 'people', sql: 'create table people (name text not null) strict;' }
const second = { name: 'ages', sql: 'alter table people add column age integer;' }
const broken = {
  name: 'broken',
  sql: `insert into people (name) values ('half'); insert into nowhere values (1);`,
}

describe('migrate', () => {
  let folder: string
  let path: string
  let db: DatabaseSync

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-migrate-'))
    path = join(folder, 'data.db')
    db = new DatabaseSync(path)
  })
  afterEach(() => {
    db.close()
    rmSync(folder, { recursive: true })
  })

  const columns = () =>
    db
      .prepare("select name from pragma_table_info('people')")
      .all()
      .map(({ name }) => name)

  test('does all of them, in order, on a new file', () => {
    migrate(db, [first, second])
    assert.deepEqual(columns(), ['name', 'age'])
    assert.equal(schemaVersion(db), 2)
  })

  test('does only what is new on an older file, and keeps its rows', () => {
    migrate(db, [first])
    db.exec("insert into people (name) values ('Ada')")
    migrate(db, [first, second])
    assert.deepEqual({ ...db.prepare('select * from people').get() }, { name: 'Ada', age: null })
  })

  test('does nothing the second time', () => {
    migrate(db, [first, second])
    migrate(db, [first, second])
    assert.equal(schemaVersion(db), 2)
  })

  test('leaves no trace of a migration that fails half way, and keeps those before it', () => {
    assert.throws(() => migrate(db, [first, broken]), /The migration "broken" failed/)
    assert.deepEqual(db.prepare('select * from people').all(), [])
    assert.equal(schemaVersion(db), 1)
    assert.equal(db.isTransaction, false)
  })

  test('refuses a file that a newer Millrace wrote, changes nothing in it, and names it', () => {
    migrate(db, [first, second])
    assert.throws(
      () => migrate(db, [first]),
      (error) => {
        assert.ok(error instanceof AppError)
        assert.equal(error.code, 'SCHEMA_TOO_NEW')
        assert.deepEqual(error.details, { file: db.location(), version: 2, known: 1 })
        return true
      },
    )
    assert.equal(schemaVersion(db), 2)
  })

  test('a second connection that comes at the same time finds it done', () => {
    const other = new DatabaseSync(path)
    migrate(db, [first, second])
    migrate(other, [first, second])
    other.close()
    assert.deepEqual(columns(), ['name', 'age'])
  })
})

describe('transaction', () => {
  test('gives the result of the work, and takes everything back when the work throws', () => {
    const db = new DatabaseSync(':memory:')
    migrate(db, [first])
    const add = (name: string) => db.prepare('insert into people (name) values (?)').run(name).changes
    assert.equal(
      transaction(db, () => add('Ada')),
      1,
    )
    assert.throws(() =>
      transaction(db, () => {
        add('Bob')
        throw new Error('no')
      }),
    )
    assert.equal(db.prepare('select count(*) as n from people').get()?.['n'], 1)
    db.close()
  })
})
