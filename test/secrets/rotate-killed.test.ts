// Whenever the rotation of keys is killed: the key file that is there opens everything.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { rotateKeys } from '../../server/store/rotate.ts'
import { sqliteStore } from '../../server/store/sqlite.ts'
import { CONFIGURATION } from '../../server/store/store.fixtures.ts'

const PROGRAM = join(import.meta.dirname, 'rotate-for-ever.ts')
const KILLS_count = 8
/** Longer than one rotation takes: any moment of it may be the last. */
const AFTER_MS_MAX = 40

test(`killed ${KILLS_count} times in the middle, the file opens with the key that is in its place`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-rotate-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [storeFile, path] = [join(folder, 'store.db'), join(folder, 'secret.key')]
  const first = sqliteStore(storeFile)
  await first.apply(CONFIGURATION)
  const changes = await first.changes({}, 100)
  await first.close()
  for (let kill = 0; kill < KILLS_count; kill++) {
    const child = spawn(process.execPath, [PROGRAM, storeFile, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    await wait(Math.random() * AFTER_MS_MAX)
    child.kill('SIGKILL')
    await once(child, 'close')
    const opened = sqliteStore(storeFile)
    assert.deepStrictEqual(await opened.read(), CONFIGURATION)
    assert.deepStrictEqual(await opened.changes({}, 100), changes)
    await opened.close()
  }
  const key = { kind: 'file', path, mayMake: false } as const
  assert.equal(rotateKeys({ storeFile, key, reencrypt: true, now_ms: Date.now() }).left, 0)
})
