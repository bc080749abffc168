import type { Sample } from './exposition.ts'
import { type Observed, quantile_s, since } from './histogram.ts'
import type { MetricName } from './metrics.ts'

/** How often a point is kept, and how many: an hour. */
export const STEP_MS = 10_000
export const POINTS_MAX = 360

/** How the server was within one step, from samples as scrapers get them. Shares are from 0 to 1. */
export type WorkPoint = {
  readonly at_ms: number
  readonly accepted_perSecond: number
  readonly delivered_perSecond: number
  /** What 99 % of the requests with events stayed below; 0 when there were none. */
  readonly ack_ms: number
  readonly lag_ms: number
  readonly delay_ms: number
  readonly resident_bytes: number
  readonly disk_free_bytes: number
  readonly busy_main: number
  readonly busy_readers: number
  readonly busy_lookups: number
}

/** Keeps the last hour in memory, some 100 bytes a point: a restart forgets it. */
export function workHistory() {
  let before: { readonly at_ms: number; readonly samples: readonly Sample[] } | undefined
  let points: readonly WorkPoint[] = []
  return {
    /** The same samples again, as when gathering is slow, are no new point. */
    add(samples: readonly Sample[], at_ms: number): void {
      if (samples === before?.samples) return
      if (before !== undefined && at_ms > before.at_ms) {
        points = [...points, pointOf(before.samples, samples, before.at_ms, at_ms)].slice(-POINTS_MAX)
      }
      before = { at_ms, samples }
    },
    /** Oldest first. */
    points: () => points,
  }
}

function pointOf(
  before: readonly Sample[],
  now: readonly Sample[],
  from_ms: number,
  at_ms: number,
): WorkPoint {
  const seconds = (at_ms - from_ms) / 1_000
  const perSecond = (name: MetricName, label: string) => rise(before, now, name, label) / seconds
  const ack = since(observed(before), observed(now))
  const busy = (thread: string) => {
    const active = rise(before, now, 'millrace_thread_active_seconds_total', thread)
    const idle = rise(before, now, 'millrace_thread_idle_seconds_total', thread)
    return active === 0 ? 0 : active / (active + idle)
  }
  return {
    at_ms,
    accepted_perSecond: perSecond('millrace_calls_total', 'accepted'),
    delivered_perSecond: perSecond('millrace_deliveries_total', 'delivered'),
    ack_ms: 1_000 * (quantile_s(ack, 0.99) ?? 0),
    lag_ms: 1_000 * Math.max(0, ...valuesOf(now, 'millrace_lag_seconds')),
    delay_ms: 1_000 * sumOf(now, 'millrace_event_loop_delay_p99_seconds'),
    resident_bytes: sumOf(now, 'process_resident_memory_bytes'),
    disk_free_bytes: sumOf(now, 'millrace_disk_free_bytes'),
    busy_main: busy('main'),
    busy_readers: busy('readers'),
    busy_lookups: busy('lookups'),
  }
}

/** By how much a counter rose; what has begun anew meanwhile counts from 0. */
function rise(before: readonly Sample[], now: readonly Sample[], name: MetricName, label: string): number {
  const [from, to] = [sumOf(before, name, label), sumOf(now, name, label)]
  return to < from ? to : to - from
}

function sumOf(samples: readonly Sample[], name: MetricName, label?: string): number {
  return valuesOf(samples, name, label).reduce((sum, value) => sum + value, 0)
}

function valuesOf(samples: readonly Sample[], name: MetricName, label?: string): readonly number[] {
  return samples.flatMap((one) => {
    const isMeant = one.name === name && (label === undefined || one.labels.includes(label))
    return isMeant && typeof one.value === 'number' ? [one.value] : []
  })
}

function observed(samples: readonly Sample[]): Observed {
  const value = samples.find(({ name }) => name === 'millrace_ingest_duration_seconds')?.value
  return typeof value === 'object' ? value : { counts: [], sum_s: 0 }
}
