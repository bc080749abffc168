import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { RECEIVED_AT, RECEIVED_AT_MS } from './testing.ts'
import { correctedTimestamp, isUtcText, parseTime_ms, utcText } from './timestamp.ts'

const READ: readonly [given: string | number, is: string][] = [
  ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02T03:04Z', '2026-01-02T03:04:00.000Z'],
  ['2026-01-02', '2026-01-02T00:00:00.000Z'],
  ['2026-01-02T03:04:05z', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02 03:04:05Z', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02 03:04:05 Z', '2026-01-02T03:04:05.000Z'],
  // 24 characters and a Z at the end, and yet not the usual form
  ['2026-01-02 03:04:05.678Z', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05,678Z', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05.67 Z', '2026-01-02T03:04:05.670Z'],
  ['2026-01-02T03:04:05.6789999Z', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05.678901234Z', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05+05:30', '2026-01-01T21:34:05.000Z'],
  ['2026-01-02T03:04:05+0530', '2026-01-01T21:34:05.000Z'],
  ['2026-01-02T03:04:05-05', '2026-01-02T08:04:05.000Z'],
  ['2026-01-02 03:04:05 +01:00', '2026-01-02T02:04:05.000Z'],
  // no zone: UTC, wherever this machine is
  ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02T03:04:05.678', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02 03:04', '2026-01-02T03:04:00.000Z'],
  ['2026-07-02 03:04', '2026-07-02T03:04:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  // seconds and milliseconds
  [0, '1970-01-01T00:00:00.000Z'],
  [1767323045, '2026-01-02T03:04:05.000Z'],
  [1767323045.678, '2026-01-02T03:04:05.678Z'],
  [1767323045678, '2026-01-02T03:04:05.678Z'],
  [99_999_999_999, '5138-11-16T09:46:39.000Z'],
  [100_000_000_000, '1973-03-03T09:46:40.000Z'],
]

const REFUSED: readonly unknown[] = [
  '',
  'now',
  '2026',
  '2026-01',
  '2026-1-2',
  '20260102',
  '2026-13-01',
  '2026-00-01',
  '2026-01-00',
  '2026-01-32',
  '2026-02-29',
  '2026-02-30T00:00:00Z',
  '2026-04-31',
  '2026-01-02T03',
  '2026-01-02T25:00:00Z',
  '2026-01-02T03:60:00Z',
  '2026-01-02T03:04:61Z',
  '2026-01-02T03:04:05+25:00',
  '2026-01-02T03:04:05 GMT',
  ' 2026-01-02',
  '2026-01-02\n',
  'Fri, 02 Jan 2026 03:04:05 GMT',
  '01/02/2026',
  '1767323045',
  '1969-12-31T23:59:59.999Z',
  '10000-01-01T00:00:00Z',
  '+010000-01-01T00:00:00Z',
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  253_402_300_800_000,
  true,
  null,
  undefined,
  {},
  [],
  ['2026-01-02'],
  new Date(0),
]

const read = (value: unknown) => {
  const time_ms = parseTime_ms(value)
  return time_ms === undefined ? undefined : new Date(time_ms).toISOString()
}

describe('a time is read', () => {
  for (const [given, is] of READ)
    test(`${JSON.stringify(given)} is ${is}`, () => assert.equal(read(given), is))
})

describe('no time is', () => {
  for (const given of REFUSED) {
    test(JSON.stringify(given) ?? 'undefined', () => assert.equal(read(given), undefined))
  }
})

describe('the time zone of this machine', () => {
  const file = fileURLToPath(new URL('./timestamp.ts', import.meta.url))
  const script = `
    const { parseTime_ms } = await import(process.argv[1])
    process.stdout.write(JSON.stringify(JSON.parse(process.argv[2]).map((given) => parseTime_ms(given))))`
  for (const zone of ['America/New_York', 'Asia/Kolkata']) {
    test(`changes nothing: ${zone}`, () => {
      const given = JSON.stringify(READ.map(([text]) => text))
      const output = execFileSync(process.execPath, ['--input-type=module', '-e', script, file, given], {
        env: { TZ: zone },
        encoding: 'utf8',
      })
      const times = JSON.parse(output) as number[]
      assert.deepEqual(
        times.map((time_ms) => new Date(time_ms).toISOString()),
        READ.map(([, is]) => is),
      )
    })
  }
})

describe('the timestamp is corrected by what the sender’s clock says', () => {
  const around = { receivedAt: RECEIVED_AT, receivedAt_ms: RECEIVED_AT_MS }
  type Row = readonly [title: string, timestamp: unknown, sentAt: unknown, is: string | undefined]
  const rows: readonly Row[] = [
    ['no timestamp: when it was received', undefined, '2020-01-01T00:00:00Z', RECEIVED_AT],
    ['null: when it was received', null, undefined, RECEIVED_AT],
    ['the empty text: when it was received', '', undefined, RECEIVED_AT],
    ['no sentAt: as it is', '2026-01-01T00:00:00Z', undefined, '2026-01-01T00:00:00.000Z'],
    ['sentAt null: as it is', '2026-01-01T00:00:00Z', null, '2026-01-01T00:00:00.000Z'],
    ['sentAt unreadable: as it is', '2026-01-01T00:00:00Z', 'soon', '2026-01-01T00:00:00.000Z'],
    ['a right clock', '2026-01-02T03:04:00.678Z', '2026-01-02T03:04:05.678Z', '2026-01-02T03:04:00.678Z'],
    [
      'a clock 1 h behind',
      '2026-01-02T02:04:00.678Z',
      '2026-01-02T02:04:05.678Z',
      '2026-01-02T03:04:00.678Z',
    ],
    ['a clock 1 h ahead', '2026-01-02T04:04:00.678Z', '2026-01-02T04:04:05.678Z', '2026-01-02T03:04:00.678Z'],
    ['a clock in 1971', '1971-01-01T00:00:00Z', '1971-01-01T00:00:10Z', '2026-01-02T03:03:55.678Z'],
    ['sent as it happened', '2019-01-01T00:00:00Z', '2019-01-01T00:00:00Z', RECEIVED_AT],
    ['sent as it happened, written otherwise', 1546300800, '2019-01-01T00:00:00Z', RECEIVED_AT],
    ['a backfill', '2020-05-06T00:00:00Z', '2026-01-02T03:04:05.678Z', '2020-05-06T00:00:00.000Z'],
    ['happened after it was sent', '2026-01-02T03:05:05.678Z', RECEIVED_AT, '2026-01-02T03:05:05.678Z'],
    ['numbers', 1767323040, 1767323045.678, '2026-01-02T03:04:00.000Z'],
    [
      'a sentAt that leads out of all time',
      '2026-01-01T00:00:00Z',
      '9999-01-01T00:00:00Z',
      '2026-01-01T00:00:00.000Z',
    ],
    ['a timestamp that is no time', 'yesterday', '2026-01-02T03:04:05Z', undefined],
    ['a timestamp that is no time, equal to sentAt', 'yesterday', 'yesterday', undefined],
    ['a timestamp that is an object', {}, undefined, undefined],
  ]
  for (const [title, timestamp, sentAt, is] of rows) {
    test(title, () => assert.equal(correctedTimestamp(timestamp, sentAt, around), is))
  }

  test('the time between happening and sending stays, however wrong the clock is', () => {
    const time_ms = fc.integer({ min: 200_000_000_000, max: 4_000_000_000_000 })
    fc.assert(
      fc.property(time_ms, fc.integer({ min: 0, max: 100_000_000_000 }), (sent_ms, age_ms) => {
        const timestamp = new Date(sent_ms - age_ms).toISOString()
        const corrected = correctedTimestamp(timestamp, new Date(sent_ms).toISOString(), around)
        assert.equal(corrected, new Date(RECEIVED_AT_MS - age_ms).toISOString())
      }),
    )
  })

  test('is a time that is read again, or nothing, for any two values', () => {
    const any = fc.oneof(
      fc.anything(),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    )
    fc.assert(
      fc.property(any, any, (timestamp, sentAt) => {
        const corrected = correctedTimestamp(timestamp, sentAt, around)
        if (corrected !== undefined) assert.equal(read(corrected), corrected)
      }),
    )
  })
})

describe('a time that is already in UTC', () => {
  test('is known by its form, and reading it would give the same', () => {
    const any = fc.oneof(
      fc
        .date({ min: new Date(0), max: new Date(253_402_300_799_999), noInvalidDate: true })
        .map((date) => date.toISOString()),
      fc.stringMatching(
        /^(1969|1970|2024|2025)-(0[1-3]|1[0-4])-(0[01]|2[89]|3[0-2])T(00|2[34]):[056][09]:[056]9\.\d{3}Z$/,
      ),
    )
    fc.assert(
      fc.property(any, (text) => {
        if (isUtcText(text)) assert.equal(utcText(text), text)
      }),
      { numRuns: 5_000 },
    )
  })

  test('every day is known but 29 February', () => {
    for (let day = Date.parse('2023-01-01'); day < Date.parse('2025-01-01'); day += 86_400_000) {
      const text = new Date(day).toISOString()
      assert.equal(isUtcText(text), !text.includes('-02-29'), text)
    }
  })
})
