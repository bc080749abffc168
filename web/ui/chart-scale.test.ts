import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { brushed, niceCeiling } from './chart-scale.ts'

describe('the top of an axis', () => {
  const rows: readonly (readonly [highest: number, top: number])[] = [
    [0, 1],
    [1, 1],
    [3, 5],
    [21, 25],
    [51, 100],
    [1_204, 2_000],
  ]
  for (const [highest, top] of rows)
    test(`for ${highest} is ${top}`, () => assert.equal(niceCeiling(highest), top))
  test('is never below the highest bar, nor ten times it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), (highest) => {
        const top = niceCeiling(highest)
        assert.ok(top >= highest && top < highest * 10)
      }),
    )
  })
})

describe('dragging over sixty bars', () => {
  const rows: readonly (readonly [from: number, to: number, first: number, last: number])[] = [
    [0, 1, 0, 59],
    [0.5, 0.25, 15, 30],
    [0.999, 0.999, 59, 59],
    [0.1, 0.1, 6, 6],
  ]
  for (const [from, to, first, last] of rows) {
    test(`from ${from} to ${to} covers ${first} to ${last}`, () =>
      assert.deepEqual(brushed(from, to, 60), [first, last]))
  }
})
