import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzTrigger } from './trigger.ts'

test('a short fuzz of triggers finds nothing, and reads as many as it must', () => {
  let last: Readonly<Record<string, number>> = {}
  const failure = fuzzTrigger({ count: 5_000, seed: 1, report: (_, facts) => (last = facts) })
  assert.equal(failure, undefined)
  assert.ok((last['read'] ?? 0) > 500 && (last['refused'] ?? 0) > 500, JSON.stringify(last))
})
