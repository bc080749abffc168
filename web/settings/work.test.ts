import assert from 'node:assert/strict'
import { test } from 'node:test'
import { thinned, WORK_ROWS } from './work.ts'

const said: readonly [id: string, value: number, text: string][] = [
  ['accepted_perSecond', 0, '0 a second'],
  ['accepted_perSecond', 2.345, '2.3 a second'],
  ['delivered_perSecond', 91_600, '91,600 a second'],
  ['ack_ms', 4.2, '4 ms'],
  ['resident_bytes', 268_435_456, '256 MiB'],
  ['busy_main', 0.254, '25 %'],
]
for (const [id, value, text] of said) {
  test(`${id} of ${value} is said as ${text}`, () => {
    assert.equal(WORK_ROWS.find((row) => row.id === id)?.text(value), text)
  })
}

const rows: readonly [values: readonly number[], count_max: number, expected: readonly number[]][] = [
  [[], 3, []],
  [[1, 2], 3, [1, 2]],
  [[1, 9, 2, 3, 4], 3, [9, 3, 4]],
  [[1, 2, 3, 8, 5, 6], 2, [3, 8]],
]
for (const [values, count_max, expected] of rows) {
  test(`${values.length} values in ${count_max} are ${expected.length}, each the highest of its part`, () => {
    assert.deepEqual(thinned(values, count_max), expected)
  })
}
