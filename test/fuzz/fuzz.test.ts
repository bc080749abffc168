import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzMapping } from './mapping.ts'
import { fuzzTrigger } from './trigger.ts'

const rows = [
  ['triggers', fuzzTrigger, 'read', 'refused'],
  ['mappings', fuzzMapping, 'clean', 'wrong'],
] as const
for (const [what, fuzz, right, wrong] of rows) {
  test(`a short fuzz of ${what} finds nothing, and meets both right and wrong ones`, () => {
    let last: Readonly<Record<string, number>> = {}
    const report = (_: number, facts: Readonly<Record<string, number>>) => {
      last = facts
    }
    assert.equal(fuzz({ count: 5_000, seed: 1, report }), undefined)
    assert.ok((last[right] ?? 0) > 500 && (last[wrong] ?? 0) > 500, JSON.stringify(last))
  })
}
