import type { Answer } from '../api/api.ts'
import { type Problem, shownState } from '../destinations/shown-state.ts'
import { rateText } from '../ui/format.ts'
import type { State } from '../ui/StateBadge.tsx'

export type SourceItem = Answer<'GET /admin/v1/sources'>['sources'][number]
export type DestinationItem = Answer<'GET /admin/v1/destinations'>['destinations'][number]
export type Rates = Answer<'GET /admin/v1/rates'>

export type SourceView = SourceItem & {
  /** Undefined until rates are known. */
  readonly rate: Rates['sources'][string] | undefined
}
export type DestinationView = Omit<DestinationItem, 'state'> & {
  readonly state: State
  readonly problem: Problem | undefined
  readonly rate: Rates['destinations'][string] | undefined
}
export type ConnectionView = {
  readonly key: string
  readonly source: SourceView
  readonly destination: DestinationView
  readonly state: State
  /** Of the last hour; undefined until rates are known, and for what pages send themselves. */
  readonly counts:
    | { readonly read: number; readonly discarded: number; readonly filtered: number }
    | undefined
}
export type ConnectionsView = {
  readonly sources: readonly SourceView[]
  readonly destinations: readonly DestinationView[]
  readonly connections: readonly ConnectionView[]
}

/** Sources, destinations and the lines between them, each with what the last hour says of it. */
export function connectionsView(
  sources: readonly SourceItem[],
  destinations: readonly DestinationItem[],
  rates: Rates | undefined,
): ConnectionsView {
  const shownSources = sources.map((source) => ({ ...source, rate: rates?.sources[source.id] }))
  const shownDestinations = destinations.map((one) => {
    const rate = rates?.destinations[one.id]
    return { ...one, rate, ...shownState(one, rate) }
  })
  const connections = shownDestinations.flatMap((destination) =>
    destination.sources.flatMap((id) => {
      const source = shownSources.find((one) => one.id === id)
      return source === undefined ? [] : [connectionView(source, destination, rates)]
    }),
  )
  return { sources: shownSources, destinations: shownDestinations, connections }
}

function connectionView(
  source: SourceView,
  destination: DestinationView,
  rates: Rates | undefined,
): ConnectionView {
  const found = rates?.connections.find(
    (one) => one.source === source.id && one.destination === destination.id,
  )
  const isWeb = destination.mode === 'web'
  const counts = isWeb || rates === undefined ? undefined : (found ?? { read: 0, discarded: 0, filtered: 0 })
  const state = destination.state === 'flowing' && counts?.read === 0 ? 'idle' : destination.state
  return { key: `${source.id} ${destination.id}`, source, destination, state, counts }
}

/** What came in an hour, as a rate that is easy to compare: `1,204/min`, `12/h`. */
export function hourlyText(count: number): string {
  return count < 60 ? `${count}/h` : rateText(count / 60)
}

/** `12 %`; never 0 % of something, nor 100 % of not quite all. */
export function shareText(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %'
  if (part === whole) return '100 %'
  const percent = (part / whole) * 100
  if (percent < 0.1) return '< 0.1 %'
  if (percent > 99.9) return '> 99.9 %'
  return `${percent.toLocaleString('en-US', { maximumFractionDigits: percent < 10 ? 1 : 0 })} %`
}
