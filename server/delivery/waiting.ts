import type { ClosedUse } from '../ledger/ledger.ts'

/** Nobody has had to wait for so long: the instance flows again. */
const QUIET_MS = 10_000

export type WaitingSignDeps = {
  readonly now_ms: () => number
  /** Waits; false when the server stops. */
  readonly sleep: (ms: number) => Promise<boolean>
  readonly onWaiting: (isWaiting: boolean) => void
}

/** Shows that the instance waits, until nobody has had to wait for a while: it does not change with every batch. */
export function waitingSign(
  { now_ms, sleep, onWaiting }: WaitingSignDeps,
  line: ReturnType<typeof waitingLine>,
) {
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

/**
 * One after the other, in the order in which they came; but what is parked has every other turn when it wants it. It has
 * waited longest, and it is held to the budgets of its subjects besides, so it cannot take more than half.
 */
export function waitingLine() {
  const queues: Record<Standing, (() => void)[]> = { lane: [], parked: [] }
  let isBusy = false
  let last: Standing = 'lane'

  function next(): void {
    const standing: Standing =
      queues.parked.length > 0 && (last === 'lane' || queues.lane.length === 0) ? 'parked' : 'lane'
    const begin = queues[standing].shift()
    isBusy = begin !== undefined
    if (begin === undefined) return
    last = standing
    begin()
  }

  return {
    isEmpty: () => !isBusy,
    async inTurn<Result>(standing: Standing, work: () => Promise<Result>): Promise<Result> {
      await new Promise<void>((resolve) => {
        queues[standing].push(resolve)
        if (!isBusy) next()
      })
      try {
        return await work()
      } finally {
        next()
      }
    },
  }
}
export type Standing = 'lane' | 'parked'

/** Who waits for answers is woken by each; what they closed is stored with the next batch. */
export function closingList() {
  let waiting: (() => void)[] = []
  let stored: ClosedUse[] = []
  let open = 0
  return {
    /** None is on its way. */
    isEmpty: () => open === 0,
    /** A batch goes out; the result says that its last answer has come. */
    begin(): () => void {
      open += 1
      return () => {
        open -= 1
        for (const wake of waiting) wake()
        waiting = []
      }
    },
    next(): Promise<void> {
      if (open === 0) throw new Error('a budget waits for an answer, and none is on its way')
      return new Promise((resolve) => {
        waiting.push(resolve)
      })
    },
    store(use: ClosedUse): void {
      stored.push(use)
    },
    takeStored() {
      const taken = stored
      stored = []
      return taken
    },
  }
}
