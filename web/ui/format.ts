const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** `12,480`; from a million on `1.2 M`. */
export function countText(count: number): string {
  if (Math.abs(count) < 1_000_000) return count.toLocaleString('en-US')
  const [divisor, unit] = Math.abs(count) < 1_000_000_000 ? [1_000_000, 'M'] : [1_000_000_000, 'G']
  return `${(count / divisor).toLocaleString('en-US', { maximumFractionDigits: 1 })} ${unit}`
}

/** `1,204/min`, `3.5/min`, `0.2/min`. */
export function rateText(perMinute: number): string {
  const digits = perMinute >= 10 ? 0 : 1
  return `${perMinute.toLocaleString('en-US', { maximumFractionDigits: digits })}/min`
}

/** A span as one would say it: `0.4 s`, `12 s`, `3 min`, `2 h`, `5 d`. */
export function spanText(ms: number): string {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`
  if (ms < 10 * SECOND_MS) return `${(ms / SECOND_MS).toFixed(1)} s`
  if (ms < MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`
  return `${Math.floor(ms / DAY_MS)} d`
}

/** `just now`, `12 s ago`, `in 3 min`. */
export function relativeText(then_ms: number, now_ms: number): string {
  const ago_ms = now_ms - then_ms
  if (Math.abs(ago_ms) < 2 * SECOND_MS) return 'just now'
  const span = spanText(Math.abs(ago_ms)).replace(/^(\d+)\.\d s/, '$1 s')
  return ago_ms > 0 ? `${span} ago` : `in ${span}`
}

/** `2026-11-25 00:21:30.123 UTC`, in the zone. */
export function exactText(time_ms: number, zone: string | undefined): string {
  return `${formatter(zone, EXACT).format(time_ms).replace(',', '.')} ${zoneLabel(time_ms, zone)}`
}

/** `00:21:30`: for tables, where the day is told elsewhere. */
export function clockText(time_ms: number, zone: string | undefined): string {
  return formatter(zone, CLOCK).format(time_ms)
}

/** `UTC`, `GMT+1`: what a time is given in. */
export function zoneLabel(time_ms: number, zone: string | undefined): string {
  const parts = formatter(zone, { timeZoneName: 'short' }).formatToParts(time_ms)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

const EXACT = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
} as const
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const

const made = new Map<string, Intl.DateTimeFormat>()

/** Making one takes longer than all else that a row of a table does. */
function formatter(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone ?? ''}\n${Object.keys(options).join()}`
  const found = made.get(key)
  if (found !== undefined) return found
  // Sweden writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    ...options,
    ...(zone === undefined ? {} : { timeZone: zone }),
  })
  made.set(key, format)
  return format
}
