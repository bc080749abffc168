import { type ClosedUse, NOTHING_SEEN, type SharedUses, type StoredUse } from '../ledger/ledger.ts'
import type { Units } from '../ledger/units.ts'
import type { closingList } from './waiting.ts'
import { type BudgetWindows, knownUnits, UNANSWERED_MS } from './windows.ts'

/** How long until a look at what depends on others' answers. */
const LOOK_AGAIN_MS = 200

export type OthersDeps = {
  readonly instanceId: string
  readonly shared: SharedUses
  readonly windows: BudgetWindows
  readonly closings: ReturnType<typeof closingList>
  readonly now_ms: () => number
  /** Waits; false when the server stops. */
  readonly sleep: (ms: number) => Promise<boolean>
  /** Stores what was closed and not stored yet. */
  readonly flush: () => Promise<void>
}
export type Others = Awaited<ReturnType<typeof othersUses>>

/**
 * What other processes use of an instance's budgets, kept in this one's windows. It is always a little old; so a reservation names
 * what is known, and is refused when there is more: then that is read, and it is looked anew what fits.
 */
export async function othersUses(deps: OthersDeps) {
  const { instanceId, shared, windows, closings, now_ms, sleep } = deps
  const open = new Map<number, Units>()
  let seen = NOTHING_SEEN
  let reading: Promise<void> | undefined
  let isFlushing = false

  function learn({ id, at_ms, units: stored }: StoredUse): void {
    const units = knownUnits(windows, stored)
    const before = open.get(id)
    if (before === undefined) windows.take(units, now_ms())
    if (at_ms === undefined) {
      if (before === undefined) open.set(id, units)
      return
    }
    open.delete(id)
    windows.close(before ?? units, units, Math.min(at_ms, now_ms() + UNANSWERED_MS))
  }

  async function readOnce(): Promise<void> {
    const others = await shared.othersSince(instanceId, seen, [...open.keys()])
    for (const use of others.uses) learn(use)
    for (const id of others.gone) {
      const units = open.get(id)
      if (units !== undefined) windows.close(units, new Map(), now_ms())
      open.delete(id)
    }
    seen = others.seen
  }

  /** What comes at once is read once: a use must not be taken twice. */
  async function read(): Promise<void> {
    reading ??= readOnce().finally(() => {
      reading = undefined
    })
    await reading
  }

  async function lookAgain(): Promise<void> {
    if (await sleep(LOOK_AGAIN_MS)) await read()
  }

  await read()
  return {
    /** The id of the reservation; undefined when others have reserved meanwhile: what they did is known now. */
    async reserve(
      units: Units,
      closed: readonly ClosedUse[],
      before_ms: number,
    ): Promise<number | undefined> {
      const id = await shared.reserve(instanceId, units, closed, { before_ms, seen })
      if (id === undefined) await read()
      return id
    },
    /** Resolves when an answer may have come, to this process or to another one. */
    async nextClosing(): Promise<void> {
      await Promise.race([lookAgain(), ...(closings.isEmpty() ? [] : [closings.next()])])
    },
    /** Others wait for what was closed here: it is stored soon, though no batch of ours may follow. */
    async closedOne(): Promise<void> {
      if (isFlushing) return
      isFlushing = true
      const isRunning = await sleep(LOOK_AGAIN_MS)
      isFlushing = false
      // What cannot be stored now is stored with the next batch, which tells why when it cannot either.
      if (isRunning) await deps.flush().catch(() => {})
    },
  }
}
