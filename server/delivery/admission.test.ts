import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Budgets } from '../../core/destination.ts'
import { memoryLedger } from '../ledger/memory.ts'
import { admission } from './admission.ts'
import type { Bid } from './bid.ts'

const WINDOW_MS = 60_000
const BUDGETS: Budgets = {
  all: { label: 'events a minute', units_max: 1_000, window_ms: WINDOW_MS, scope: 'instance' },
  person: { label: 'events a minute for one', units_max: 10, window_ms: WINDOW_MS, scope: 'subject' },
}

function bids(subject: string, count: number): readonly Bid[] {
  const uses = [
    { budget: 'all', units: 1 },
    { budget: 'person', units: 1 },
  ]
  return Array.from({ length: count }, () => ({ delivery: {} as Bid['delivery'], subject, uses }))
}

describe('what lanes let out at the same time', () => {
  test('is no more of a person than the budget has, though each found that its own fits', async () => {
    const never = async () => false
    const of = await admission({
      instanceId: 'heap',
      budgets: BUDGETS,
      ledger: memoryLedger(),
      now_ms: () => 0,
      sleep: never,
      onWaiting: () => {},
    })
    const by = { standing: 'lane', sleep: never, stop: new AbortController().signal } as const
    const admitted = await Promise.all([
      of.admit(bids('ada', 6), new Set(), by),
      of.admit(bids('ada', 6), new Set(), by),
      of.admit(bids('bob', 6), new Set(), by),
    ])
    assert.deepEqual(
      admitted.map((one) => [one?.bids.length, one?.over.length]),
      [
        [6, 0],
        [4, 2],
        [6, 0],
      ],
    )
  })
})
