import type { Budgets } from '../../core/destination.ts'
import type { ClosedUse, Ledger } from '../ledger/ledger.ts'
import type { Units } from '../ledger/units.ts'
import { type Bid, unitsOfAll } from './bid.ts'
import type { Waiter } from './gate.ts'
import { type Others, othersUses } from './others-uses.ts'
import { byInstance, bySubject, type Fitting, type Picked } from './pick.ts'
import { roomWaiter } from './room.ts'
import { closingList, type Standing, type WaitingSignDeps, waitingLine, waitingSign } from './waiting.ts'
import { type BudgetWindows, budgetWindows, UNANSWERED_MS } from './windows.ts'

/** A parked subject is looked at again when this share of its budgets is free. */
const SHARE_OF_SUBJECT = 1 / 4
/** What fits is looked at anew after so long, as more may be free by then. */
const FITS_FOR_MS = 20
/** How long until a look at what depends on an answer that has not come. */
const LOOK_AGAIN_MS = 200

export type AdmissionDeps = WaitingSignDeps & {
  readonly instanceId: string
  readonly budgets: Budgets
  readonly ledger: Ledger
}

/** What may go out now. `over`: its subject has used up a budget, or has others waiting. `rest`: has to ask again. */
export type Admitted = Pick<Picked, 'bids' | 'over' | 'rest'> & {
  /** Says which of the bids really went out, once the last answer has come (or will not come). */
  readonly close: (sent: readonly Bid[], isAnswered: boolean) => void
}
export type Admission = Awaited<ReturnType<typeof admission>>

/**
 * Lets deliveries out as the instance's budgets allow. Who needs what all lanes share waits in line. What is let out is in the ledger before it goes, so
 * that a crash does not forget it.
 */
export async function admission(deps: AdmissionDeps) {
  const { instanceId, ledger, now_ms } = deps
  const windows = budgetWindows(deps.budgets)
  const line = waitingLine()
  const closings = closingList()
  const hasBudgets = windows.rules.size > 0
  const { shared } = ledger
  const others =
    hasBudgets && shared !== undefined
      ? await othersUses({ ...deps, shared, windows, closings, flush })
      : undefined
  if (hasBudgets && others === undefined) await restore({ instanceId, ledger, now_ms, windows })
  const room = roomWaiter({
    ...deps,
    windows,
    nextClosing: others?.nextClosing ?? closings.next,
    onWait: waitingSign(deps, line).raise,
  })
  const letOut = letter({ instanceId, ledger, now_ms, windows, closings, others })
  const subjectRules = [...windows.rules].filter(([, { scope }]) => scope === 'subject')
  async function flush(): Promise<void> {
    const closed = closings.takeStored()
    if (closed.length === 0) return
    try {
      await ledger.closeUses(instanceId, closed)
    } catch (error) {
      for (const use of closed) closings.store(use)
      throw error
    }
  }

  return {
    /** `behind`: subjects whose deliveries must wait behind parked ones. Undefined when whoever asks is to stop. */
    async admit(
      bids: readonly Bid[],
      behind: ReadonlySet<string>,
      by: Waiter & { readonly standing: Standing },
    ): Promise<Admitted | undefined> {
      if (!hasBudgets && behind.size === 0) return { bids, over: [], rest: [], close: () => {} }
      const fitting = fittingLately(windows, bids, behind, now_ms)
      const pick = () => letOut(byInstance(windows, fitting(), bids, now_ms()))
      const admitted = room.isShared(fitting().bids) ? undefined : await pick()
      if (admitted !== undefined) return admitted
      return line.inTurn(by.standing, async () => {
        while (await room.waitFor(fitting().bids, by)) {
          const inTurn = await pick()
          if (inTurn !== undefined) return inTurn
        }
        return undefined
      })
    },
    /** How many deliveries of a subject are worth looking at: more than have room now, as they may have to wait in line. */
    countFor(): number {
      const most = subjectRules.map(([, { units_max }]) => units_max)
      return most.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...most)
    },
    /** When a parked subject is worth looking at again. */
    dueAt_ms(subject: string): number {
      const now = now_ms()
      const waits = subjectRules.map(([name, { units_max }]) => {
        const wait_ms = windows.waitFor_ms(name, subject, Math.ceil(units_max * SHARE_OF_SUBJECT), now)
        return wait_ms ?? LOOK_AGAIN_MS
      })
      return now + Math.max(0, ...waits)
    },
    /** Stores what was closed and not stored yet. */
    flush,
  }
}

/** What was found to fit fits until units are taken: time alone frees some, and a look a moment later finds them. */
function fittingLately(
  windows: BudgetWindows,
  bids: readonly Bid[],
  behind: ReadonlySet<string>,
  now_ms: () => number,
): () => Fitting {
  let last: (Fitting & { readonly changes: number; readonly at_ms: number }) | undefined
  return () => {
    const [changes, at_ms] = [windows.changes(), now_ms()]
    if (last?.changes !== changes || at_ms - last.at_ms > FITS_FOR_MS) {
      last = { ...bySubject(windows, bids, behind, at_ms), changes, at_ms }
    }
    return last
  }
}

type Books = Pick<AdmissionDeps, 'instanceId' | 'ledger' | 'now_ms'> & {
  readonly windows: BudgetWindows
}

/** What was used before a restart. What was open then is closed now, as if answered a little later. */
async function restore({ instanceId, ledger, now_ms, windows }: Books): Promise<void> {
  const now = now_ms()
  const stored = await ledger.budgetUses(instanceId)
  windows.restore(stored, now)
  const open = stored.filter(({ at_ms }) => at_ms === undefined)
  if (open.length === 0) return
  await ledger.closeUses(
    instanceId,
    open.map(({ id }) => ({ id, at_ms: now + UNANSWERED_MS })),
  )
}

type LetterDeps = Books & {
  readonly closings: ReturnType<typeof closingList>
  readonly others: Others | undefined
}

/**
 * Takes the units of what was picked, and has them in the ledger before it goes. Undefined when other processes have used what was
 * not known here: now it is.
 */
function letter({ instanceId, ledger, now_ms, windows, closings, others }: LetterDeps) {
  const reserve = others?.reserve ?? ((...use: Use) => ledger.reserve(instanceId, ...use))
  return async function letOut({ bids, over, rest, units }: Picked): Promise<Admitted | undefined> {
    if (units.size === 0) return { bids, over, rest, close: () => {} }
    windows.take(units, now_ms())
    const end = closings.begin()
    try {
      const before_ms = now_ms() - windows.window_ms_max
      const id = await reserve(units, closings.takeStored(), before_ms)
      if (id !== undefined)
        return { bids, over, rest, close: (sent, isAnswered) => close(id, sent, isAnswered) }
    } catch (error) {
      windows.close(units, new Map(), now_ms())
      end()
      throw error
    }
    windows.giveBack(units, now_ms())
    end()
    return undefined

    function close(id: number, sent: readonly Bid[], isAnswered: boolean): void {
      const at_ms = now_ms() + (isAnswered ? 0 : UNANSWERED_MS)
      if (sent.length === bids.length) {
        windows.close(units, units, at_ms)
        closings.store({ id, at_ms })
      } else {
        const used = unitsOfAll(windows, sent)
        windows.close(units, used.units, at_ms)
        closings.store({ id, at_ms, units: used.units })
      }
      end()
      others?.closedOne()
    }
  }
}
type Use = [units: Units, closed: readonly ClosedUse[], before_ms: number]
