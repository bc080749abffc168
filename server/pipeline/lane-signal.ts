import type { LogReader } from '../log/log.ts'

/**
 * Lets the readers of a lane sleep until it grows. A reader takes the `version` before it reads, and waits for a newer
 * one when it found nothing, so that an append in between is not missed.
 */
export function laneSignals(log: LogReader) {
  const signals = Array.from({ length: log.lanes }, () => ({ version: 0, waiting: new Set<() => void>() }))
  const stop = log.onAppend((lane) => {
    const signal = signals[lane]
    if (signal === undefined) return
    signal.version += 1
    for (const wake of signal.waiting) wake()
    signal.waiting.clear()
  })

  return {
    version: (lane: number) => signals[lane]?.version ?? 0,
    /** Resolves when the lane has grown since `version`, or when `abort` fires. */
    grown(lane: number, version: number, abort: AbortSignal): Promise<void> {
      const signal = signals[lane]
      if (signal === undefined || signal.version !== version || abort.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = () => {
          abort.removeEventListener('abort', wake)
          signal.waiting.delete(wake)
          resolve()
        }
        signal.waiting.add(wake)
        abort.addEventListener('abort', wake, { once: true })
      })
    },
    stop,
  }
}
export type LaneSignals = ReturnType<typeof laneSignals>
