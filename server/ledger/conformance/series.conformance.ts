import assert from 'node:assert/strict'
import {
  HOUR_MS,
  HOURS_KEPT_MS,
  type Ledger,
  MINUTE_MS,
  MINUTES_KEPT_MS,
  type SeriesRange,
} from '../ledger.ts'
import { attempt, count, progress, type Row, START } from './testing.ts'

const DAY_MS = 24 * HOUR_MS
const NOON_MS = 100 * DAY_MS + 12 * HOUR_MS
const EVER = { from_ms: 0, to_ms: 200 * DAY_MS }

export function seriesRows(row: Row): void {
  countingRows(row)
  trimmingRows(row)
}

function countingRows(row: Row): void {
  row('what is counted stands in the minute in which it happened', async ({ ledger }) => {
    await recordAt(ledger, [NOON_MS, NOON_MS + MINUTE_MS - 0.5, NOON_MS + MINUTE_MS, NOON_MS - 1])
    assert.deepEqual(await counted(ledger, 'minute'), [
      [NOON_MS - MINUTE_MS, 1],
      [NOON_MS, 2],
      [NOON_MS + MINUTE_MS, 1],
    ])
  })

  row('by hour, minutes are added up', async ({ ledger }) => {
    await recordAt(ledger, [NOON_MS, NOON_MS + HOUR_MS - 1, NOON_MS + HOUR_MS])
    assert.deepEqual(await counted(ledger, 'hour'), [
      [NOON_MS, 2],
      [NOON_MS + HOUR_MS, 1],
    ])
  })

  row('each part and name is counted apart, and each owner has its own', async ({ ledger }) => {
    const counts = [
      count(1, { at_ms: NOON_MS }),
      count(2, { at_ms: NOON_MS, part: 'identify' }),
      count(3, { at_ms: NOON_MS, name: 'dead' }),
      count(4, { at_ms: NOON_MS, of: 'heap-2' }),
      count(-1, { at_ms: NOON_MS, name: 'parked' }),
    ]
    await ledger.record(progress(START, { counts }))
    const points = await ledger.series('heap-1', { ...EVER, step: 'minute' })
    assert.deepEqual(points, [
      { at_ms: NOON_MS, part: 'identify', name: 'delivered', count: 2 },
      { at_ms: NOON_MS, part: 'track', name: 'dead', count: 3 },
      { at_ms: NOON_MS, part: 'track', name: 'delivered', count: 1 },
      { at_ms: NOON_MS, part: 'track', name: 'parked', count: -1 },
    ])
  })

  const ranges: readonly [title: string, range: SeriesRange, minutes: number[]][] = [
    [
      'the minute of the beginning and what is before the end',
      { from_ms: NOON_MS + 1, to_ms: NOON_MS + 2 * MINUTE_MS, step: 'minute' },
      [0, 1],
    ],
    ['nothing of an empty range', { from_ms: NOON_MS, to_ms: NOON_MS, step: 'minute' }, []],
  ]
  for (const [title, range, minutes] of ranges) {
    row(`a range holds ${title}`, async ({ ledger }) => {
      await recordAt(
        ledger,
        [-1, 0, 1, 2].map((minute) => NOON_MS + minute * MINUTE_MS),
      )
      const points = await ledger.series('heap-1', range)
      assert.deepEqual(
        points.map(({ at_ms }) => (at_ms - NOON_MS) / MINUTE_MS),
        minutes,
      )
    })
  }

  row('requests that were answered "try again" are counted, whoever recorded them', async ({ ledger }) => {
    const failing = { since_ms: 1, reason: { code: 'DESTINATION_FAILED', text: '503' } } as const
    const retry = attempt({ outcome: 'retry', startedAt_ms: NOON_MS })
    await ledger.recordFailing('heap-1', 0, failing, [retry, retry])
    await ledger.record(progress(START, { attempts: [retry, attempt({ startedAt_ms: NOON_MS })] }))
    assert.deepEqual(await ledger.series('heap-1', { ...EVER, step: 'minute' }), [
      { at_ms: NOON_MS, part: '', name: 'retried', count: 3 },
    ])
  })
}

function trimmingRows(row: Row): void {
  row('minutes become part of their hour after two days, and no count changes', async ({ ledger }) => {
    await recordAt(ledger, [NOON_MS, NOON_MS + 59 * MINUTE_MS, NOON_MS + HOUR_MS])
    const before = await counted(ledger, 'hour')
    await ledger.trimSeries(NOON_MS + MINUTES_KEPT_MS + HOUR_MS - 1)
    assert.equal((await counted(ledger, 'minute')).length, 3)
    await ledger.trimSeries(NOON_MS + MINUTES_KEPT_MS + HOUR_MS)
    assert.deepEqual(await counted(ledger, 'minute'), [[NOON_MS + HOUR_MS, 1]])
    assert.deepEqual(await counted(ledger, 'hour'), before)
  })

  row('what comes late is added to the hour that is there', async ({ ledger }) => {
    await recordAt(ledger, [NOON_MS])
    await ledger.trimSeries(NOON_MS + 3 * DAY_MS)
    await recordAt(ledger, [NOON_MS, NOON_MS + MINUTE_MS])
    assert.deepEqual(await counted(ledger, 'hour'), [[NOON_MS, 3]])
    await ledger.trimSeries(NOON_MS + 3 * DAY_MS)
    assert.deepEqual(await counted(ledger, 'hour'), [[NOON_MS, 3]])
  })

  row('hours go after ninety days', async ({ ledger }) => {
    await recordAt(ledger, [NOON_MS, NOON_MS + 10 * DAY_MS])
    await ledger.trimSeries(NOON_MS + HOURS_KEPT_MS + HOUR_MS)
    assert.deepEqual(await counted(ledger, 'hour'), [[NOON_MS + 10 * DAY_MS, 1]])
  })
}

async function recordAt(ledger: Ledger, times_ms: readonly number[]): Promise<void> {
  for (const at_ms of times_ms) await ledger.record(progress(START, { counts: [count(1, { at_ms })] }))
}

async function counted(ledger: Ledger, step: SeriesRange['step']) {
  const points = await ledger.series('heap-1', { ...EVER, step })
  return points.map(({ at_ms, count }) => [at_ms, count])
}
