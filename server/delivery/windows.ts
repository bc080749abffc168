import type { Budget, Budgets } from '../../core/destination.ts'
import type { StoredUse, Units } from '../ledger/ledger.ts'

/** Units by budget and subject; `''` is the subject of a budget of the whole instance. */
export type UnitMaps = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Answers are dated up to the end of their slice, a thousandth of the window: so few numbers keep a whole window. */
const SLICES_PER_WINDOW = 1_000
/** A request without an answer may still be lying at the receiver when we give up on it, and be counted then. */
export const UNANSWERED_MS = 5_000
/** So much of an instance's budget may go at once; the rest is spread, so that nobody waits a whole window for a turn. */
const BURST_SHARE = 0.1
/** Faster than the budget itself allows for ever: in the long run only the window limits, and it is used up. */
const PACE = 1.05

/**
 * As long as a subject has used no more than this of a budget, one slice keeps all of that, dated as the last of it. Nobody who
 * is far below a budget can feel it, and with a slice for each event a server that delivers 12,000 a second kept 50 MB of them.
 */
const LUMP_SHARE = 1 / 4

/** Units that are free again at a time. A lump moves to a later one while it is added to. */
type Slice = { release_ms: number; readonly window: Window; units: number }
type Window = {
  readonly subject: string
  open: number
  used: number
  readonly slices: Slice[]
  lump: Slice | undefined
}
type Rule = Budget & {
  readonly slice_ms: number
  readonly windows: Map<string, Window>
  /** The slices of all windows, each where it was first to be released: what is over is found without looking through the windows. */
  readonly releases: Release[]
  pace: { units: number; at_ms: number } | undefined
}
type Release = { readonly release_ms: number; readonly slice: Slice }
export type BudgetWindows = ReturnType<typeof budgetWindows>

/**
 * What has been used of an instance's budgets. Strict: a unit is open from before its request goes out until the answer
 * has come, and then counts for a whole window more. The receiver has counted it by the time of the answer, so no span
 * of the receiver's clock can hold more than the budget, whatever the latency or the difference of the clocks.
 */
export function budgetWindows(budgets: Budgets) {
  const rules = new Map<string, Rule>()
  for (const [name, budget] of Object.entries(budgets)) {
    const slice_ms = budget.window_ms / SLICES_PER_WINDOW
    rules.set(name, { ...budget, slice_ms, windows: new Map(), releases: [], pace: undefined })
  }

  function ruleOf(name: string): Rule {
    const rule = rules.get(name)
    if (rule === undefined) throw new Error(`the destination has no budget ${name}`)
    return rule
  }

  return {
    giveBack: (units: UnitMaps) =>
      each(units, (name, subject, count) => giveBack(ruleOf(name), subject, count)),
    rules: rules as ReadonlyMap<string, Budget>,
    /** How many numbers are kept. */
    size: () => [...rules.values()].reduce((sum, { releases }) => sum + releases.length, 0),
    window_ms_max: Math.max(0, ...[...rules.values()].map(({ window_ms }) => window_ms)),
    room(name: string, subject: string, now_ms: number): number {
      const rule = ruleOf(name)
      forget(rule, now_ms)
      return Math.min(freeUnits(rule, rule.windows.get(subject)), pacedUnits(rule, now_ms))
    },
    /** As `room`, without regard to the pace: for one delivery that uses more than a burst. */
    unpacedRoom(name: string, subject: string, now_ms: number): number {
      const rule = ruleOf(name)
      forget(rule, now_ms)
      return freeUnits(rule, rule.windows.get(subject))
    },
    /** How long until there is room for so many; undefined while that depends on an answer that has not come. */
    waitFor_ms(name: string, subject: string, units: number, now_ms: number): number | undefined {
      const rule = ruleOf(name)
      forget(rule, now_ms)
      const wait_ms = windowWait_ms(rule, rule.windows.get(subject), units, now_ms)
      return wait_ms === undefined ? undefined : Math.max(wait_ms, paceWait_ms(rule, units, now_ms))
    },
    take(units: UnitMaps, now_ms: number): void {
      each(units, (name, subject, count) => {
        const rule = ruleOf(name)
        windowOf(rule, subject).open += count
        if (rule.scope === 'instance') {
          rule.pace = { units: Math.max(0, pacedUnits(rule, now_ms) - count), at_ms: now_ms }
        }
      })
    },
    /** The answers have come: what was used stays until it is a window old, the rest is free again. */
    close(taken: UnitMaps, used: UnitMaps, at_ms: number): void {
      each(taken, (name, subject, count) => {
        const rule = ruleOf(name)
        const window = windowOf(rule, subject)
        window.open -= count
        const kept = used.get(name)?.get(subject) ?? 0
        if (kept > 0) keep(rule, subject, kept, at_ms)
        else if (window.used === 0 && window.open === 0) rule.windows.delete(subject)
      })
    },
    /** What was used before a restart. What was open may be counted as late as now, and a little later. */
    restore(stored: readonly StoredUse[], now_ms: number): void {
      for (const { at_ms, units } of closedUses(stored, now_ms + UNANSWERED_MS)) {
        each(unitMaps(units), (name, subject, count) => {
          const rule = rules.get(name)
          if (rule !== undefined) keep(rule, subject, count, at_ms)
        })
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

function windowOf({ windows }: Rule, subject: string): Window {
  const known = windows.get(subject)
  if (known !== undefined) return known
  const window: Window = { subject, open: 0, used: 0, slices: [], lump: undefined }
  windows.set(subject, window)
  return window
}

/** What was taken does not go out after all: as if it had not been taken. */
function giveBack(rule: Rule, subject: string, count: number): void {
  const window = windowOf(rule, subject)
  window.open -= count
  if (window.used === 0 && window.open === 0) rule.windows.delete(subject)
  if (rule.pace !== undefined) rule.pace = { ...rule.pace, units: rule.pace.units + count }
}

function keep(rule: Rule, subject: string, units: number, at_ms: number): void {
  const window = windowOf(rule, subject)
  const release_ms = Math.ceil((at_ms + rule.window_ms) / rule.slice_ms) * rule.slice_ms
  window.used += units
  const at = placeBefore(window.slices, release_ms)
  const known = window.slices[at - 1]
  if (known?.release_ms === release_ms) known.units += units
  else if (isLump(rule, window) && window.lump !== undefined)
    addToLump(window, window.lump, units, release_ms)
  else {
    const slice: Slice = { release_ms, window, units }
    if (isLump(rule, window)) window.lump = slice
    window.slices.splice(at, 0, slice)
    toRelease(rule, slice)
  }
}

/** What an instance has used is one window, and few slices. */
function isLump({ scope, units_max }: Rule, { used }: Window): boolean {
  return scope === 'subject' && used <= units_max * LUMP_SHARE
}

/** It keeps its place among the releases: when its turn comes there, it is asked anew. */
function addToLump(window: Window, lump: Slice, units: number, release_ms: number): void {
  const { slices } = window
  lump.units += units
  if (release_ms < lump.release_ms) return
  slices.splice(slices.indexOf(lump), 1)
  lump.release_ms = release_ms
  slices.splice(placeBefore(slices, release_ms), 0, lump)
}

function toRelease({ releases }: Rule, slice: Slice): void {
  const { release_ms } = slice
  releases.splice(placeBefore(releases, release_ms), 0, { release_ms, slice })
}

/** Nearly always the end: answers come in the order of time, but for those that were waited for in vain. */
function placeBefore(sorted: readonly { readonly release_ms: number }[], release_ms: number): number {
  let at = sorted.length
  while (at > 0 && (sorted[at - 1]?.release_ms ?? 0) > release_ms) at -= 1
  return at
}

/** Takes out what is over. */
function forget(rule: Rule, now_ms: number): void {
  const { releases } = rule
  let count = 0
  while ((releases[count]?.release_ms ?? Number.POSITIVE_INFINITY) <= now_ms) count += 1
  if (count === 0) return
  for (const { slice } of releases.splice(0, count)) {
    if (slice.release_ms > now_ms) toRelease(rule, slice)
    else release(rule, slice)
  }
}

function release({ windows }: Rule, slice: Slice): void {
  const { window, units } = slice
  const { slices, subject } = window
  window.used -= units
  slices.splice(slices.indexOf(slice), 1)
  if (window.lump === slice) window.lump = undefined
  if (window.used === 0 && window.open === 0 && windows.get(subject) === window) windows.delete(subject)
}

function freeUnits({ units_max }: Rule, window: Window | undefined): number {
  return Math.max(0, units_max - (window === undefined ? 0 : window.open + window.used))
}

function windowWait_ms(
  rule: Rule,
  window: Window | undefined,
  units: number,
  now_ms: number,
): number | undefined {
  let free = freeUnits(rule, window)
  if (free >= units) return 0
  for (const slice of window?.slices ?? []) {
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

export function each(units: UnitMaps, visit: (name: string, subject: string, count: number) => void): void {
  for (const [name, subjects] of units) for (const [subject, count] of subjects) visit(name, subject, count)
}

export function storedUnits(units: UnitMaps): Units {
  return Object.fromEntries([...units].map(([name, subjects]) => [name, Object.fromEntries(subjects)]))
}

/** Of units that another process stored, those whose budget is known here: it may know others for a while. */
export function knownUnits({ rules }: Pick<BudgetWindows, 'rules'>, units: Units): UnitMaps {
  return new Map([...unitMaps(units)].filter(([name]) => rules.has(name)))
}

function unitMaps(units: Units): UnitMaps {
  return new Map(Object.entries(units).map(([name, subjects]) => [name, new Map(Object.entries(subjects))]))
}
