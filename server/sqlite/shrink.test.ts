import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { isShrinkable, makeShrinkable, SHRINK_STEPS_MAX, shrink } from './shrink.ts'

const MIB = 1_048_576

describe('a file that shrinks', () => {
  let folder: string
  let path: string
  let db: DatabaseSync
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-shrink-'))
    path = join(folder, 'some.db')
    db = new DatabaseSync(path)
  })
  afterEach(() => {
    if (db.isOpen) db.close()
    rmSync(folder, { recursive: true })
  })
  const fill = (mib: number) => {
    db.exec('create table if not exists things (id integer primary key, body blob not null)')
    const add = db.prepare('insert into things (body) values (zeroblob(1000000))')
    for (let n = 0; n < mib; n++) add.run()
  }
  const size_mib = () => {
    db.exec('pragma wal_checkpoint(truncate)')
    return statSync(path).size / MIB
  }

  test('gives back what was removed, a bounded part at a time, and keeps a little', async () => {
    makeShrinkable(db)
    db.exec('pragma journal_mode = wal')
    fill(40)
    const full_mib = size_mib()
    db.exec('delete from things where id > 5')
    await shrink(db, 4)
    assert.ok(Math.abs(full_mib - size_mib() - 4) < 0.1, 'four steps of a mebibyte')
    await shrink(db, SHRINK_STEPS_MAX)
    assert.ok(size_mib() < 10, `${size_mib()} MiB are left of ${full_mib}`)
    assert.ok(size_mib() > 7, 'some free pages stay')
  })

  test('a step is one in which others do not wait: another connection writes between two', async () => {
    makeShrinkable(db)
    db.exec('pragma journal_mode = wal')
    fill(20)
    db.exec('delete from things')
    const other = new DatabaseSync(path, { timeout: 0 })
    const shrinking = shrink(db, SHRINK_STEPS_MAX)
    other.exec("insert into things (body) values (x'00')")
    await shrinking
    assert.equal((db.prepare('select count(*) as count from things').get() as { count: number }).count, 1)
    other.close()
  })

  test('one from before becomes one, when it is small', async () => {
    db.exec('pragma journal_mode = wal')
    fill(30)
    db.exec('delete from things where id > 2')
    makeShrinkable(db)
    assert.ok(isShrinkable(db))
    assert.ok(size_mib() < 3)
    assert.equal((db.prepare('select count(*) as count from things').get() as { count: number }).count, 2)
  })

  test('one that somebody writes is opened all the same, and stays as it is until the next time', () => {
    db.exec('pragma journal_mode = wal')
    fill(2)
    const other = new DatabaseSync(path, { timeout: 0 })
    db.exec('begin immediate')
    makeShrinkable(other)
    assert.ok(!isShrinkable(other))
    db.exec('commit')
    makeShrinkable(other)
    assert.ok(isShrinkable(other))
    other.close()
  })

  test('a large one from before stays as it is', async () => {
    db.exec('pragma journal_mode = wal')
    fill(30)
    makeShrinkable(db, 10 * MIB)
    assert.ok(!isShrinkable(db))
    db.exec('delete from things')
    const before = size_mib()
    await shrink(db, SHRINK_STEPS_MAX)
    assert.equal(size_mib(), before)
  })

  test('closing it in between ends it', async () => {
    makeShrinkable(db)
    fill(20)
    db.exec('delete from things')
    const shrinking = shrink(db, SHRINK_STEPS_MAX)
    db.close()
    await shrinking
  })
})
