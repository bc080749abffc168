// The small sizes of the simulation; `npm run sim` has the whole ones, and docs/adr/0009-budgets-and-parking.md what they gave.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { heapBudget } from './heap-budget.ts'
import { heapCoalescing } from './heap-coalescing.ts'

describe('in virtual time', () => {
  test("a backlog goes out as fast as Heap's limits allow: no breach, in order for each person, nothing lost or twice", async () => {
    const result = await heapBudget({ events: 90_000, people: 5_000, seed: 7 })
    assert.deepEqual(result.problems, [])
    assert.ok(result.used >= 0.97, `${result.used} of the budget was used`)
    assert.ok(result.others_delay < 0.2, `the others came ${result.others_delay} later than they could`)
  })

  test('track calls go in full requests, and profiles only where something is new', async () => {
    const result = await heapCoalescing({ events: 40_000, people: 2_000, seed: 7 })
    assert.deepEqual(result.problems, [])
    assert.ok(result.trackRequests <= 60, `${result.trackRequests} track requests`)
    assert.ok(result.callsPerProfileWrite >= 5, `${result.callsPerProfileWrite} calls a write`)
    assert.ok(result.unchanged > 0)
  })
})
