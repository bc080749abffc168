import type { Budget } from '../../core/destination.ts'
import type { Units } from '../ledger/units.ts'
import { type Bid, unitsOf, unitsOfAll } from './bid.ts'
import type { BudgetWindows } from './windows.ts'

export type Fitting = {
  readonly bids: readonly Bid[]
  readonly over: ReadonlySet<Bid>
  /** What all of them use. */
  readonly units: Units
}
/** What may go now, what its subject keeps back, what there is no room for, and what going uses. */
export type Picked = {
  readonly bids: readonly Bid[]
  readonly over: readonly Bid[]
  readonly rest: readonly Bid[]
  readonly units: Units
}

/** Which bids their subjects' budgets allow, in order: after the first that they do not, none of that subject goes. */
export function bySubject(
  windows: BudgetWindows,
  bids: readonly Bid[],
  behind: ReadonlySet<string>,
  now_ms: number,
): Fitting {
  // Nearly always there is room for all of them, which the sums alone say.
  const { units } = unitsOfAll(windows, bids)
  const room = (budget: string, subject: string) => windows.room(budget, subject, now_ms)
  if (behind.size === 0 && hasRoom(windows, 'subject', units, room)) return { bids, over: NONE, units }
  return oneByOne(windows, bids, behind, room)
}

const NONE: ReadonlySet<Bid> = new Set()

type RoomOf = (budget: string, subject: string) => number

/** Whether all that is wanted of the budgets of a scope fits. */
function hasRoom({ rules }: BudgetWindows, scope: Budget['scope'], units: Units, roomOf: RoomOf): boolean {
  for (const [budget, subjects] of units) {
    if (rules.get(budget)?.scope !== scope) continue
    for (const [subject, count] of subjects) if (count > roomOf(budget, subject)) return false
  }
  return true
}

function oneByOne(
  windows: BudgetWindows,
  bids: readonly Bid[],
  behind: ReadonlySet<string>,
  roomOf: RoomOf,
): Fitting {
  const wanted = unitsOf(windows)
  const over = new Set<Bid>()
  const subjects = new Set(behind)
  for (const bid of bids) {
    const { subject, uses } = bid
    const fits =
      subject === undefined ||
      (!subjects.has(subject) &&
        uses.every((use) => {
          const added = wanted.more(bid, use)
          if (added === undefined || added.scope === 'instance') return true
          const sum = wanted.count(use.budget, added.of) + added.more
          return sum <= roomOf(use.budget, added.of)
        }))
    if (fits) wanted.add(bid)
    else {
      over.add(bid)
      subjects.add(subject)
    }
  }
  return { bids: over.size === 0 ? bids : bids.filter((bid) => !over.has(bid)), over, units: wanted.units }
}

/** As many of them, in order, as the shared budgets have room for; everything from the first that does not fit is left. */
export function byInstance(
  windows: BudgetWindows,
  { bids, over, units }: Fitting,
  all: readonly Bid[],
  now_ms: number,
): Picked {
  if (hasRoom(windows, 'instance', units, (budget, of) => windows.room(budget, of, now_ms)))
    return { bids, over: [...over], rest: [], units }
  const wanted = unitsOf(windows, 'instance')
  const rooms = new Map<string, { paced: number; whole: number }>()
  for (const [name, { scope }] of windows.rules) {
    if (scope === 'subject') continue
    const whole = windows.unpacedRoom(name, '', now_ms)
    rooms.set(name, { paced: windows.room(name, '', now_ms), whole })
  }
  const picked: Bid[] = []
  const parked: Bid[] = []
  for (const [index, bid] of all.entries()) {
    if (over.has(bid)) {
      parked.push(bid)
      continue
    }
    const fits = bid.uses.every((use) => {
      const room = rooms.get(use.budget)
      if (room === undefined) return true
      const sum = wanted.count(use.budget, '') + (wanted.more(bid, use)?.more ?? 0)
      return sum <= (picked.length === 0 ? room.whole : room.paced)
    })
    if (!fits)
      return { bids: picked, over: parked, rest: all.slice(index), units: unitsOfAll(windows, picked).units }
    wanted.add(bid)
    picked.push(bid)
  }
  return { bids: picked, over: parked, rest: [], units }
}
