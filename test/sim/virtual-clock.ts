import { setImmediate } from 'node:timers/promises'

type Sleeper = { readonly at_ms: number; readonly wake: (isWhole: boolean) => void }

/** A clock that stands still while anything can still be done, and then moves to the next moment that somebody waits for. */
export function virtualClock(start_ms: number) {
  const sleepers = new Set<Sleeper>()
  let now_ms = start_ms

  function sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted) return Promise.resolve(false)
    return new Promise((resolve) => {
      const stop = () => sleeper.wake(false)
      const sleeper: Sleeper = {
        at_ms: now_ms + Math.max(0, ms),
        wake(isWhole) {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', stop)
          resolve(isWhole)
        },
      }
      sleepers.add(sleeper)
      signal?.addEventListener('abort', stop, { once: true })
    })
  }

  return {
    now_ms: () => now_ms,
    sleep,
    /** Lets time pass until it is done. @throws when nobody waits for any moment and it is not. */
    async runUntil(isDone: () => boolean): Promise<void> {
      for (;;) {
        await settled()
        if (isDone()) return
        const next_ms = Math.min(...[...sleepers].map(({ at_ms }) => at_ms))
        if (!Number.isFinite(next_ms)) throw new Error('everything stands still, and it is not done')
        now_ms = Math.max(now_ms, next_ms)
        for (const sleeper of [...sleepers]) if (sleeper.at_ms <= now_ms) sleeper.wake(true)
      }
    },
  }
}
export type VirtualClock = ReturnType<typeof virtualClock>

/** Everything that can be done without time passing is done. */
async function settled(): Promise<void> {
  await setImmediate()
  await setImmediate()
}
