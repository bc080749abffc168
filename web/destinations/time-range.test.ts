import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readStretch } from './time-range.ts'

const NOW_MS = Date.parse('2026-05-04T12:30:20.000Z')

type Row = readonly [
  name: string,
  search: Record<string, string>,
  shown: readonly [name: string, from: string, to: string, step: string],
]
const rows: readonly Row[] = [
  ['nothing chosen is the last hour', {}, ['1h', '2026-05-04T11:31', '2026-05-04T12:31', 'minute']],
  [
    'six hours are shown in minutes',
    { range: '6h' },
    ['6h', '2026-05-04T06:31', '2026-05-04T12:31', 'minute'],
  ],
  ['a day is shown in hours', { range: '1d' }, ['1d', '2026-05-03T12:31', '2026-05-04T12:31', 'hour']],
  [
    'a range nobody knows is the last hour',
    { range: 'ever' },
    ['1h', '2026-05-04T11:31', '2026-05-04T12:31', 'minute'],
  ],
  [
    'a chosen stretch is taken as it is',
    { range: '7d', from: '2026-05-04T09:00Z', to: '2026-05-04T10:00Z' },
    ['chosen', '2026-05-04T09:00', '2026-05-04T10:00', 'minute'],
  ],
  [
    'a chosen hour whose minutes are gone is shown in hours',
    { from: '2026-05-01T09:00Z', to: '2026-05-01T10:00Z' },
    ['chosen', '2026-05-01T09:00', '2026-05-01T10:00', 'hour'],
  ],
  [
    'a stretch that ends before it begins is none',
    { from: '2026-05-04T10:00Z', to: '2026-05-04T09:00Z' },
    ['1h', '2026-05-04T11:31', '2026-05-04T12:31', 'minute'],
  ],
]

describe('The time that a chart shows', () => {
  for (const [name, search, shown] of rows) {
    test(name, () => {
      const { name: range, from_ms, to_ms, step } = readStretch(search, NOW_MS)
      const minute = (ms: number) => new Date(ms).toISOString().slice(0, 16)
      assert.deepEqual([range, minute(from_ms), minute(to_ms), step], shown)
    })
  }
})
