import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import { turnedAwayCounts } from './turned-away.ts'

test('requests that are turned away are counted by reason and source, the most frequent first', () => {
  const counts = turnedAwayCounts()
  assert.deepEqual(counts.list(), [])
  for (const source of ['shop', 'website', 'shop']) counts.count(new AppError('RATE_LIMITED', { source }))
  counts.count(new AppError('WRITE_KEY_UNKNOWN'))
  counts.count(new AppError('LOG_UNAVAILABLE'))
  counts.count(new AppError('INTERNAL'))
  assert.deepEqual(counts.list(), [
    { code: 'RATE_LIMITED', source: 'shop', count: 2 },
    { code: 'RATE_LIMITED', source: 'website', count: 1 },
    { code: 'WRITE_KEY_UNKNOWN', count: 1 },
  ])
})
