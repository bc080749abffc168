import { constants, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'

const NS_PER_S = 1e9
/** How fine delays are seen: a timer of the main thread so often. */
const RESOLUTION_MS = 20
export const DELAY_WINDOW_MS = 10_000
const GC_KINDS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak callbacks',
}

type GcEntry = PerformanceEntry & { readonly detail?: { readonly kind?: number } }

export type ProcessFigures = {
  readonly delay_p99_s: number
  readonly delay_max_s: number
  readonly gc_s: Readonly<Record<string, number>>
}

/** Watches how long the main thread keeps others waiting, and why. */
export function watchProcess() {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  let [delay_p99_s, delay_max_s] = [0, 0]
  const timer = setInterval(() => {
    // A timer that is in time is counted with its resolution.
    const late_s = (ns: number) => Math.max(0, ns / NS_PER_S - RESOLUTION_MS / 1_000)
    ;[delay_p99_s, delay_max_s] =
      delay.count === 0 ? [0, 0] : [late_s(delay.percentile(99)), late_s(delay.max)]
    delay.reset()
  }, DELAY_WINDOW_MS).unref()
  const gc_s: Record<string, number> = {}
  const observer = new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as readonly GcEntry[]) {
      const kind = GC_KINDS[detail?.kind ?? 0] ?? 'other'
      gc_s[kind] = (gc_s[kind] ?? 0) + duration / 1_000
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  return {
    read: (): ProcessFigures => ({ delay_p99_s, delay_max_s, gc_s: { ...gc_s } }),
    stop(): void {
      clearInterval(timer)
      delay.disable()
      observer.disconnect()
    },
  }
}
