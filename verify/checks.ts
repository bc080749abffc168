import { setTimeout as wait } from 'node:timers/promises'
import type { Heap } from '../sandbox/heap.ts'
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

export type Difference = {
  readonly missing: readonly SentEvent[]
  /** Message ids, as those below. */
  readonly repeated: readonly string[]
  readonly strange: readonly string[]
}
export function missingOrRepeated(arrived: readonly Arrived[], expected: readonly SentEvent[]): string[] {
  return differenceInWords(differenceOf(arrived, expected))
}

/** Between what arrived and what was to arrive. */
export function differenceOf(arrived: readonly Arrived[], expected: readonly SentEvent[]): Difference {
  const counts = new Map<string, number>()
  for (const { person, number } of arrived) {
    counts.set(`${person}-${number}`, (counts.get(`${person}-${number}`) ?? 0) + 1)
  }
  const missing = expected.filter(({ messageId }) => !counts.has(messageId))
  const repeated = [...counts].filter(([, count]) => count > 1).map(([messageId]) => messageId)
  const known = new Set(expected.map(({ messageId }) => messageId))
  const strange = [...counts.keys()].filter((messageId) => !known.has(messageId))
  return { missing, repeated, strange }
}

export function differenceInWords({ missing, repeated, strange }: Difference): string[] {
  return [
    ...(missing.length > 0
      ? [`${missing.length} events were answered 200 and did not arrive, such as ${missing[0]?.messageId}`]
      : []),
    ...(repeated.length > 0
      ? [`${repeated.length} events arrived more than once, such as ${repeated[0]}`]
      : []),
    ...(strange.length > 0 ? [`${strange.length} arrived that should not have, such as ${strange[0]}`] : []),
  ]
}

/** The numbers of a person rise; some of them may be missing, as not every event is for this receiver. */
export function outOfOrder(arrived: readonly Arrived[]): string[] {
  const last = new Map<string, number>()
  for (const { person, number } of arrived) {
    const before = last.get(person) ?? 0
    if (number <= before) return [`${person}: ${number} arrived after ${before}`]
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
