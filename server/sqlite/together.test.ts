import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { writingTogether } from './together.ts'

/** Names in a table that takes each of them once, and how often something was committed. */
function names() {
  const db = new DatabaseSync(':memory:')
  db.exec('create table names (name text primary key) strict')
  const insert = db.prepare('insert into names (name) values (?)')
  const exec = db.exec.bind(db)
  const seen = { begun: 0, commits: 0 }
  db.exec = (sql) => {
    if (sql === 'commit') seen.commits += 1
    if (sql === 'begin immediate') seen.begun += 1
    exec(sql)
  }
  const write = writingTogether(db)
  return {
    db,
    seen,
    add: (...some: readonly string[]) =>
      write(() => {
        for (const name of some) insert.run(name)
      }),
    all: () =>
      db
        .prepare('select name from names order by rowid')
        .all()
        .map(({ name }) => name),
  }
}

describe('What is written in the same moment', () => {
  test('is one transaction, in order', async () => {
    const { add, all, seen } = names()
    await Promise.all([add('a'), add('b', 'c'), add('d')])
    assert.deepEqual([all(), seen.commits], [['a', 'b', 'c', 'd'], 1])
  })

  test('is there when the first of those who wrote hears of it', async () => {
    const { add, all } = names()
    add('b')
    await add('a')
    assert.deepEqual(all(), ['b', 'a'])
  })

  test('is several transactions where there is very much of it', async () => {
    const { add, all, seen } = names()
    await Promise.all(Array.from({ length: 250 }, (_, n) => add(`${n}`)))
    assert.deepEqual([all().length, seen.commits], [250, 3])
  })

  test('is each written whole or not at all: one that fails takes no other with it', async () => {
    const { add, all } = names()
    const told = await Promise.allSettled([add('a'), add('b', 'a'), add('c')])
    assert.deepEqual(
      told.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.deepEqual(all(), ['a', 'c'])
  })

  test('fails together where nothing can be written at all: nobody waits for another writer in turn', async () => {
    const { db, add, seen } = names()
    db.exec('begin')
    const told = await Promise.allSettled([add('a'), add('b')])
    assert.deepEqual(
      told.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.deepEqual(seen, { begun: 1, commits: 0 })
  })
})
