import { setTimeout as wait } from 'node:timers/promises'
import type { Heap } from '../../sandbox/heap.ts'
import type { SentEvent } from './clients.ts'

export type Arrived = { readonly person: string; readonly number: number }

/** What a sandbox holds, in the order of arrival, once everything is there (or time is up). */
export async function allDelivered(
  heap: Heap,
  appId: string,
  events: number,
  within_ms: number,
): Promise<readonly Arrived[]> {
  const until = Date.now() + within_ms
  while ((heap.counts(appId)?.accepted ?? 0) < events && Date.now() < until) await wait(20)
  const app = heap.state({ limit: events + 1, order: 'arrival' }).apps[appId]
  return (app?.events ?? []).map(({ properties }) => ({
    person: String(properties['person']),
    number: Number(properties['number']),
  }))
}

export function missingOrRepeated(arrived: readonly Arrived[], acknowledged: readonly SentEvent[]): string[] {
  const counts = new Map<string, number>()
  for (const { person, number } of arrived) {
    counts.set(`${person}-${number}`, (counts.get(`${person}-${number}`) ?? 0) + 1)
  }
  const missing = acknowledged.filter(({ messageId }) => !counts.has(messageId))
  const repeated = [...counts].filter(([, count]) => count > 1)
  return [
    ...(missing.length > 0
      ? [`${missing.length} events were answered 200 and did not arrive, such as ${missing[0]?.messageId}`]
      : []),
    ...(repeated.length > 0
      ? [`${repeated.length} events arrived more than once, such as ${repeated[0]?.[0]}`]
      : []),
  ]
}

export function outOfOrder(arrived: readonly Arrived[]): string[] {
  const last = new Map<string, number>()
  for (const { person, number } of arrived) {
    const before = last.get(person) ?? 0
    if (number !== before + 1) return [`${person}: ${number} arrived after ${before}`]
    last.set(person, number)
  }
  return []
}

/** How often the receiver counted more than it allows. */
export function breaches(heap: Heap, appId: string): string[] {
  return Object.entries(heap.counts(appId)?.breaches ?? {})
    .filter(([, count]) => count > 0)
    .map(([budget, count]) => `${count} breaches of ${budget}`)
}

type Counts = Readonly<Record<string, { readonly total: number }>>
type Counted = { readonly id: string; readonly counts: Counts }

/** The ledger must say the same, to the event: accepted = read = matched = deliveries = delivered, and nothing is parked. */
export async function miscounted(
  adminUrl: string,
  { source, destination, events }: { source: string; destination: string; events: number },
): Promise<string[]> {
  const until = Date.now() + 5_000
  for (;;) {
    const { sources } = await json<{ sources: Counted[] }>(`${adminUrl}/admin/v1/sources`)
    const { destinations } = await json<{ destinations: Counted[] }>(`${adminUrl}/admin/v1/destinations`)
    const counts = { ...countsOf(sources, source), ...countsOf(destinations, destination) }
    const wrong = ['accepted', 'read', 'matched', 'deliveries', 'delivered'].filter(
      (name) => counts[name]?.total !== events,
    )
    const listed = await listedElsewhere(adminUrl, { source, destination })
    wrong.push(...Object.keys(listed).filter((name) => listed[name] !== events))
    const left = ['dead', 'parked', 'forgotten'].filter((name) => (counts[name]?.total ?? 0) !== 0)
    if (wrong.length + left.length === 0) return []
    if (Date.now() > until) {
      return [...wrong, ...left].map(
        (name) => `${destination}: ${name} is ${listed[name] ?? counts[name]?.total}, of ${events} events`,
      )
    }
    await wait(50)
  }
}

/** Series and shapes are counted beside the counts, and must say the same. */
async function listedElsewhere(
  adminUrl: string,
  { source, destination }: { readonly source: string; readonly destination: string },
): Promise<Record<string, number>> {
  type Series = { readonly series: Record<string, readonly number[]> }
  const from = new Date(Date.now() - 3_600_000).toISOString()
  const read = (of: string) => json<Series>(`${adminUrl}/admin/v1/series?of=${of}&from=${from}`)
  const sum = ({ series }: Series, name: string) =>
    (series[name] ?? []).reduce((total, one) => total + one, 0)
  const { events } = await json<{ events: { count: number }[] }>(
    `${adminUrl}/admin/v1/sources/${source}/schema`,
  )
  return {
    'accepted in the series': sum(await read(source), 'accepted'),
    'delivered in the series': sum(await read(destination), 'delivered'),
    'seen by the event index': events.reduce((total, { count }) => total + count, 0),
  }
}

function countsOf(all: readonly Counted[], id: string): Counts {
  return all.find((one) => one.id === id)?.counts ?? {}
}

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T
}
