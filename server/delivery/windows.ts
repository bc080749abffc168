import type { Budget, Budgets } from '../../core/destination.ts'
import type { StoredUse } from '../ledger/ledger.ts'
import type { Units } from '../ledger/units.ts'
import { subjectUses } from './subject-uses.ts'

/** A request without an answer may still be lying at the receiver when we give up on it, and be counted then. */
export const UNANSWERED_MS = 5_000
/** So much of an instance's budget may go at once; the rest is spread, so that nobody waits a whole window for a turn. */
const BURST_SHARE = 0.1
/** Faster than the budget itself allows for ever: in the long run only the window limits, and it is used up. */
const PACE = 1.05

type Rule = Budget & {
  readonly uses: ReturnType<typeof subjectUses>
  pace: { units: number; at_ms: number } | undefined
}
export type BudgetWindows = ReturnType<typeof budgetWindows>

/**
 * What has been used of an instance's budgets. Strict: a unit is open from before its request goes out until the answer
 * has come, and then counts for a whole window more. The receiver has counted it by the time of the answer, so no span
 * of the receiver's clock can hold more than the budget, whatever the latency or the difference of the clocks.
 */
export function budgetWindows(budgets: Budgets) {
  const rules = new Map<string, Rule>()
  for (const [name, budget] of Object.entries(budgets)) {
    rules.set(name, { ...budget, uses: subjectUses(budget), pace: undefined })
  }
  /** Of takings and closings: while it stays as it is, what fitted still fits. */
  let changes = 0

  function ruleOf(name: string): Rule {
    const rule = rules.get(name)
    if (rule === undefined) throw new Error(`the destination has no budget ${name}`)
    return rule
  }

  return {
    rules: rules as ReadonlyMap<string, Budget>,
    changes: () => changes,
    /** How many subjects and slices are kept. */
    size: () => [...rules.values()].reduce((sum, { uses }) => sum + uses.size(), 0),
    window_ms_max: Math.max(0, ...[...rules.values()].map(({ window_ms }) => window_ms)),
    room(name: string, subject: string, now_ms: number): number {
      const rule = ruleOf(name)
      return Math.min(freeUnits(rule, subject, now_ms), pacedUnits(rule, now_ms))
    },
    /** As `room`, without regard to the pace: for one delivery that uses more than a burst. */
    unpacedRoom: (name: string, subject: string, now_ms: number) => freeUnits(ruleOf(name), subject, now_ms),
    /** How long until there is room for so many; undefined while that depends on an answer that has not come. */
    waitFor_ms(name: string, subject: string, units: number, now_ms: number): number | undefined {
      const rule = ruleOf(name)
      const wait_ms = windowWait_ms(rule, subject, units, now_ms)
      return wait_ms === undefined ? undefined : Math.max(wait_ms, paceWait_ms(rule, units, now_ms))
    },
    take(units: Units, now_ms: number): void {
      changes += 1
      for (const [name, subjects] of units) {
        const rule = ruleOf(name)
        for (const [subject, count] of subjects) takeOf(rule, subject, count, now_ms)
      }
    },
    /** What was taken does not go out after all: as if it had not been taken. */
    giveBack(units: Units, now_ms: number): void {
      changes += 1
      for (const [name, subjects] of units) {
        const rule = ruleOf(name)
        for (const [subject, count] of subjects) giveBackOf(rule, subject, count, now_ms)
      }
    },
    /** The answers have come: what was used stays until it is a window old, the rest is free again. */
    close(taken: Units, used: Units, at_ms: number): void {
      changes += 1
      for (const [name, subjects] of taken) {
        const { uses } = ruleOf(name)
        const usedOf = used === taken ? subjects : used.get(name)
        for (const [subject, count] of subjects) {
          uses.close(subject, count, usedOf === subjects ? count : (usedOf?.get(subject) ?? 0), at_ms)
        }
      }
    },
    /** What was used before a restart. What was open may be counted as late as now, and a little later. */
    restore(stored: readonly StoredUse[], now_ms: number): void {
      for (const { at_ms, units } of closedUses(stored, now_ms + UNANSWERED_MS)) {
        for (const [name, subjects] of units) {
          const uses = rules.get(name)?.uses
          for (const [subject, count] of subjects) uses?.close(subject, 0, count, at_ms)
        }
      }
    },
  }
}

/** In the order of their times. None lies in the future, unless the clock was put back. */
function closedUses(stored: readonly StoredUse[], latest_ms: number) {
  return stored
    .map(({ at_ms = latest_ms, units }) => ({ at_ms: Math.min(at_ms, latest_ms), units }))
    .sort((a, b) => a.at_ms - b.at_ms)
}

function takeOf(rule: Rule, subject: string, count: number, now_ms: number): void {
  rule.uses.take(subject, count, now_ms)
  if (rule.scope === 'subject') return
  rule.pace = { units: Math.max(0, pacedUnits(rule, now_ms) - count), at_ms: now_ms }
}

function giveBackOf(rule: Rule, subject: string, count: number, now_ms: number): void {
  rule.uses.close(subject, count, 0, now_ms)
  if (rule.pace !== undefined) rule.pace = { ...rule.pace, units: rule.pace.units + count }
}

function freeUnits({ units_max, uses }: Rule, subject: string, now_ms: number): number {
  return Math.max(0, units_max - uses.taken(subject, now_ms))
}

function windowWait_ms(rule: Rule, subject: string, units: number, now_ms: number): number | undefined {
  let free = freeUnits(rule, subject, now_ms)
  if (free >= units) return 0
  for (const slice of rule.uses.releases(subject)) {
    free += slice.units
    if (free >= units) return slice.release_ms - now_ms
  }
  return undefined
}

function burstOf({ units_max }: Pick<Rule, 'units_max'>): number {
  return Math.ceil(units_max * BURST_SHARE)
}

function pacedUnits({ scope, units_max, window_ms, pace }: Rule, now_ms: number): number {
  if (scope === 'subject') return Number.POSITIVE_INFINITY
  const burst = burstOf({ units_max })
  if (pace === undefined) return burst
  const grown = (Math.max(0, now_ms - pace.at_ms) * units_max * PACE) / window_ms
  return Math.min(burst, Math.floor(pace.units + grown))
}

function paceWait_ms(rule: Rule, wanted: number, now_ms: number): number {
  const { units_max, window_ms, pace, scope } = rule
  const units = Math.min(wanted, burstOf(rule))
  if (scope === 'subject' || pace === undefined || pacedUnits(rule, now_ms) >= units) return 0
  const due_ms = pace.at_ms + ((units - pace.units) * window_ms) / (units_max * PACE)
  return Math.max(1, Math.ceil(due_ms - now_ms))
}

/** Of units that another process stored, those whose budget is known here: it may know others for a while. */
export function knownUnits({ rules }: Pick<BudgetWindows, 'rules'>, units: Units): Units {
  return new Map([...units].filter(([name]) => rules.has(name)))
}
