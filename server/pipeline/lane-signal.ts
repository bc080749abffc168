import type { LogReader } from '../log/log.ts'

/**
 * Lets the readers of a lane sleep until it grows. A reader takes the `version` before it reads, and waits for a newer
 * one when it found nothing, so that an append in between is not missed.
 */
export function laneSignals(log: LogReader) {
  // The one after the last lane's is that of all lanes.
  const signals = Array.from({ length: log.lanes + 1 }, () => ({
    version: 0,
    waiting: new Set<() => void>(),
  }))
  const stop = log.onAppend((lane) => {
    for (const signal of [signals[lane], signals[log.lanes]]) {
      if (signal === undefined) continue
      signal.version += 1
      for (const wake of signal.waiting) wake()
      signal.waiting.clear()
    }
  })

  return {
    /** In the place of a lane's number: whichever grows. */
    anyLane: log.lanes,
    version: (lane: number) => signals[lane]?.version ?? 0,
    /** Resolves when the lane has grown since `version`, when `abort` fires, or when what `onWait` is given is called. */
    grown(
      lane: number,
      version: number,
      abort: AbortSignal,
      onWait: (wake: () => void) => void = () => {},
    ): Promise<void> {
      const signal = signals[lane]
      if (signal === undefined || signal.version !== version || abort.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = () => {
          abort.removeEventListener('abort', wake)
          signal.waiting.delete(wake)
          resolve()
        }
        signal.waiting.add(wake)
        onWait(wake)
        abort.addEventListener('abort', wake, { once: true })
      })
    },
    stop,
  }
}
export type LaneSignals = ReturnType<typeof laneSignals>
