const MINUTE_MS = 60_000

/** `2026-11-25T00:21`, as a field for a time takes it, on the clocks of a zone. */
export function zonedText(time_ms: number, zone: string | undefined): string {
  return new Date(time_ms + offset_ms(time_ms, zone)).toISOString().slice(0, 16)
}

/** The moment at which the clocks of the zone show this; of two the earlier, and undefined for what is no time. */
export function zonedTime_ms(text: string, zone: string | undefined): number | undefined {
  const wall_ms = Date.parse(`${text}Z`)
  if (Number.isNaN(wall_ms)) return undefined
  // The offset is that of the moment, which is not known before: twice is enough, but for the hour that never was.
  const guess_ms = wall_ms - offset_ms(wall_ms, zone)
  return wall_ms - offset_ms(guess_ms, zone)
}

/** How far the clocks of a zone are ahead of UTC. */
function offset_ms(time_ms: number, zone: string | undefined): number {
  const format = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'short',
    ...(zone === undefined ? {} : { timeZone: zone }),
  })
  const wall_ms = Date.parse(`${format.format(time_ms).replace(' ', 'T')}Z`)
  return wall_ms - Math.floor(time_ms / MINUTE_MS) * MINUTE_MS
}
