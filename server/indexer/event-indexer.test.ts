import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { openEventIndex, openEventIndexReader } from '../event-index/index-file.ts'
import { memoryLog } from '../log/memory.ts'
import { decodedLog } from '../pipeline/decoded-log.ts'
import { laneSignals } from '../pipeline/lane-signal.ts'
import { runEventIndexer } from './event-indexer.ts'

describe('the event indexer', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-indexer-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const log = () => memoryLog({ lanes: 3 })
  const eventOf = (n: number) => ({
    key: `p${n % 5}`,
    text: JSON.stringify({
      ...{ kind: 'event', sourceId: 'website', receivedAt: '2026-01-02T03:04:05.678Z' },
      event: { type: 'track', event: 'Seen', messageId: `m${n}`, userId: `p${n % 5}` },
    }),
  })

  /** Runs until it has nothing to do, with `whenIdle` once before. */
  async function run(from: ReturnType<typeof log>, whenIdle: () => Promise<void> = async () => {}) {
    const index = openEventIndex(join(folder, 'index.db'), from.seed)
    const signals = laneSignals(from)
    const abort = new AbortController()
    let idle = 0
    await runEventIndexer({
      ...{ log: decodedLog(from), index, stop: abort.signal, sleep: async () => !abort.signal.aborted },
      inTurn: (work) => work(),
      signals: {
        ...signals,
        async grown() {
          idle += 1
          if (idle === 1) await whenIdle()
          else abort.abort()
        },
      },
    })
    signals.stop()
    index.close()
  }
  function counted(): number {
    const reader = openEventIndexReader(join(folder, 'index.db'))
    try {
      return reader.shapesOf('website').reduce((sum, { count }) => sum + count, 0)
    } finally {
      reader.close()
    }
  }

  test('reads all there is, and what comes while it waits', async () => {
    const from = log()
    for (let n = 0; n < 4_000; n += 40)
      await from.append(Array.from({ length: 40 }, (_, k) => eventOf(n + k)))
    await run(from, async () => {
      await from.append([eventOf(4_000)])
    })
    assert.equal(counted(), 4_001)
  })

  test('goes on where it stopped, and counts nothing twice', async () => {
    const from = log()
    await from.append([eventOf(1), eventOf(2)])
    await run(from)
    await run(from)
    await from.append([eventOf(3)])
    await run(from)
    assert.equal(counted(), 3)
  })

  test('a log that was trimmed before it was read is read from where it begins', async () => {
    const from = log()
    for (let n = 0; n < 9; n++) await from.append([eventOf(n)])
    await from.trim({ before_ms: 0, bytes_max: 400, keepFrom: [5, 5, 5] })
    await run(from)
    assert.equal(counted(), 5)
  })
})
