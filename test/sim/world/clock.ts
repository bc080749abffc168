type Sleeper = { readonly at_ms: number; readonly number: number; readonly owner: object; wake: () => void }

/** Whoever waits for something that no process waits for: the network, the clients, the people who mend things. */
export const OUTSIDE = {}

/**
 * True time, which only goes forward, and the wall clock that the server reads, which may jump. Time stands still while
 * anything can still be done, and then moves to the next moment that somebody waits for.
 */
export function simClock(start_ms: number) {
  let sleepers: Sleeper[] = []
  let true_ms = start_ms
  let jumped_ms = 0
  let forward_ms = 0
  let number = 0
  let activity = 0

  function after(ms: number, owner: object, wake: () => void): () => void {
    number += 1
    const sleeper: Sleeper = { at_ms: true_ms + Math.max(0, ms), number, owner, wake }
    let at = sleepers.length
    while (at > 0 && (sleepers[at - 1] as Sleeper).at_ms > sleeper.at_ms) at -= 1
    sleepers.splice(at, 0, sleeper)
    return () => {
      const found = sleepers.indexOf(sleeper)
      if (found >= 0) sleepers.splice(found, 1)
    }
  }

  /** Everything that can be done without time passing is done. */
  async function settled(): Promise<void> {
    let seen: number
    do {
      seen = activity
      await nextTurn()
      await nextTurn()
    } while (seen !== activity)
  }

  return {
    true_ms: () => true_ms,
    wall_ms: () => true_ms + jumped_ms,
    jump(ms: number): void {
      jumped_ms += ms
      if (ms > 0) forward_ms += ms
    },
    /** Of all jumps, those that make things look older. */
    forward_ms: () => forward_ms,
    /** As the wall clock is now, and never jumping: what a process makes at its start. */
    steady(): () => number {
      const begun_ms = jumped_ms
      return () => true_ms + begun_ms
    },
    /** Something was done: time waits for what follows from it. */
    touch(): void {
      activity += 1
    },
    after,
    pause: (ms: number) => new Promise<void>((resolve) => after(ms, OUTSIDE, resolve)),
    /** As the server's `sleep`: false when the signal fired meanwhile. */
    sleep(ms: number, owner: object, signal: AbortSignal): Promise<boolean> {
      if (signal.aborted) return Promise.resolve(false)
      return new Promise((resolve) => {
        const stop = () => {
          cancel()
          resolve(false)
        }
        const cancel = after(ms, owner, () => {
          signal.removeEventListener('abort', stop)
          resolve(true)
        })
        signal.addEventListener('abort', stop, { once: true })
      })
    },
    /** A process that died waits for nothing any more. */
    forget(owner: object): void {
      sleepers = sleepers.filter((sleeper) => sleeper.owner !== owner)
    },
    /** Lets time pass until it is done, or until a moment. True when it is done. */
    async runUntil(isDone: () => boolean, until_ms: number): Promise<boolean> {
      for (;;) {
        await settled()
        if (isDone()) return true
        const next = sleepers[0]
        if (next === undefined || next.at_ms > until_ms) {
          true_ms = Math.max(true_ms, until_ms)
          return false
        }
        true_ms = Math.max(true_ms, next.at_ms)
        while (sleepers[0] !== undefined && sleepers[0].at_ms <= true_ms) sleepers.shift()?.wake()
      }
    },
  }
}
export type SimClock = ReturnType<typeof simClock>

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
