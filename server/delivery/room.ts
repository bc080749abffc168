import { type Bid, unitsOfAll } from './bid.ts'
import type { Waiter } from './gate.ts'
import type { BudgetWindows } from './windows.ts'

/** More than this share of a shared budget is never waited for: requests are to be big, and not in one burst. */
const SHARE_MAX = 1 / 15
/** All of it is waited for when it is this near, as a share of the window… */
const NEAR_SHARE = 1 / 40
/** …else this part of it is enough: what lies unused is lost for ever… */
const PART = 0.7
/** …and after waiting for so long, as a share of the window, this one. */
const PATIENCE_SHARE = 1 / 8
const SCRAP = 0.05

export type RoomDeps = {
  readonly windows: BudgetWindows
  readonly now_ms: () => number
  /** Resolves when an answer has come. */
  readonly nextClosing: () => Promise<void>
  readonly onWait: () => void
}

/**
 * Waits until the budgets that all lanes share have room. Two wishes meet here: to use the budget whole, and to send few
 * requests. The shares above came out of the simulation (test/sim), which holds both: docs/adr/0009-budgets-and-parking.md.
 */
export function roomWaiter({ windows, now_ms, nextClosing, onWait }: RoomDeps) {
  const shared = [...windows.rules].filter(([, { scope }]) => scope === 'instance')
  const window_ms = Math.min(...shared.map(([, rule]) => rule.window_ms))

  /** How long until each shared budget has room for this part of what is wanted. */
  function wait_ms(wanted: Wanted, part: number): number | undefined {
    let longest_ms = 0
    for (const { name, first, enough } of wanted) {
      const units = Math.max(first, Math.ceil(enough * part))
      const one_ms = windows.waitFor_ms(name, '', units, now_ms())
      if (one_ms === undefined) return undefined
      longest_ms = Math.max(longest_ms, one_ms)
    }
    return longest_ms
  }

  /** What the bids want of each shared budget; none of them more than the whole budget, or it could never go. */
  function wantedBy(bids: readonly Bid[]) {
    const sum = unitsOfAll(windows, bids, 'instance')
    return shared.flatMap(([name, { units_max }]) => {
      const all = sum.count(name, '')
      if (all === 0) return []
      const first = bids[0]?.uses.find(({ budget }) => budget === name)?.units ?? 0
      const enough = Math.min(all, Math.ceil(units_max * SHARE_MAX))
      return [{ name, first: Math.min(first, units_max), enough }]
    })
  }

  return {
    /** Whether any of them uses what all lanes share. */
    isShared: (bids: readonly Bid[]) =>
      shared.length > 0 && bids.some(({ uses }) => uses.some(({ budget }) => isInstance(windows, budget))),
    /** False when whoever waits is to stop. */
    async waitFor(bids: readonly Bid[], { sleep, stop }: Waiter): Promise<boolean> {
      const wanted = wantedBy(bids)
      const patient_ms = now_ms() + window_ms * PATIENCE_SHARE
      while (!stop.aborted) {
        const all_ms = wait_ms(wanted, 1)
        if (all_ms === 0) return true
        const left_ms = patient_ms - now_ms()
        const isNear = all_ms !== undefined && all_ms <= window_ms * NEAR_SHARE
        const next_ms = isNear ? all_ms : wait_ms(wanted, left_ms > 0 ? PART : SCRAP)
        if (next_ms === 0) return true
        onWait()
        if (next_ms === undefined) await nextClosing()
        else if (!(await sleep(isNear || left_ms <= 0 ? next_ms : Math.min(next_ms, left_ms)))) return false
      }
      return false
    },
  }
}
type Wanted = readonly { readonly name: string; readonly first: number; readonly enough: number }[]

function isInstance({ rules }: BudgetWindows, name: string): boolean {
  return rules.get(name)?.scope === 'instance'
}
