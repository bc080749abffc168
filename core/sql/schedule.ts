import { Cron } from 'croner'
import type { SqlSchedule } from './settings.ts'

const MINUTE_MS = 60_000
/** Minute, hour, day, month, weekday: seconds and years are more than anybody needs here. */
const CRON_PARTS = 5

/** What is wrong with a schedule, if anything. */
export function scheduleProblem(schedule: SqlSchedule): string | undefined {
  if ('minutes' in schedule) return undefined
  const { cron, zone = 'UTC' } = schedule
  if (!isZone(zone)) return `names the zone "${zone}", and there is none of that name`
  const parts = cron.trim().split(/\s+/)
  if (parts.length !== CRON_PARTS)
    return 'must be five parts: minute, hour, day of the month, month, day of the week, such as "0 6 * * 1-5"'
  try {
    return nextTimes(schedule, 0, 1).length === 0 ? 'never comes' : undefined
  } catch (error) {
    return `cannot be read: ${(error as Error).message.replace(/^\w+: /, '')}`
  }
}

/**
 * The next times of a schedule after a moment, in milliseconds since 1970. Every so many minutes is counted from 1970, so
 * that a restart moves nothing; a cron expression goes by the clocks of its zone.
 */
export function nextTimes(schedule: SqlSchedule, after_ms: number, count: number): readonly number[] {
  if ('minutes' in schedule) {
    const step_ms = schedule.minutes * MINUTE_MS
    const first_ms = (Math.floor(after_ms / step_ms) + 1) * step_ms
    return Array.from({ length: count }, (_, index) => first_ms + index * step_ms)
  }
  const { cron, zone = 'UTC' } = schedule
  return new Cron(cron.trim(), { timezone: zone, paused: true, mode: '5-part' })
    .nextRuns(count, new Date(after_ms))
    .map((date) => date.getTime())
}

export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}
