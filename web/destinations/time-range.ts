const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** Minutes are kept for two days; a chart of more than six hours of them has more bars than anybody sees. */
const MINUTES_SPAN_MAX_MS = 6 * HOUR_MS
const MINUTES_KEPT_MS = 2 * DAY_MS

export const RANGES = {
  '1h': { label: 'Last hour', span_ms: HOUR_MS },
  '6h': { label: 'Last 6 hours', span_ms: 6 * HOUR_MS },
  '1d': { label: 'Last day', span_ms: DAY_MS },
  '7d': { label: 'Last 7 days', span_ms: 7 * DAY_MS },
  '30d': { label: 'Last 30 days', span_ms: 30 * DAY_MS },
} as const
export type RangeName = keyof typeof RANGES

/** What a chart shows: a stretch that ends now, or one that was chosen. */
export type Stretch = {
  readonly name: RangeName | 'chosen'
  readonly from_ms: number
  /** Exclusive. */
  readonly to_ms: number
  readonly step: 'minute' | 'hour'
}

/** Reads `range`, or `from` and `to`, of an address; what cannot be read is the last hour. */
export function readStretch(search: Readonly<Record<string, string>>, now_ms: number): Stretch {
  const [from_ms, to_ms] = [Date.parse(search['from'] ?? ''), Date.parse(search['to'] ?? '')]
  if (from_ms < to_ms) return stretch('chosen', from_ms, to_ms, now_ms)
  const name = search['range'] ?? ''
  const known = isRange(name) ? name : '1h'
  // The minute that runs is shown too.
  const end_ms = (Math.floor(now_ms / MINUTE_MS) + 1) * MINUTE_MS
  return stretch(known, end_ms - RANGES[known].span_ms, end_ms, now_ms)
}

function isRange(name: string): name is RangeName {
  return Object.hasOwn(RANGES, name)
}

function stretch(name: Stretch['name'], from_ms: number, to_ms: number, now_ms: number): Stretch {
  const isFine = to_ms - from_ms <= MINUTES_SPAN_MAX_MS && from_ms > now_ms - MINUTES_KEPT_MS
  return { name, from_ms, to_ms, step: isFine ? 'minute' : 'hour' }
}
