import type { AlertSettings, Instance, Source } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import type { PlacedProblem } from '../../core/errors.ts'

/** What is wrong with an address that the server would send to, as far as the address itself says. */
export type AddressProblem = (url: string) => string | undefined

/** Of a destination that the server sends for; the addresses of one in pages are for browsers. */
export function unreachableSettings(
  { settings }: Instance,
  destination: Destination,
  addressProblem: AddressProblem,
): readonly PlacedProblem[] {
  if (destination.mode === 'web') return []
  return Object.entries(settings).flatMap(([name, value]) =>
    placed(['settings', name], typeof value === 'string' ? value : '', addressProblem),
  )
}

export function unreachableChannels(
  alerts: AlertSettings | undefined,
  addressProblem: AddressProblem,
): readonly PlacedProblem[] {
  return (alerts?.channels ?? []).flatMap((channel, index) =>
    placed(['channels', index, 'url'], 'url' in channel ? channel.url : '', addressProblem),
  )
}

/** The database of a source, by its place in the source. */
export function unreachableDatabase(
  { sql }: Source,
  addressProblem: AddressProblem,
): readonly PlacedProblem[] {
  if (sql === undefined) return []
  const host = sql.host.includes(':') ? `[${sql.host}]` : sql.host
  return placed(['sql', 'host'], `http://${host}/`, addressProblem)
}

function placed(
  at: PlacedProblem['at'],
  url: string,
  addressProblem: AddressProblem,
): readonly PlacedProblem[] {
  const kind = /^https?:/i.test(url) ? addressProblem(url) : undefined
  if (kind === undefined) return []
  const problem = `leads to ${kind}, which may not be reached; whoever runs the server can allow it with --allow-private`
  return [{ at, problem }]
}
