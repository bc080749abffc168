import { keyOf, type PersonKeys } from './people.ts'
import type { Settings } from './settings.ts'
import { makeWindows } from './windows.ts'

/**
 * Heap's rate limits, for one app.
 * @see 30 requests in 30 s, an identity and app: https://developers.heap.io/reference/track-1,
 * https://developers.heap.io/reference/add-user-properties
 * @see 1,000 events a minute, an identity and app, and 15,000, an app: https://developers.heap.io/reference/bulk-track
 */
export const BUDGETS = {
  singleTrack: { limit: 30, span_ms: 30_000 },
  bulkTrackIdentity: { limit: 1_000, span_ms: 60_000 },
  bulkTrackApp: { limit: 15_000, span_ms: 60_000 },
  userProperties: { limit: 30, span_ms: 30_000 },
} as const
export type BudgetName = keyof typeof BUDGETS

/** How many requests went over each budget. One request may go over two. */
export type Breaches = { [name in BudgetName]: number }

/** What a request takes from one budget, by its key. */
export type Spending = { readonly budget: BudgetName; readonly amounts: ReadonlyMap<string, number> }

export type Budgets = ReturnType<typeof makeBudgets>

/** The budgets of one app: `keys_max` people each. */
export function makeBudgets(keys_max: number) {
  const make = (name: BudgetName) => makeWindows({ ...BUDGETS[name], keys_max })
  const windows = {
    singleTrack: make('singleTrack'),
    bulkTrackIdentity: make('bulkTrackIdentity'),
    bulkTrackApp: make('bulkTrackApp'),
    userProperties: make('userProperties'),
  }

  /** Returns the budgets that the request goes over. One that is refused for it takes nothing from any. */
  function spend(
    spendings: readonly Spending[],
    now_ms: number,
    limits: Exclude<Settings['limits'], 'off'>,
  ): readonly BudgetName[] {
    const over = spendings.filter(({ budget, amounts }) => {
      for (const [key, amount] of amounts) if (!windows[budget].fits(key, amount, now_ms)) return true
      return false
    })
    if (over.length === 0 || limits === 'count')
      for (const { budget, amounts } of spendings)
        for (const [key, amount] of amounts) windows[budget].spend(key, amount, now_ms)
    return over.map(({ budget }) => budget)
  }

  return { spend }
}

/** A request with a list is held to the limits of Bulk Track, one without to the limit of Track. */
export function trackSpending(people: readonly PersonKeys[], isBulk: boolean): readonly Spending[] {
  const amounts = byPerson(people)
  if (!isBulk) return [{ budget: 'singleTrack', amounts }]
  return [
    { budget: 'bulkTrackIdentity', amounts },
    { budget: 'bulkTrackApp', amounts: new Map([['', people.length]]) },
  ]
}

/** For the bulk form no limit of its own is documented, so each of its users counts as a request. */
export function userSpending(people: readonly PersonKeys[]): readonly Spending[] {
  return [{ budget: 'userProperties', amounts: byPerson(people) }]
}

function byPerson(people: readonly PersonKeys[]): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>()
  for (const person of people) {
    const key = budgetKey(person)
    amounts.set(key, (amounts.get(key) ?? 0) + 1)
  }
  return amounts
}

/** The documents speak of identities. Who has none is held to the same limits: that is the strict reading. */
function budgetKey(person: PersonKeys): string {
  const [kind, key] = keyOf(person)
  return kind === 'identity' ? key : `\0${kind} ${key}`
}
