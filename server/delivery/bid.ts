import type { Budget, BudgetUse } from '../../core/destination.ts'
import type { BoundDelivery, CompiledInstance } from '../../core/instance.ts'
import type { Units } from '../ledger/units.ts'
import type { BudgetWindows } from './windows.ts'

/** A delivery that wants to go out, with what that uses. */
export type Bid = {
  readonly delivery: BoundDelivery
  readonly subject: string | undefined
  readonly uses: readonly BudgetUse[]
}

export function bidder({ destination, settings }: CompiledInstance): (delivery: BoundDelivery) => Bid {
  return (delivery) => ({
    delivery,
    subject:
      destination.subject === undefined
        ? personOf(delivery)
        : destination.subject(delivery, settings as never),
    uses: destination.uses?.(delivery, settings as never) ?? [],
  })
}

/** Whose events stay in order when the destination does not say: those that share a lane for it. */
function personOf({ envelope: { sourceId, event } }: BoundDelivery): string {
  return `${sourceId}\n${event.anonymousId ?? event.userId}`
}

/**
 * Adds up what bids use of the budgets of a scope, or of all. What is shared counts once a subject, as the deliveries of one batch are
 * merged.
 */
export function unitsOf(windows: BudgetWindows, scope?: Budget['scope']) {
  const units = new Map<string, Map<string, number>>()
  function count(name: string, subject: string): number {
    return units.get(name)?.get(subject) ?? 0
  }
  return {
    units: units as Units,
    count,
    /** What this use adds to the sum. Never over the whole budget, or it could never go. */
    more({ subject }: Bid, { budget, units: wanted, isShared }: BudgetUse) {
      const rule = windows.rules.get(budget)
      if (rule === undefined) throw new Error(`the destination has no budget ${budget}`)
      if (scope !== undefined && rule.scope !== scope) return undefined
      if (rule.scope === 'subject' && subject === undefined) return undefined
      const of = rule.scope === 'instance' ? '' : (subject as string)
      const more = isShared && count(budget, of) > 0 ? 0 : Math.min(wanted, rule.units_max)
      return { scope: rule.scope, of, more }
    },
    add(bid: Bid): void {
      for (const use of bid.uses) {
        const added = this.more(bid, use)
        if (added === undefined || added.more === 0) continue
        const subjects = units.get(use.budget) ?? new Map<string, number>()
        if (subjects.size === 0) units.set(use.budget, subjects)
        subjects.set(added.of, (subjects.get(added.of) ?? 0) + added.more)
      }
    },
  }
}

/** What all of these use. */
export function unitsOfAll(windows: BudgetWindows, bids: readonly Bid[], scope?: Budget['scope']) {
  const sum = unitsOf(windows, scope)
  for (const bid of bids) sum.add(bid)
  return sum
}
