import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { clockText, countText, exactText, rateText, relativeText, spanText } from './format.ts'

describe('counts', () => {
  const rows: readonly (readonly [count: number, text: string])[] = [
    [0, '0'],
    [999, '999'],
    [12_480, '12,480'],
    [999_999, '999,999'],
    [1_000_000, '1 M'],
    [1_234_567, '1.2 M'],
    [999_949_999, '999.9 M'],
    [2_500_000_000, '2.5 G'],
    [-1_500_000, '-1.5 M'],
  ]
  for (const [count, text] of rows) test(`${count} is ${text}`, () => assert.equal(countText(count), text))
})

describe('rates', () => {
  const rows: readonly (readonly [perMinute: number, text: string])[] = [
    [1204.4, '1,204/min'],
    [10, '10/min'],
    [3.46, '3.5/min'],
    [0.21, '0.2/min'],
  ]
  for (const [rate, text] of rows) test(`${rate} is ${text}`, () => assert.equal(rateText(rate), text))
})

describe('spans', () => {
  const rows: readonly (readonly [ms: number, text: string])[] = [
    [0, '0 ms'],
    [420, '420 ms'],
    [1_200, '1.2 s'],
    [12_000, '12 s'],
    [59_400, '59 s'],
    [60_000, '1 min'],
    [3_599_000, '59 min'],
    [3_600_000, '1 h'],
    [47 * 3_600_000, '47 h'],
    [48 * 3_600_000, '2 d'],
  ]
  for (const [ms, text] of rows) test(`${ms} ms is ${text}`, () => assert.equal(spanText(ms), text))
})

describe('times', () => {
  const NOON = Date.UTC(2026, 10, 25, 12, 0, 0, 7)
  const rows: readonly (readonly [then_ms: number, text: string])[] = [
    [NOON, 'just now'],
    [NOON - 1_900, 'just now'],
    [NOON - 5_400, '5 s ago'],
    [NOON - 120_000, '2 min ago'],
    [NOON + 180_000, 'in 3 min'],
  ]
  for (const [then_ms, text] of rows) {
    test(`seen from noon, ${new Date(then_ms).toISOString()} is ${text}`, () =>
      assert.equal(relativeText(then_ms, NOON), text))
  }
  test('an exact time says its zone', () => {
    assert.equal(exactText(NOON, 'UTC'), '2026-11-25 12:00:00.007 UTC')
    assert.match(exactText(NOON, 'Asia/Kolkata'), /^2026-11-25 17:30:00\.007 \S+/)
  })
  test('midnight is 00, not 24', () => assert.equal(clockText(Date.UTC(2026, 0, 1), 'UTC'), '00:00:00'))
  test('whatever the span, it is told in a number and a unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (ms) => {
        assert.match(spanText(ms), /^\d+(\.\d)? (ms|s|min|h|d)$/)
      }),
    )
  })
})
