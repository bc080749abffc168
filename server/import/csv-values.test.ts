import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compileDate, ISO_UTC, readerOf, type ValueType } from './csv-values.ts'

const cells: readonly (readonly [type: ValueType, text: string, value: unknown])[] = [
  ['text', ' as it is ', ' as it is '],
  ['number', '9.50', 9.5],
  ['number', ' -1e3 ', -1000],
  ['number', '1,234', undefined],
  ['number', '0x10', undefined],
  ['number', 'Infinity', undefined],
  ['boolean', 'TRUE', true],
  ['boolean', 'no', false],
  ['boolean', '0', false],
  ['boolean', 'perhaps', undefined],
  ['boolean', 'constructor', undefined],
  ['date', '2026-02-28', '2026-02-28T00:00:00.000Z'],
  ['date', '2026-02-30', undefined],
  ['date', '1767323045', '2026-01-02T03:04:05.000Z'],
  ['date', '1767323045678', '2026-01-02T03:04:05.678Z'],
  ['json', '{"a":[1]}', { a: [1] }],
  ['json', '{', undefined],
]
describe('a cell', () => {
  for (const [type, text, value] of cells) {
    test(`"${text}" as ${type} is ${JSON.stringify(value) ?? 'none'}`, () => {
      assert.deepEqual(readerOf(type, ISO_UTC)(text), value)
    })
  }
})

const dates: readonly (readonly [format: string, zone: string, text: string, utc: string | undefined])[] = [
  ['DD.MM.YYYY HH:mm', 'UTC', '02.01.2026 03:04', '2026-01-02T03:04:00.000Z'],
  ['DD.MM.YYYY HH:mm', 'Europe/Zurich', '02.01.2026 03:04', '2026-01-02T02:04:00.000Z'],
  ['DD.MM.YYYY HH:mm', 'Europe/Zurich', '02.07.2026 03:04', '2026-07-02T01:04:00.000Z'],
  // 02:30 comes twice on 25 October, and not at all on 29 March.
  ['DD.MM.YYYY HH:mm', 'Europe/Zurich', '25.10.2026 02:30', '2026-10-25T00:30:00.000Z'],
  ['DD.MM.YYYY HH:mm', 'Europe/Zurich', '29.03.2026 02:30', '2026-03-29T01:30:00.000Z'],
  ['DD.MM.YYYY HH:mm', 'Europe/Zurich', '29.03.2026 03:30', '2026-03-29T01:30:00.000Z'],
  ['M/D/YYYY h:mm A', 'America/New_York', '1/2/2026 12:04 AM', '2026-01-02T05:04:00.000Z'],
  ['M/D/YYYY h:mm A', 'America/New_York', '1/2/2026 3:04 pm', '2026-01-02T20:04:00.000Z'],
  ['M/D/YYYY h:mm A', 'UTC', '1/2/2026 13:04 pm', undefined],
  ['YYYY-MM-DD HH:mm:ss.SSS', 'UTC', '2026-01-02 03:04:05.678901', '2026-01-02T03:04:05.678Z'],
  ['D.M.YY', 'UTC', '2.1.26', '2026-01-02T00:00:00.000Z'],
  ['DD.MM.YYYY', 'UTC', '30.02.2026', undefined],
  ['DD.MM.YYYY', 'UTC', '02x01x2026', undefined],
  ['DD.MM.YYYY HH:mm', 'UTC', '02.01.2026 24:04', undefined],
  ['iso', 'Asia/Kolkata', '2026-01-02 03:04:05', '2026-01-01T21:34:05.000Z'],
  ['iso', 'Asia/Kolkata', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
  ['iso', 'Asia/Kolkata', '2026-01-02T03:04:05+0100', '2026-01-02T02:04:05.000Z'],
]
describe('a date', () => {
  for (const [format, zone, text, utc] of dates) {
    test(`"${text}" as ${format} in ${zone} is ${utc ?? 'none'}`, () => {
      const time_ms = compileDate({ format, zone })?.(text)
      assert.equal(time_ms === undefined ? undefined : new Date(time_ms).toISOString(), utc)
    })
  }
  for (const [title, rule] of [
    ['a part twice', { format: 'DD.D.MM.YYYY', zone: 'UTC' }],
    ['no day', { format: 'MM.YYYY', zone: 'UTC' }],
    ['a zone that is none', { format: 'iso', zone: 'Atlantis' }],
  ] as const) {
    test(`is not read by ${title}`, () => assert.equal(compileDate(rule), undefined))
  }
})
