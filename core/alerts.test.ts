import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Alert,
  type MeasuredInstance,
  minutesNeeded,
  RECOVERED_AFTER_MS,
  stepAlerts,
  type Trouble,
  troublesIn,
} from './alerts.ts'
import type { AlertSettings } from './configuration.ts'

const MINUTE_MS = 60_000
const MIB = 1_048_576
const ROOM = { free_bytes: 10_000 * MIB, free_bytes_min: 256 * MIB }
const heap = (change: Partial<MeasuredInstance>): MeasuredInstance => ({
  ...{
    id: 'heap',
    name: 'Heap',
    state: 'flowing',
    since_ms: 0,
    lag_ms: 0,
    delivered: [],
    dead: [],
    expired: [],
    givenUp: [],
  },
  ...change,
})
const reason = { code: 'DESTINATION_MISCONFIGURED', text: 'It answered 401.' }

describe('trouble', () => {
  const rows: readonly [
    what: string,
    instance: MeasuredInstance,
    keys: readonly string[],
    rules?: AlertSettings['rules'],
  ][] = [
    ['none when all is well', heap({ delivered: [5, 5] }), []],
    ['a destination that is held', heap({ state: 'held', reason }), ['held heap']],
    ['not when that is switched off', heap({ state: 'held', reason }), [], { held: false }],
    ['a receiver that takes nothing', heap({ state: 'backing off' }), ['failing heap']],
    ['one that waits for its budget is not in trouble', heap({ state: 'waiting for budget' }), []],
    [
      'more than 20 % refused within 5 minutes',
      heap({ delivered: [7, 0, 0, 0, 0], dead: [3, 0, 0, 0, 0] }),
      ['failing heap'],
    ],
    ['not at 20 %', heap({ delivered: [8, 0, 0, 0, 0], dead: [2, 0, 0, 0, 0] }), []],
    ['not for what is longer ago', heap({ delivered: [0, 8, 0, 0, 0, 0], dead: [9, 0, 0, 0, 0, 0] }), []],
    [
      'another share and time',
      heap({ delivered: [8], dead: [2] }),
      ['failing heap'],
      { failing: { percent: 10, minutes: 1 } },
    ],
    ['the oldest event waits for 15 minutes', heap({ lag_ms: 15 * MINUTE_MS }), ['lag heap']],
    ['not a moment before', heap({ lag_ms: 15 * MINUTE_MS - 1 }), []],
    ['100 dead letters within an hour', heap({ delivered: [0, 900], dead: [60, 40] }), ['deadLetters heap']],
    ['not 99', heap({ delivered: [0, 900], dead: [60, 39] }), []],
    ['events that the log let go', heap({ expired: [0, 3] }), ['disk heap']],
    ['dead letters that the limit let go', heap({ givenUp: [0, 3] }), ['disk heap']],
    ['both of them are told as one', heap({ expired: [1], givenUp: [3] }), ['disk heap']],
    ['neither when that is switched off', heap({ expired: [1], givenUp: [3] }), [], { disk: false }],
    ['one that a person paused is left alone', heap({ state: 'paused', lag_ms: 99 * MINUTE_MS }), []],
    ['one that is off, too', heap({ state: 'off', lag_ms: 99 * MINUTE_MS }), []],
  ]
  for (const [what, instance, keys, rules] of rows) {
    test(what, () => {
      const settings = rules === undefined ? undefined : { channels: [], rules }
      const found = troublesIn({ instances: [instance], disk: ROOM }, settings)
      assert.deepEqual(
        found.map(({ key }) => key),
        keys,
      )
    })
  }

  const disks: readonly [free_mib: number, disk: boolean, found: number][] = [
    [512, true, 0],
    [511, true, 1],
    [0, true, 1],
    [0, false, 0],
  ]
  for (const [free_mib, disk, found] of disks) {
    test(`the disk with ${free_mib} MiB free, ${disk ? 'watched' : 'not watched'}: ${found}`, () => {
      const measured = { instances: [], disk: { free_bytes: free_mib * MIB, free_bytes_min: 256 * MIB } }
      assert.equal(troublesIn(measured, { channels: [], rules: { disk } }).length, found)
    })
  }

  for (const [failing, found] of [
    [{ minutes: 5, percent: 20 }, 1],
    [false, 0],
  ] as const) {
    test(`a database that cannot be read, ${failing === false ? 'not watched' : 'watched'}: ${found}`, () => {
      const source = { id: 'shop', name: 'Shop', since_ms: 0, text: 'The database could not be reached.' }
      const troubles = troublesIn(
        { instances: [], sources: [source], disk: ROOM },
        { channels: [], rules: { failing } },
      )
      assert.deepEqual(
        troubles.map(({ key, after_ms, text }) => [key, after_ms, text]),
        [
          [
            'failing source shop',
            300_000,
            'The source Shop cannot be read; it is tried again. The database could not be reached.',
          ],
        ].slice(0, found),
      )
    })
  }

  test('says who, what and why', () => {
    const [found] = troublesIn({ instances: [heap({ state: 'held', reason })], disk: ROOM }, undefined)
    assert.equal(
      found?.text,
      'Heap is held: nothing is sent to it until its settings are mended. It answered 401.',
    )
  })
})

describe('the minutes that rules need', () => {
  const rows: readonly [what: string, rules: AlertSettings['rules'], minutes: number][] = [
    ['as they come', undefined, 60],
    ['of a longer rule', { failing: { percent: 5, minutes: 90 } }, 90],
    ['not of one that is off', { deadLetters: false }, 60],
  ]
  for (const [what, rules, minutes] of rows) {
    test(what, () => assert.equal(minutesNeeded(rules && { channels: [], rules }), minutes))
  }
})

describe('alerts over time', () => {
  const HELD: Trouble = {
    key: 'held heap',
    rule: 'held',
    of: 'heap',
    after_ms: MINUTE_MS,
    text: 'Heap is held.',
  }
  /** Each minute: whether there is trouble. What is told, by minute. */
  function told(minutes: string): readonly string[] {
    let alerts: readonly Alert[] = []
    const all: string[] = []
    for (const [minute, sign] of [...minutes].entries()) {
      const step = stepAlerts(alerts, sign === 'x' ? [HELD] : [], minute * MINUTE_MS)
      alerts = step.alerts
      all.push(...step.notices.map(({ kind }) => `${minute} ${kind}`))
    }
    return all
  }
  const rows: readonly [what: string, minutes: string, told: readonly string[]][] = [
    ['what does not last is not told', 'x....x....', []],
    ['what lasts is told once', 'xxxxxxxx', ['1 alert']],
    ['and once more when it has been well for 5 minutes', 'xx......', ['1 alert', '7 recovered']],
    ['coming and going is one alert', 'xx..x..x....x......', ['1 alert', '18 recovered']],
    ['after that it is a new one', 'xx......xx', ['1 alert', '7 recovered', '9 alert']],
    ['what was not told does not recover', 'x.......', []],
  ]
  for (const [what, minutes, expected] of rows) test(what, () => assert.deepEqual(told(minutes), expected))

  test('a recovery carries since when it was, and the newest text', () => {
    const first = stepAlerts([], [{ ...HELD, after_ms: 0 }], 1_000)
    const newer = stepAlerts(first.alerts, [{ ...HELD, text: 'Newer.' }], 2_000)
    const well = stepAlerts(newer.alerts, [], 3_000)
    const { notices, alerts } = stepAlerts(well.alerts, [], 3_000 + RECOVERED_AFTER_MS)
    assert.deepEqual(
      notices.map(({ kind, alert }) => [kind, alert.since_ms, alert.text]),
      [['recovered', 1_000, 'Newer.']],
    )
    assert.deepEqual(alerts, [])
  })

  test('two troubles are two alerts', () => {
    const lag: Trouble = { key: 'lag heap', rule: 'lag', of: 'heap', after_ms: 0, text: 'Behind.' }
    const { notices } = stepAlerts([], [{ ...HELD, after_ms: 0 }, lag], 0)
    assert.deepEqual(
      notices.map(({ alert }) => alert.key),
      ['held heap', 'lag heap'],
    )
  })
})
