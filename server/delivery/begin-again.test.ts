import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import { beginningAgain } from './begin-again.ts'

const BUG = new Error('a bug')
const AWAY = new AppError('LOG_UNAVAILABLE')
const SHORT_MS = 100
const LONG_MS = 10_000
const times = (count: number, error: Error, ran_ms = SHORT_MS) =>
  Array.from({ length: count }, () => [error, ran_ms] as const)

const rows: readonly [string, ReturnType<typeof times>, readonly number[]][] = [
  ['ever longer, to a minute', times(8, BUG), [1, 2, 4, 8, 16, 32, 60, 60]],
  ['to 10 s for servers that come back', times(6, AWAY), [1, 2, 4, 8, 10, 10]],
  [
    'as at first when it had run well meanwhile',
    [...times(3, BUG), ...times(2, BUG, LONG_MS)],
    [1, 2, 4, 1, 1],
  ],
]
for (const [title, failures, waits_s] of rows) {
  test(`what fails waits ${title}`, () => {
    const again = beginningAgain(() => 1)
    assert.deepEqual(
      failures.map(([error, ran_ms]) => again.after_ms(error, ran_ms) / 1_000),
      waits_s,
    )
  })
}
