import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dueOf } from './due.ts'
import { newPlace, retryAfter_ms } from './run.ts'
import { nextTimes, scheduleProblem } from './schedule.ts'
import type { SqlSchedule } from './settings.ts'

describe('the next times of a schedule', () => {
  type Row = readonly [what: string, schedule: SqlSchedule, after: string, times: readonly string[]]
  const rows: readonly Row[] = [
    [
      'minutes are counted from 1970',
      { minutes: 15 },
      '2026-03-01T10:07:00Z',
      ['2026-03-01T10:15:00Z', '2026-03-01T10:30:00Z'],
    ],
    [
      'a time is after itself',
      { minutes: 15 },
      '2026-03-01T10:15:00Z',
      ['2026-03-01T10:30:00Z', '2026-03-01T10:45:00Z'],
    ],
    [
      'cron in UTC',
      { cron: '0 6 * * *' },
      '2026-03-01T06:00:00Z',
      ['2026-03-02T06:00:00Z', '2026-03-03T06:00:00Z'],
    ],
    [
      'cron on days of the week',
      { cron: '30 7 * * 1-5' },
      '2026-02-27T08:00:00Z',
      ['2026-03-02T07:30:00Z', '2026-03-03T07:30:00Z'],
    ],
    [
      'cron by the clocks of its zone, over the change to summer time',
      { cron: '0 6 * * *', zone: 'Europe/Zurich' },
      '2026-03-28T00:00:00Z',
      ['2026-03-28T05:00:00Z', '2026-03-29T04:00:00Z'],
    ],
    [
      'a time that the clocks leave out comes when they go on',
      { cron: '30 2 * * *', zone: 'Europe/Zurich' },
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z'],
    ],
    [
      'a time that the clocks show twice comes once',
      { cron: '30 2 * * *', zone: 'Europe/Zurich' },
      '2026-10-24T12:00:00Z',
      ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    ],
  ]
  for (const [what, schedule, after, times] of rows) {
    test(what, () => {
      const found = nextTimes(schedule, Date.parse(after), times.length)
      assert.deepEqual(
        found.map((at_ms) => new Date(at_ms).toISOString()),
        times.map((time) => new Date(time).toISOString()),
      )
    })
  }
})

describe('a schedule that is refused', () => {
  const rows: readonly (readonly [schedule: SqlSchedule, problem: RegExp])[] = [
    [{ cron: '* * * *' }, /five parts/],
    [{ cron: '0 0 6 * * *' }, /five parts/],
    [{ cron: '0 25 * * *' }, /cannot be read/],
    [{ cron: '0 0 31 2 *' }, /never comes/],
    [{ cron: '0 6 * * *', zone: 'Mars/Base' }, /zone "Mars\/Base"/],
  ]
  for (const [schedule, problem] of rows) {
    test(JSON.stringify(schedule), () => assert.match(scheduleProblem(schedule) ?? 'it is taken', problem))
  }
})

describe('when a source is due', () => {
  const planned_ms = Date.parse('2026-03-01T10:00:00Z')
  const place = newPlace(planned_ms)
  const hour = { minutes: 60 }
  test('without a schedule: never', () => assert.equal(dueOf(undefined, place), undefined))
  test('at the first time after those that are dealt with, however many were missed', () => {
    assert.deepEqual(dueOf(hour, place), { at_ms: planned_ms + 3_600_000, cause: 'schedule' })
  })
  test('after a failure at the time of the next try, and no scheduled time before', () => {
    const at_ms = planned_ms + 7_200_000
    assert.deepEqual(dueOf(hour, { ...place, retryAt_ms: at_ms }), { at_ms, cause: 'again' })
  })
  for (const [failures, minutes] of [
    [1, 1],
    [2, 2],
    [3, 4],
    [6, 32],
    [7, 60],
    [1_000, 60],
  ] as const) {
    test(`the ${failures}th failure waits ${minutes} minutes`, () =>
      assert.equal(retryAfter_ms(failures), minutes * 60_000))
  }
})
