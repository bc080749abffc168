/** What was spent in a sliding window, for each of many keys. Its memory is bounded in keys and in entries of a key. */
export type Windows = {
  /** Whether `amount` more is within the limit, in the span that ends now. */
  readonly fits: (key: string, amount: number, now_ms: number) => boolean
  readonly spend: (key: string, amount: number, now_ms: number) => void
}

/** Pairs of a time in ms and an amount, oldest first, from the place `first` on. */
type Spent = { readonly pairs: number[]; first: number; total: number }

/** Before an array is cut, so many of its places are free; a cut then costs little for each of them. */
const FREE_PLACES_MAX = 64

/**
 * Strict: no span of `span_ms` in a row may hold more than `limit`, wherever it begins. So the times are kept, of the
 * newest `limit` only: what is older cannot matter while those are within the span.
 *
 * Keys that are not asked for are forgotten in two generations, after a span at the earliest, when nothing of theirs
 * counts any more. Only when more than `keys_max` keys are spent on at a time, some are forgotten too early.
 */
export function makeWindows({
  limit,
  span_ms,
  keys_max,
}: {
  readonly limit: number
  readonly span_ms: number
  readonly keys_max: number
}): Windows {
  const generation_max = Math.max(1, Math.floor(keys_max / 2))
  let younger = new Map<string, Spent>()
  let older = new Map<string, Spent>()
  let bornAt_ms = Number.NEGATIVE_INFINITY

  function age(now_ms: number): void {
    if (now_ms - bornAt_ms < span_ms && younger.size < generation_max) return
    older = younger
    younger = new Map()
    bornAt_ms = now_ms
  }

  function at(key: string, now_ms: number): Spent | undefined {
    age(now_ms)
    const spent = younger.get(key)
    if (spent !== undefined) return spent
    const old = older.get(key)
    if (old !== undefined) younger.set(key, old)
    return old
  }

  return {
    fits(key, amount, now_ms) {
      const spent = at(key, now_ms)
      if (spent === undefined) return amount <= limit
      forget(spent, now_ms - span_ms)
      return spent.total + amount <= limit
    },
    spend(key, amount, now_ms) {
      const known = at(key, now_ms)
      const spent = known ?? { pairs: [], first: 0, total: 0 }
      if (known === undefined) younger.set(key, spent)
      add(spent, amount, now_ms)
      keepNewest(spent, limit)
    },
  }
}

/** Forgets what was spent at `until_ms` and before. */
function forget(spent: Spent, until_ms: number): void {
  const { pairs } = spent
  while (spent.first < pairs.length && (pairs[spent.first] as number) <= until_ms) dropFirst(spent)
}

function add(spent: Spent, amount: number, now_ms: number): void {
  const { pairs } = spent
  spent.total += amount
  const last = pairs.length - 2
  if (last >= spent.first && pairs[last] === now_ms) (pairs[last + 1] as number) += amount
  else pairs.push(now_ms, amount)
}

/** The newest `limit` alone fill the budget, so what is before them is not needed to know that it is full. */
function keepNewest(spent: Spent, limit: number): void {
  while (spent.total - (spent.pairs[spent.first + 1] as number) >= limit) dropFirst(spent)
}

function dropFirst(spent: Spent): void {
  spent.total -= spent.pairs[spent.first + 1] as number
  spent.first += 2
  if (spent.first <= FREE_PLACES_MAX || spent.first * 2 < spent.pairs.length) return
  spent.pairs.splice(0, spent.first)
  spent.first = 0
}
