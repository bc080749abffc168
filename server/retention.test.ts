import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instance } from '../core/configuration.ts'
import type { Entry } from '../core/event.ts'
import { laneOf } from '../core/identity.ts'
import { expireOver } from './expire.ts'
import { INDEXER } from './indexer/indexer.ts'
import { memoryLedger } from './ledger/memory.ts'
import { entryText } from './log/envelope.ts'
import { memoryLog } from './log/memory.ts'
import { decodedLog } from './pipeline/decoded-log.ts'
import { trimPolicy } from './retention.ts'

const MIB = 1_048_576
const DAY_MS = 86_400_000

describe('what may leave the log', () => {
  const rows: readonly [
    what: string,
    given: { log_mib: number; free_mib: number; hard_mib?: number },
    mib_max: number,
  ][] = [
    ['with room on the disk, what is over the limit', { log_mib: 500, free_mib: 10_000 }, 1_000],
    ['with twice the least room, the same', { log_mib: 500, free_mib: 512 }, 1_000],
    ['with less, as much as is missing', { log_mib: 500, free_mib: 400 }, 388],
    ['with none, much of it', { log_mib: 500, free_mib: 0 }, 0],
    ['never less than nothing', { log_mib: 100, free_mib: 0 }, 0],
    ['a hard limit counts when it is the least', { log_mib: 500, free_mib: 10_000, hard_mib: 300 }, 300],
  ]
  for (const [what, { log_mib, free_mib, hard_mib = 0 }, mib_max] of rows) {
    test(what, () => {
      const policy = trimPolicy(
        {
          retention: { age_ms_max: DAY_MS, bytes_max: 1_000 * MIB },
          logBytesHard_max: hard_mib * MIB,
          diskFree_bytes_min: 256 * MIB,
        },
        { log_bytes: log_mib * MIB, free_bytes: free_mib * MIB, now_ms: 5 * DAY_MS },
      )
      assert.deepEqual(policy, { before_ms: 4 * DAY_MS, bytes_max: mib_max * MIB })
    })
  }
})

describe('a log that is larger than its operator allows', () => {
  const INSTANCE: Instance = {
    ...{ id: 'heap', kind: 'heap', name: 'Heap', enabled: true, sources: ['site'] },
    ...{ settings: {}, subscriptions: [] },
  }
  const entry = (sourceId: string, n: number): Entry => ({
    kind: 'event',
    sourceId,
    receivedAt: '2026-01-01T00:00:00Z',
    event: {
      type: 'track',
      messageId: `m${n}`,
      userId: 'ada',
      event: 'x',
      timestamp: '2026-01-01T00:00:00Z',
    },
  })

  /** Ten chunks of two events, of which one is of a source that is connected; the instance has read the first. */
  async function held(readTo = 2, index = 0) {
    const log = memoryLog({ lanes: 1 })
    const ledger = memoryLedger()
    for (let n = 0; n < 10; n++) {
      await log.append([
        { key: 'ada', text: entryText(entry('site', n)) },
        { key: 'ada', text: entryText(entry('other', n)) },
      ])
    }
    await ledger.start(INDEXER, [{ chunk: 11, index: 0 }])
    await ledger.start('heap', [{ chunk: readTo, index }])
    const rested: string[] = []
    const cut = async (bytes_max: number) =>
      expireOver({
        ...{ log, ledger, decoded: decodedLog(log), instances: [INSTANCE], bytes_max, now_ms: () => 0 },
        async rest(id, work) {
          rested.push(id)
          await work()
        },
      })
    const expired = async () =>
      (await ledger.counts())
        .filter(({ name }) => name === 'expired')
        .map(({ part, count }) => `${part} ${count}`)
    return { log, ledger, rested, cut, expired }
  }

  test('lets go of what was not read, and counts it', async () => {
    const { log, ledger, rested, cut, expired } = await held()
    const { bytes } = await log.stats()
    const before = await cut(bytes / 2)
    assert.deepEqual(rested, ['heap'])
    assert.deepEqual(await ledger.cursor('heap', 0), { chunk: before, index: 0 })
    // The first was read: what is counted are the connected events between it and the cut.
    assert.deepEqual(await expired(), [`site ${before - 2}`])
    assert.ok(before > 5 && before < 10, `${before}`)
  })

  test('does not count what was read of the chunk in which it stood', async () => {
    const { log, cut, expired } = await held(2, 1)
    const { bytes } = await log.stats()
    const before = await cut(bytes / 2)
    assert.deepEqual(await expired(), [`site ${before - 3}`])
  })

  test('leaves alone who is not behind', async () => {
    const { log, rested, cut, expired } = await held(10)
    const { bytes } = await log.stats()
    await cut(bytes / 2)
    assert.deepEqual([rested, await expired()], [[], []])
  })

  const BEHIND_FIRST = { chunk: 2, index: 0 }
  test('is not held by a lane in which nothing came for long', async () => {
    const log = memoryLog({ lanes: 2 })
    const ledger = memoryLedger()
    const lanes = ['ada', 'bob', 'eve', 'dan'].map((key) => ({ key, lane: laneOf(key, 2) }))
    const keyIn = (lane: number) => lanes.find((one) => one.lane === lane)?.key ?? assert.fail()
    for (const lane of [0, ...Array.from({ length: 9 }, () => 1)])
      await log.append([{ key: keyIn(lane), text: entryText(entry('site', lane)) }])
    await ledger.start(INDEXER, [BEHIND_FIRST, { chunk: 11, index: 0 }])
    await ledger.start('heap', [BEHIND_FIRST, { chunk: 2, index: 0 }])
    const { bytes } = await log.stats()
    const cut = await expireOver({
      ...{
        log,
        ledger,
        decoded: decodedLog(log),
        instances: [INSTANCE],
        bytes_max: bytes / 2,
        now_ms: () => 0,
      },
      rest: (_id, work) => work(),
    })
    assert.ok(cut > 5, `${cut}`)
    assert.deepEqual(await ledger.cursor('heap', 0), BEHIND_FIRST)
    assert.deepEqual(await ledger.cursor('heap', 1), { chunk: cut, index: 0 })
  })

  const untouched: readonly [what: string, share: number][] = [
    ['there is no such limit', 0],
    ['it is not passed', 1],
  ]
  for (const [what, share] of untouched) {
    test(`does nothing when ${what}`, async () => {
      const { log, rested, cut } = await held()
      const { bytes } = await log.stats()
      assert.equal(await cut(bytes * share), 0)
      assert.deepEqual(rested, [])
    })
  }
})
