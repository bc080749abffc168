import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durations, type Observed, quantile_s, since, together } from './histogram.ts'

function observed(...seconds: readonly number[]): Observed {
  const all = durations()
  for (const one of seconds) all.observe(one)
  return all.read()
}

const rows: readonly [title: string, observed: Observed, part: number, expected: number | undefined][] = [
  ['nothing', observed(), 0.5, undefined],
  ['half of a bucket', observed(0.02, 0.02), 0.5, 0.0175],
  ['the end of a bucket', observed(0.02, 0.02), 1, 0.025],
  ['the bucket that holds it', observed(0.002, 0.002, 0.002, 2), 0.99, 2.44],
  ['over all bounds: the last of them', observed(5_000), 0.5, 3_600],
]
for (const [title, seen, part, expected] of rows) {
  test(`the size that ${part} stay below: ${title}`, () => {
    const found = quantile_s(seen, part)
    assert.equal(found === undefined ? found : Number(found.toFixed(6)), expected)
  })
}

test('what was read is a copy, and two of them are one', () => {
  const all = durations()
  const before = all.read()
  all.observe(1)
  assert.deepEqual(since(before, all.read()), observed(1))
  assert.deepEqual(together(observed(1), observed(2, 0.5)), observed(1, 2, 0.5))
})

test('what has begun anew meanwhile counts as a whole', () => {
  assert.deepEqual(since(observed(1, 1), observed(2)), observed(2))
})
