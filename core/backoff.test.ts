import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { nextDelay_ms } from './backoff.ts'

const HIGHEST = 1 - 2 ** -53
const HOUR_MS = 3_600_000

describe('the next delay', () => {
  type Row = readonly [
    title: string,
    attempt: number,
    random: number,
    retryAfter_ms: number,
    delay_ms: number,
  ]
  const rows: readonly Row[] = [
    ['first retry, lowest draw: never 0', 1, 0, 0, 1],
    ['first retry, middle', 1, 0.5, 0, 500],
    ['first retry, highest draw', 1, HIGHEST, 0, 1_000],
    ['second retry doubles', 2, HIGHEST, 0, 2_000],
    ['fifth', 5, HIGHEST, 0, 16_000],
    ['the last below the ceiling', 9, HIGHEST, 0, 256_000],
    ['the ceiling: 5 minutes', 10, HIGHEST, 0, 300_000],
    ['far beyond, where doubling would overflow', 5_000, HIGHEST, 0, 300_000],
    ['a wait that the destination named is a floor', 1, 0, 30_000, 30_000],
    ['and no ceiling', 9, 0.5, 30_000, 128_000],
    ['an hour is an hour', 1, HIGHEST, HOUR_MS, HOUR_MS],
    ['a part of a millisecond is rounded up', 1, 0, 1.2, 2],
  ]
  for (const [title, attempt, random, retryAfter_ms, delay_ms] of rows) {
    test(title, () =>
      assert.equal(
        nextDelay_ms(attempt, () => random, { retryAfter_ms }),
        delay_ms,
      ),
    )
  }

  test('other limits can be given', () => {
    assert.equal(
      nextDelay_ms(3, () => HIGHEST, { base_ms: 10, cap_ms: 30 }),
      30,
    )
    assert.equal(
      nextDelay_ms(2, () => HIGHEST, { base_ms: 10, cap_ms: 30 }),
      20,
    )
  })

  for (const attempt of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`an attempt of ${attempt} is a bug in the caller`, () => {
      assert.throws(() => nextDelay_ms(attempt, () => 0), RangeError)
    })
  }

  test('is whole, 1 or more, under its ceiling, and never earlier than the destination asked', () => {
    const random = fc.double({ min: 0, max: HIGHEST, noNaN: true })
    const wait_ms = fc.integer({ min: 0, max: HOUR_MS })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), random, wait_ms, (attempt, draw, retryAfter_ms) => {
        const delay_ms = nextDelay_ms(attempt, () => draw, { retryAfter_ms })
        assert.ok(Number.isInteger(delay_ms) && delay_ms >= 1 && delay_ms >= retryAfter_ms)
        assert.ok(delay_ms <= Math.max(retryAfter_ms, Math.min(300_000, 1_000 * 2 ** (attempt - 1))))
      }),
    )
  })
})
