import type { RunCause, SqlPlace } from './run.ts'
import { nextTimes } from './schedule.ts'
import type { SqlSchedule } from './settings.ts'

export type Due = { readonly at_ms: number; readonly cause: RunCause }

/**
 * When a source is to be read next; undefined: by hand only. What failed is tried again after a while, and until then no
 * scheduled time counts. Times that were missed are one.
 */
export function dueOf(schedule: SqlSchedule | undefined, place: SqlPlace): Due | undefined {
  if (place.retryAt_ms !== undefined) return { at_ms: place.retryAt_ms, cause: 'again' }
  if (schedule === undefined) return undefined
  const [at_ms] = nextTimes(schedule, place.planned_ms, 1)
  return at_ms === undefined ? undefined : { at_ms, cause: 'schedule' }
}
