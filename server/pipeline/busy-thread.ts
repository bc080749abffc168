/** How long the thread has had work, and had none, in milliseconds: as `performance.eventLoopUtilization` tells. */
export type ThreadTimes = { readonly active: number; readonly idle: number }

export type BusyThreadDeps = {
  /** Left out, the thread is never busy. */
  readonly threadTimes?: (() => ThreadTimes) | undefined
  /** It is busy when it had work for more than this share of the time… */
  readonly share_min: number
  /** …which is looked at when so much of it has passed. */
  readonly judged_ms: number
}

/** Tells whether the thread that delivers has time to spare. */
export function busyThread({ threadTimes = noTimes, share_min, judged_ms }: BusyThreadDeps) {
  let since = threadTimes()
  let leftOut_ms = 0
  let isBusy = false
  return {
    /** The time that has passed, had the thread work or none. */
    passed_ms: () => sum_ms(threadTimes()),
    /** Work of so long does not count: whoever asks did it. */
    leaveOut(ms: number): void {
      leftOut_ms += ms
    },
    isBusy(): boolean {
      const now = threadTimes()
      const looked_ms = sum_ms(now) - sum_ms(since) - leftOut_ms
      if (looked_ms < judged_ms) return isBusy
      isBusy = now.idle - since.idle < looked_ms * (1 - share_min)
      since = now
      leftOut_ms = 0
      return isBusy
    },
  }
}

const noTimes = (): ThreadTimes => ({ active: 0, idle: 0 })

function sum_ms({ active, idle }: ThreadTimes): number {
  return active + idle
}
