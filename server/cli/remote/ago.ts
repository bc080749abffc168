const UNITS: readonly [name: string, ms: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
]

/** `3 min ago`, `in 2 d`; what is no time stays as it is. `now_ms`: milliseconds since 1970. */
export function ago(iso: string, now_ms: number): string {
  const at_ms = Date.parse(iso)
  if (Number.isNaN(at_ms)) return iso
  const away_ms = Math.abs(now_ms - at_ms)
  const [name, ms] = UNITS.find(([, unit_ms]) => away_ms >= unit_ms) ?? ['s', 1_000]
  const count = Math.floor(away_ms / ms)
  if (count === 0) return 'now'
  return at_ms > now_ms ? `in ${count} ${name}` : `${count} ${name} ago`
}
