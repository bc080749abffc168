import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CallType, Entry } from '../../core/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { memoryLedger } from '../ledger/memory.ts'
import { entryText } from '../log/envelope.ts'
import { memoryLog } from '../log/memory.ts'
import { decodedLog } from '../pipeline/decoded-log.ts'
import { laneSignals } from '../pipeline/lane-signal.ts'
import { INDEXER, runIndexerLane } from './indexer.ts'
import type { InTurn } from './pace.ts'

const LIMITS = { count_max: 100, bytes_max: 1_000_000 }
const RECEIVED = '2026-01-02T03:04:05.678Z'
const common = { sourceId: 'website', receivedAt: RECEIVED }
const event = (type: CallType, sourceId = 'website'): Entry =>
  ({ kind: 'event', ...common, sourceId, event: { type, messageId: 'm', userId: 'ada' } }) as Entry
const duplicate: Entry = { kind: 'duplicate', ...common, messageId: 'm' }
const refused = (code: string, messageId?: string): Entry => ({
  kind: 'refused',
  ...common,
  refusal: { code, reason: 'because', text: '{}', ...(messageId === undefined ? {} : { messageId }) },
})

/** A lane of a log, and an indexer that reads it until it has caught up. */
function makeLane(ledger: Ledger = memoryLedger()) {
  const log = memoryLog({ lanes: 1 })
  let start = 0
  return {
    ledger,
    async append(...entries: readonly Entry[]): Promise<void> {
      const addresses = await log.append(entries.map((entry) => ({ key: 'p', text: entryText(entry) })))
      start = (addresses.at(-1)?.chunk ?? 0) + 1
    },
    /** Runs it, lets `whileRunning` happen, and stops it once the whole lane has been recorded. */
    async index(whileRunning: () => Promise<void> = async () => {}): Promise<void> {
      const signals = laneSignals(log)
      const stop = new AbortController()
      const watched: Ledger = {
        ...ledger,
        async record(progress) {
          await ledger.record(progress)
          if (progress.cursor?.chunk === start) stop.abort()
        },
      }
      const sleep = async () => true
      const inTurn: InTurn = (work) => work()
      const parts = { log: decodedLog(log), signals, ledger: watched }
      const running = runIndexerLane({ ...parts, lane: 0, inTurn, stop: stop.signal, sleep })
      await whileRunning()
      await running
      signals.stop()
    },
    async counts(): Promise<Record<string, number>> {
      const counts = await ledger.counts()
      return Object.fromEntries(
        counts.map(({ of, part, name, count }) => [`${of} ${name} ${part}`.trim(), count]),
      )
    },
  }
}

describe('the indexer', () => {
  test('counts the calls of each source by what became of them', async () => {
    const lane = makeLane()
    await lane.append(event('track'), event('track'), event('page'), event('track', 'backend'))
    await lane.append(duplicate, duplicate, refused('EVENT_TOO_LARGE'), refused('EVENT_FIELD_MISSING'))
    await lane.append(event('track'), refused('EVENT_TOO_LARGE'))
    await lane.index()
    assert.deepEqual(await lane.counts(), {
      'website accepted track': 3,
      'website accepted page': 1,
      'backend accepted track': 1,
      'website duplicate': 2,
      'website refused EVENT_TOO_LARGE': 2,
      'website refused EVENT_FIELD_MISSING': 1,
    })
  })

  test('counts each call in the minute in which it came in, however late it is read', async () => {
    const lane = makeLane()
    const at = (receivedAt: string): Entry => ({ ...event('track'), receivedAt }) as Entry
    const times = ['03:04:59.999', '03:05:00.000', '03:04:00.000', '03:05:30.000']
    await lane.append(...times.map((time) => at(`2026-01-02T${time}Z`)), {
      ...duplicate,
      receivedAt: '2026-01-02T03:05:01.000Z',
    })
    await lane.index()
    const range = { from_ms: 0, to_ms: Number.MAX_SAFE_INTEGER, step: 'minute' } as const
    const points = await lane.ledger.series('website', range)
    assert.deepEqual(
      points.map(({ at_ms, name, count }) => [new Date(at_ms).toISOString().slice(11, 16), name, count]),
      [
        ['03:04', 'accepted', 2],
        ['03:05', 'duplicate', 1],
        ['03:05', 'accepted', 2],
      ],
    )
  })

  test('keeps each refusal with its reason and its place', async () => {
    const lane = makeLane()
    await lane.append(event('track'), refused('EVENT_TOO_LARGE', 'm7'), refused('EVENT_NOT_OBJECT'))
    await lane.index()
    const found = await lane.ledger.refusals({}, { count_max: 10 })
    const shared = { sourceId: 'website', at_ms: Date.parse(RECEIVED), reason: 'because', text: '{}' }
    assert.deepEqual(
      found.map(({ id: _, ...refusal }) => refusal),
      [
        {
          ...shared,
          code: 'EVENT_NOT_OBJECT',
          messageId: undefined,
          address: { lane: 0, chunk: 1, index: 2 },
        },
        { ...shared, code: 'EVENT_TOO_LARGE', messageId: 'm7', address: { lane: 0, chunk: 1, index: 1 } },
      ],
    )
  })

  test('goes on where it stopped, and counts nothing twice', async () => {
    const lane = makeLane()
    await lane.append(event('track'))
    await lane.index()
    await lane.append(event('track'))
    await lane.index()
    assert.deepEqual(await lane.counts(), { 'website accepted track': 2 })
    assert.deepEqual(await lane.ledger.cursor(INDEXER, 0), { chunk: 3, index: 0 })
  })

  test('waits at the end of the lane and wakes when it grows', async () => {
    const lane = makeLane()
    await lane.index(() => lane.append(event('track')))
    assert.deepEqual(await lane.counts(), { 'website accepted track': 1 })
  })

  test('stops with an error when the ledger cannot be written, and reads the same again the next time', async () => {
    const ledger = memoryLedger()
    let fails = true
    const lane = makeLane({
      ...ledger,
      async record(progress) {
        if (fails) throw new Error('disk I/O error')
        await ledger.record(progress)
      },
    })
    await lane.append(event('track'))
    await assert.rejects(lane.index(), /disk I\/O error/)
    fails = false
    await lane.index()
    assert.deepEqual(await lane.counts(), { 'website accepted track': 1 })
  })
})

describe('beside others that read the lane', () => {
  type Others = (read: (chunk: number) => Promise<void>, forget: () => void) => Promise<void>
  /** From which chunks the log was asked for it, of a lane with three; what others do comes before its first turn. */
  const rows: readonly [title: string, others: Others, own: readonly number[]][] = [
    ['it reads all by itself, while they do nothing', async () => {}, [0]],
    ['what they read is not read again', async (read) => read(0), []],
    [
      'nor when they read some of it twice',
      async (read) => {
        await read(0)
        await read(2)
      },
      [],
    ],
    ['what they read from further on tells nothing of what is before', async (read) => read(2), [0]],
    [
      'what was rewritten meanwhile is read again',
      async (read, forget) => {
        await read(0)
        forget()
      },
      [0],
    ],
  ]
  for (const [title, others, own] of rows) {
    test(title, async () => {
      const ledger = memoryLedger()
      const log = memoryLog({ lanes: 1 })
      for (const type of ['track', 'page', 'track'] as const)
        await log.append([{ key: 'p', text: entryText(event(type)) }])
      const asked: number[] = []
      const decoded = decodedLog({
        ...log,
        read(lane, from, limits) {
          asked.push(from.chunk)
          return log.read(lane, from, limits)
        },
      })
      const stop = new AbortController()
      let turns = 0
      await runIndexerLane({
        ...{ lane: 0, log: decoded, ledger, stop: stop.signal, sleep: async () => true },
        signals: { ...laneSignals(log), grown: async () => stop.abort() },
        async inTurn(work) {
          turns += 1
          if (turns === 1) {
            await others(async (chunk) => {
              for (const { open } of await decoded.read(0, { chunk, index: 0 }, LIMITS)) open()
            }, decoded.forget)
            asked.length = 0
          }
          return work()
        },
      })
      assert.deepEqual(asked, own)
      const counts = (await ledger.counts()).map(({ part, name, count }) => `${name} ${part} ${count}`)
      assert.deepEqual(counts.sort(), ['accepted page 1', 'accepted track 2'])
      assert.deepEqual(await ledger.cursor(INDEXER, 0), { chunk: 4, index: 0 })
    })
  }
})
