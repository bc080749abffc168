import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { engineOf } from './engines/engine-data.ts'
import { openEventIndex } from './event-index/index-file.ts'
import { sqliteLedger } from './ledger/sqlite.ts'
import { sqliteLog } from './log/sqlite.ts'
import { lookupHost } from './lookup-host.ts'

/** Nobody waits for it here. */
const NEVER_MS = 600_000

describe('the thread that answers pages', () => {
  let folder: string
  const file = (name: string) => join(folder, `${name}.db`)
  const host = (idle_ms: number) =>
    lookupHost(
      {
        engine: engineOf(
          {
            logFile: file('log'),
            ledgerFile: file('ledger'),
            storeFile: file('store'),
            accessFile: file('access'),
          },
          {
            postgres: { url: undefined, connections_max: 8 },
            nats: undefined,
            natsReplicas: 3,
            isNatsSynced: false,
          },
        ),
        indexFile: file('index'),
        salt: 'salt',
        dedupe: { window_ms: 3_600_000 },
      },
      { idle_ms },
    )

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-lookups-'))
    const log = sqliteLog(file('log'))
    openEventIndex(file('index'), log.seed).close()
    await sqliteLedger(file('ledger')).close()
    await log.close()
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const ask = async ({ lookups }: ReturnType<typeof host>) => (await lookups.figures([])).destinations

  test('runs from the first question on, and not before', async () => {
    const asked = host(NEVER_MS)
    assert.equal(asked.thread(), undefined)
    assert.deepEqual(await ask(asked), [])
    assert.notEqual(asked.thread(), undefined)
    await asked.stop()
  })

  test('ends when nobody has asked for a while, and a new one answers the next question', async () => {
    const asked = host(1)
    assert.deepEqual(await ask(asked), [])
    const first = asked.thread() as Worker
    await once(first, 'exit')
    assert.equal(asked.thread(), undefined)
    assert.deepEqual(await ask(asked), [])
    await asked.stop()
  })

  test('one that has ended is followed by another, for all who ask then', async () => {
    const asked = host(NEVER_MS)
    await ask(asked)
    const first = asked.thread() as Worker
    const ended = once(first, 'exit')
    await Promise.all([first.terminate(), ended])
    assert.deepEqual(await Promise.all([ask(asked), ask(asked)]), [[], []])
    await asked.stop()
    await assert.rejects(ask(asked), { code: 'SHUTTING_DOWN' })
  })

  test('a crash fails the questions that wait, and nothing else', async () => {
    const asked = host(NEVER_MS)
    await ask(asked)
    const waiting = assert.rejects(ask(asked), /has ended/)
    await asked.thread()?.terminate()
    await waiting
    assert.deepEqual(await ask(asked), [])
    await asked.stop()
  })
})
