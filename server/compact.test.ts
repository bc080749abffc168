import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { AppError } from '../core/errors.ts'
import { inFolder, run } from './cli/cli.fixtures.ts'
import { compactCommand } from './cli/compact.ts'
import { compact } from './compact.ts'
import { openDataFolder } from './data-folder.ts'
import { isShrinkable } from './sqlite/shrink.ts'

/** As a version before wrote it: large, empty, and of the kind that stays so. */
function oldFile(path: string): void {
  const db = new DatabaseSync(path)
  db.exec('pragma journal_mode = wal; create table things (body blob)')
  const add = db.prepare('insert into things values (zeroblob(1000000))')
  for (let n = 0; n < 5; n++) add.run()
  db.exec('delete from things where rowid > 1')
  db.close()
}

describe('millrace compact', () => {
  test('writes what is there anew, and from then on it gets smaller by itself', async () => {
    await inFolder(async (folder) => {
      for (const file of ['ledger.db', 'log.db']) oldFile(join(folder, file))
      const { code, out } = await run(compactCommand, { compact }, '--data', folder)
      assert.equal(code, 0)
      assert.deepEqual(
        out.map((line) => line.replaceAll(/ +/g, ' ')),
        ['ledger.db 4.8 MiB before, 1.0 MiB now', 'log.db 4.8 MiB before, 1.0 MiB now'],
      )
      const db = new DatabaseSync(join(folder, 'ledger.db'))
      assert.ok(isShrinkable(db))
      db.close()
    })
  })

  test('not while a server uses them', async () => {
    await inFolder(async (folder) => {
      const { close } = openDataFolder(folder)
      assert.throws(
        () => compact(folder, () => {}),
        (error) => error instanceof AppError && error.code === 'DATA_IN_USE',
      )
      close()
    })
  })

  test('takes nothing but the folder', async () => {
    const { code, err } = await run(compactCommand, { compact }, 'everything')
    assert.deepEqual([code, err], [2, ['usage: millrace compact [--data FOLDER]']])
  })
})
