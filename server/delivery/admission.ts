import type { Budgets } from '../../core/destination.ts'
import type { Ledger, StoredUse } from '../ledger/ledger.ts'
import { type Bid, unitsOf } from './bid.ts'
import { budgetWindows, storedUnits, UNANSWERED_MS, type UnitMaps } from './windows.ts'

/** Who waits for an instance's budget goes when it has room for this share, or for all that he wants: requests stay big. */
const SHARE_OF_INSTANCE = 1 / 15
/** With this share he goes too, when he has waited so long for more: what lies unused for a second is lost for ever. */
const SHARE_OF_INSTANCE_MIN = 1 / 60
const WAIT_FOR_MORE_MS = 300
/** A parked subject is looked at again when this share of its budgets is free. */
const SHARE_OF_SUBJECT = 1 / 10
/** Nobody has had to wait for so long: the instance flows again. */
const QUIET_MS = 10_000
/** How long until a look at what depends on an answer that has not come. */
const LOOK_AGAIN_MS = 200

export type AdmissionDeps = {
  readonly instanceId: string
  readonly budgets: Budgets
  readonly ledger: Ledger
  readonly now_ms: () => number
  /** Waits; false when the server stops. */
  readonly sleep: (ms: number) => Promise<boolean>
  readonly stop: AbortSignal
  readonly onWaiting: (isWaiting: boolean) => void
}

/** What may go out now. `over`: its subject has used up a budget, or has others waiting. `rest`: has to ask again. */
export type Admitted = {
  readonly bids: readonly Bid[]
  readonly over: readonly Bid[]
  readonly rest: readonly Bid[]
  /** Says which of the bids really went out, once the last answer has come (or will not come). */
  readonly close: (sent: readonly Bid[], isAnswered: boolean) => void
}
export type Admission = Awaited<ReturnType<typeof admission>>

/**
 * Lets deliveries out as the instance's budgets allow. Who needs what all lanes share waits in line, the parked
 * deliveries as one among the lanes, so each of them gets its turn. What is let out is in the ledger before it goes, so
 * that a crash does not forget it.
 */
export async function admission(deps: AdmissionDeps) {
  const { instanceId, ledger, now_ms, sleep, stop } = deps
  const windows = budgetWindows(deps.budgets)
  const line = waitingLine()
  const closings = closingsOf()
  const hasBudgets = windows.rules.size > 0
  const sign = waitingSign(deps, line)
  if (hasBudgets) await restore()

  async function restore(): Promise<void> {
    const now = now_ms()
    const stored = await ledger.budgetUses(instanceId)
    windows.restore(stored, now)
    const open = stored.filter(({ at_ms }) => at_ms === undefined)
    if (open.length === 0) return
    await ledger.closeUses(
      instanceId,
      open.map(({ id, units }) => ({ id, units, at_ms: now + UNANSWERED_MS })),
    )
  }

  /** Waits until the shared budgets have room for enough of these; false when the server stops. */
  async function waitForRoom(bids: readonly Bid[]): Promise<boolean> {
    for (;;) {
      const much_ms = sharedWait_ms(bids, SHARE_OF_INSTANCE)
      if (much_ms === 0) return true
      sign.raise()
      const little_ms = sharedWait_ms(bids, SHARE_OF_INSTANCE_MIN)
      if (little_ms === 0) {
        await sleep(Math.min(much_ms ?? WAIT_FOR_MORE_MS, WAIT_FOR_MORE_MS))
        return !stop.aborted
      }
      if (little_ms === undefined) await closings.next()
      else if (!(await sleep(little_ms))) return false
    }
  }

  /** How long until each shared budget has room for this share of it, or for all of the bids. */
  function sharedWait_ms(bids: readonly Bid[], share: number): number | undefined {
    const wanted = unitsOf(windows)
    for (const bid of bids) wanted.add(bid)
    let longest_ms = 0
    for (const [name, { scope, units_max }] of windows.rules) {
      const all = wanted.count(name, '')
      if (scope === 'subject' || all === 0) continue
      const enough = Math.max(firstUnits(bids, name), Math.min(all, Math.ceil(units_max * share)))
      const wait_ms = windows.waitFor_ms(name, '', Math.min(enough, units_max), now_ms())
      if (wait_ms === undefined) return undefined
      longest_ms = Math.max(longest_ms, wait_ms)
    }
    return longest_ms
  }

  function firstUnits(bids: readonly Bid[], name: string): number {
    const first = bids[0]?.uses.find(({ budget }) => budget === name)
    return first?.units ?? 0
  }

  function needsShared(bids: readonly Bid[]): boolean {
    return bids.some(({ uses }) => uses.some(({ budget }) => windows.rules.get(budget)?.scope === 'instance'))
  }

  async function letOut(picked: Picked): Promise<Admitted> {
    const { bids, over, rest, units } = picked
    windows.take(units, now_ms())
    if (units.size === 0) return { bids, over, rest, close: () => {} }
    const at = closings.begin()
    try {
      const before_ms = now_ms() - windows.window_ms_max
      const id = await ledger.reserve(instanceId, storedUnits(units), closings.takeStored(), before_ms)
      return { bids, over, rest, close: (sent, isAnswered) => close(id, units, sent, isAnswered) }
    } catch (error) {
      windows.close(units, new Map(), now_ms())
      at.end()
      throw error
    }

    function close(id: number, taken: UnitMaps, sent: readonly Bid[], isAnswered: boolean): void {
      const used = unitsOf(windows)
      for (const bid of sent) used.add(bid)
      const at_ms = now_ms() + (isAnswered ? 0 : UNANSWERED_MS)
      windows.close(taken, used.units, at_ms)
      closings.store({ id, at_ms, units: storedUnits(used.units) })
      at.end()
    }
  }

  return {
    /** `behind`: subjects whose deliveries must wait behind parked ones; what is over here is added to it. */
    async admit(bids: readonly Bid[], behind: Set<string>): Promise<Admitted | undefined> {
      if (!hasBudgets && behind.size === 0) return { bids, over: [], rest: [], close: () => {} }
      // What was over is so for the rest of the batch too, or a later delivery would pass an earlier one.
      const fits = () => bySubject(windows, bids, behind, now_ms())
      if (!needsShared(fits().bids)) return settleOver(fits())
      return line.inTurn(async () => {
        const isFree = sharedWait_ms(fits().bids, SHARE_OF_INSTANCE) === 0
        if (!isFree && !(await waitForRoom(fits().bids))) return undefined
        return settleOver(fits())
      })

      async function settleOver(fitting: Fitting): Promise<Admitted> {
        const picked = byInstance(windows, fitting, bids, now_ms())
        for (const { subject } of picked.over) if (subject !== undefined) behind.add(subject)
        return letOut(picked)
      }
    },
    /** How many deliveries of a subject are worth looking at: more than have room now, as they may have to wait in line. */
    countFor(): number {
      const most = subjectRules().map(([, { units_max }]) => Math.ceil(units_max / 2))
      return most.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...most)
    },
    /** When a parked subject is worth looking at again. */
    dueAt_ms(subject: string): number {
      const now = now_ms()
      const waits = subjectRules().map(([name, { units_max }]) => {
        const wait_ms = windows.waitFor_ms(name, subject, Math.ceil(units_max * SHARE_OF_SUBJECT), now)
        return wait_ms ?? LOOK_AGAIN_MS
      })
      return now + Math.max(0, ...waits)
    },
    /** Stores what was closed and not stored yet. */
    async flush(): Promise<void> {
      const closed = closings.takeStored()
      if (closed.length > 0) await ledger.closeUses(instanceId, closed)
    },
  }

  function subjectRules() {
    return [...windows.rules].filter(([, { scope }]) => scope === 'subject')
  }
}

type Fitting = { readonly bids: readonly Bid[]; readonly over: ReadonlySet<Bid> }
type Picked = Pick<Admitted, 'bids' | 'over' | 'rest'> & { readonly units: UnitMaps }
type Windows = ReturnType<typeof budgetWindows>

/** Which bids their subjects' budgets allow, in order: after the first that they do not, none of that subject goes. */
function bySubject(windows: Windows, bids: readonly Bid[], behind: ReadonlySet<string>, now_ms: number): Fitting {
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
          return sum <= windows.room(use.budget, added.of, now_ms)
        }))
    if (fits) wanted.add(bid)
    else {
      over.add(bid)
      subjects.add(subject)
    }
  }
  return { bids: bids.filter((bid) => !over.has(bid)), over }
}

/** As many of them, in order, as the shared budgets have room for; everything from the first that does not fit is left. */
function byInstance(windows: Windows, { over }: Fitting, all: readonly Bid[], now_ms: number): Picked {
  const wanted = unitsOf(windows)
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
    if (!fits) return { bids: picked, over: parked, rest: all.slice(index), units: wanted.units }
    wanted.add(bid)
    picked.push(bid)
  }
  return { bids: picked, over: parked, rest: [], units: wanted.units }
}

/** Shows that the instance waits, until nobody has had to wait for a while: it does not change with every batch. */
function waitingSign({ now_ms, sleep, onWaiting }: AdmissionDeps, line: ReturnType<typeof waitingLine>) {
  let last_ms: number | undefined
  async function watch(): Promise<void> {
    while (await sleep(QUIET_MS)) {
      if (line.isEmpty() && now_ms() - (last_ms ?? 0) >= QUIET_MS) break
    }
    last_ms = undefined
    onWaiting(false)
  }
  return {
    raise(): void {
      const isNew = last_ms === undefined
      last_ms = now_ms()
      if (!isNew) return
      onWaiting(true)
      watch()
    },
  }
}

/** One after the other, in the order in which they came. */
function waitingLine() {
  let last: Promise<unknown> = Promise.resolve()
  let count = 0
  return {
    isEmpty: () => count === 0,
    async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
      count += 1
      const turn = last.then(work).finally(() => {
        count -= 1
      })
      last = turn.catch(() => {})
      return turn
    },
  }
}

/** Who waits for answers is woken by each; what they closed is stored with the next batch. */
function closingsOf() {
  let waiting: (() => void)[] = []
  let stored: (StoredUse & { readonly at_ms: number })[] = []
  let open = 0
  return {
    begin() {
      open += 1
      return {
        end(): void {
          open -= 1
          for (const wake of waiting) wake()
          waiting = []
        },
      }
    },
    next(): Promise<void> {
      if (open === 0) throw new Error('a budget waits for an answer, and none is on its way')
      return new Promise((resolve) => {
        waiting.push(resolve)
      })
    },
    store(use: StoredUse & { readonly at_ms: number }): void {
      stored.push(use)
    },
    takeStored() {
      const taken = stored
      stored = []
      return taken
    },
  }
}
