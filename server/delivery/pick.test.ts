import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Budgets } from '../../core/destination.ts'
import type { BoundDelivery } from '../../core/instance.ts'
import type { Bid } from './bid.ts'
import { byInstance, bySubject } from './pick.ts'
import { budgetWindows } from './windows.ts'

const BUDGETS: Budgets = {
  all: { label: 'events a minute', units_max: 100, window_ms: 60_000, scope: 'instance' },
  person: { label: 'events a minute for one', units_max: 5, window_ms: 60_000, scope: 'subject' },
}
const NOBODY: ReadonlySet<string> = new Set()

function bidOf(subject: string, units = 1): Bid {
  const uses = [
    { budget: 'all', units },
    { budget: 'person', units },
  ]
  return { delivery: {} as BoundDelivery, subject, uses }
}

/** Units that each may go, park and ask again, as a text: `ada bob | ada | cy`. */
function picked(bids: readonly Bid[], behind = NOBODY, used: Readonly<Record<string, number>> = {}): string {
  const windows = budgetWindows(BUDGETS)
  for (const [subject, count] of Object.entries(used))
    windows.take(new Map([['person', new Map([[subject, count]])]]), 0)
  const { bids: go, over, rest, units } = byInstance(windows, bySubject(windows, bids, behind, 0), bids, 0)
  const sum = go.reduce((all, { uses }) => all + (uses[0]?.units ?? 0), 0)
  assert.equal(units.get('all')?.get('') ?? 0, sum, 'what is taken of the shared budget')
  return [go, over, rest].map((some) => some.map(({ subject }) => subject).join(' ')).join(' | ')
}

const people = (count: number) => Array.from({ length: count }, (_, n) => bidOf(`p${n}`))
const names = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `p${from + n}`).join(' ')

describe('what may go out now', () => {
  const rows: readonly [what: string, bids: readonly Bid[], goes: string][] = [
    ['nothing', [], ' |  | '],
    ['all, when there is room', [bidOf('ada'), bidOf('bob'), bidOf('ada')], 'ada bob ada |  | '],
    [
      'nobody more than their budget, and nothing of theirs after it',
      [bidOf('ada', 4), bidOf('ada', 2), bidOf('bob'), bidOf('ada')],
      'ada bob | ada ada | ',
    ],
    ['of all, a tenth of the shared budget at once', people(10), `${names(0, 10)} |  | `],
    ['the rest of them has to ask again', people(14), `${names(0, 10)} |  | ${names(10, 14)}`],
    ['one that uses more than a tenth goes alone', [bidOf('ada', 12), bidOf('bob')], 'ada |  | bob'],
  ]
  for (const [what, bids, goes] of rows) test(what, () => assert.equal(picked(bids), goes))

  test('who has others waiting waits behind them, room or not', () => {
    assert.equal(picked([bidOf('ada'), bidOf('bob')], new Set(['ada'])), 'bob | ada | ')
  })

  test('what was used before counts', () => {
    const bids = [bidOf('ada'), bidOf('ada'), bidOf('bob')]
    assert.equal(picked(bids, NOBODY, { ada: 4 }), 'ada bob | ada | ')
  })

  test('as one after the other, whoever it is and whatever they have used', () => {
    const bid = fc.record({ of: fc.nat(3), units: fc.integer({ min: 1, max: 3 }) })
    const used = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(bid, { maxLength: 6 }), used, (wanted, before) => {
        const sums = [...before]
        const [go, over]: [string[], string[]] = [[], []]
        const stopped = new Set<number>()
        let shared = 0
        const rest: string[] = []
        for (const { of, units } of wanted) {
          const isOver = stopped.has(of) || (sums[of] ?? 0) + units > 5
          if (isOver) stopped.add(of)
          else sums[of] = (sums[of] ?? 0) + units
          if (rest.length > 0 || (!isOver && shared + units > 10 && shared > 0)) rest.push(`p${of}`)
          else if (isOver) over.push(`p${of}`)
          else {
            go.push(`p${of}`)
            shared += units
          }
        }
        const took = Object.fromEntries(
          before.map((count, n) => [`p${n}`, count]).filter(([, count]) => count !== 0),
        )
        const bids = wanted.map(({ of, units }) => bidOf(`p${of}`, units))
        assert.equal(picked(bids, NOBODY, took), [go, over, rest].map((some) => some.join(' ')).join(' | '))
      }),
    )
  })
})
