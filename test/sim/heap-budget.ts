import type { JsonObject } from '../../core/event.ts'
import { crowd, HOT_SHARE } from './crowd.ts'
import { APP_ID, heapWorld, type Sent, START_MS } from './heap-world.ts'

/** https://developers.heap.io/reference/bulk-track */
const EVENTS_PER_MINUTE = 15_000
const EVENTS_PER_MINUTE_PER_PERSON = 1_000
const MINUTE_MS = 60_000

export type BudgetResult = {
  readonly events: number
  readonly hotEvents: number
  /** When the last event of the others arrived, and of all, in minutes. */
  readonly others_minutes: number
  readonly all_minutes: number
  /** When the last lane had been read to its end. Until then there was work that might be sent. */
  readonly read_minutes: number
  /** Of the app's budget, used until then. */
  readonly used: number
  /** How much later the others' last event came than if they had had all that the hot one cannot use. */
  readonly others_delay: number
  /** How much of its own budget the hot one used, until its last event arrived. */
  readonly hotUsed: number
  readonly trackRequests: number
  readonly problems: readonly string[]
}

/** A backlog of events of many people, one of them far over the limit for a person. */
export async function heapBudget(options: {
  events: number
  people: number
  seed: number
}): Promise<BudgetResult> {
  const { events, people, seed } = options
  const numbers = new Int32Array(people)
  const arrivals = arrivalsOf(people)
  const world = await heapWorld(seed, {}, arrivals.onSent)
  const pick = crowd(people, HOT_SHARE, world.random)
  await world.fill(events, (index) => {
    const person = pick()
    const number = (numbers[person] ?? 0) + 1
    numbers[person] = number
    const messageId = `m${index}`
    const timestamp = new Date(START_MS).toISOString()
    return {
      type: 'track',
      event: 'Step',
      messageId,
      userId: `p${person}`,
      timestamp,
      properties: { person, number },
    }
  })
  const read_ms = await world.run(events)

  const counts = await world.counts()
  const hotEvents = numbers[0] ?? 0
  const { others_ms, hot_ms } = arrivals.result()
  const minutes = (ms: number) => (ms - START_MS) / MINUTE_MS
  const others_minutes = minutes(others_ms)
  const othersIdeal = (events - hotEvents) / (EVENTS_PER_MINUTE - EVENTS_PER_MINUTE_PER_PERSON)
  return {
    events,
    hotEvents,
    others_minutes,
    all_minutes: minutes(Math.max(others_ms, hot_ms)),
    read_minutes: minutes(read_ms),
    used: arrivals.until(read_ms) / (minutes(read_ms) * EVENTS_PER_MINUTE),
    others_delay: others_minutes / othersIdeal - 1,
    hotUsed: hotEvents / (minutes(hot_ms) * EVENTS_PER_MINUTE_PER_PERSON),
    trackRequests: arrivals.requests(),
    problems: [
      ...world.troubles.map(String),
      ...arrivals.problems(),
      ...(numbers.every((number, person) => arrivals.last(person) === number)
        ? []
        : ['some events are missing']),
      ...countProblems(counts, events),
      ...(world.sandbox.counts(APP_ID)?.repeated ? ['some events arrived twice'] : []),
    ],
  }
}

export function countProblems(counts: Record<string, number>, deliveries: number): string[] {
  const { delivered = 0, unchanged = 0, dead = 0, parked = 0 } = counts
  const problems: string[] = []
  if (counts['deliveries'] !== deliveries) problems.push(`deliveries: ${counts['deliveries']}`)
  if (delivered + unchanged !== deliveries || dead !== 0 || parked !== 0) {
    problems.push(`delivered ${delivered}, unchanged ${unchanged}, dead ${dead}, parked ${parked}`)
  }
  return problems
}

function arrivalsOf(people: number) {
  const last = new Int32Array(people)
  const problems: string[] = []
  let [others_ms, hot_ms, requests] = [0, 0, 0]
  const arrivals: { readonly at_ms: number; readonly count: number }[] = []

  function take({ person, number }: { person: number; number: number }, at_ms: number): void {
    if (number !== (last[person] ?? 0) + 1) problems.push(`p${person}: ${number} after ${last[person]}`)
    last[person] = number
    if (person === 0) hot_ms = at_ms
    else others_ms = at_ms
  }

  return {
    onSent({ path, body, at_ms, status }: Sent): void {
      if (path !== '/api/track') return
      requests += 1
      if (status === 429) problems.push('a breach: the sandbox answered 429')
      if (status !== 200) return
      const events = body['events'] as { properties: JsonObject }[]
      arrivals.push({ at_ms, count: events.length })
      for (const { properties } of events) {
        take(properties as { person: number; number: number }, at_ms)
      }
    },
    last: (person: number) => last[person],
    requests: () => requests,
    problems: () => problems.slice(0, 5),
    result: () => ({ others_ms, hot_ms }),
    until: (end_ms: number) =>
      arrivals.reduce((sum, { at_ms, count }) => sum + (at_ms <= end_ms ? count : 0), 0),
  }
}
