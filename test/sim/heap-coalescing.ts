import type { JsonObject, SpecEvent } from '../../core/event.ts'
import { crowd } from './crowd.ts'
import { countProblems } from './heap-budget.ts'
import { heapWorld, START_MS } from './heap-world.ts'

const IDENTIFY_SHARE = 0.2
/** How often a person's traits change: every so many calls. */
const TRAITS_CHANGE_EVERY = 50

export type CoalescingResult = {
  readonly calls: number
  readonly trackRequests: number
  readonly trackEvents: number
  readonly profileRequests: number
  /** Writes of one person's properties, each counted by Heap against that person's limit. */
  readonly profileWrites: number
  readonly callsPerProfileWrite: number
  readonly callsPerProfileRequest: number
  readonly unchanged: number
  readonly minutes: number
  readonly problems: readonly string[]
}

/** Track and identify calls that all carry the person's traits: few requests, and a write only where something is new. */
export async function heapCoalescing(options: {
  events: number
  people: number
  seed: number
}): Promise<CoalescingResult> {
  const { events: calls, people, seed } = options
  const numbers = new Int32Array(people)
  const sums = { trackRequests: 0, trackEvents: 0, profileRequests: 0, profileWrites: 0, breaches: 0 }
  const world = await heapWorld(seed, { profilesFromContextTraits: true }, ({ path, body, status }) => {
    if (status === 429) sums.breaches += 1
    if (path === '/api/track') {
      sums.trackRequests += 1
      sums.trackEvents += (body['events'] as unknown[]).length
    } else if (path === '/api/add_user_properties') {
      sums.profileRequests += 1
      sums.profileWrites += (body['users'] as unknown[]).length
    }
  })
  const pick = crowd(people, 0, world.random)
  await world.fill(calls, (index, random) => {
    const person = pick()
    const number = (numbers[person] ?? 0) + 1
    numbers[person] = number
    return call(index, person, number, random.next() < IDENTIFY_SHARE)
  })
  await world.run(calls)
  const { breaches, ...requests } = sums
  return {
    calls,
    ...requests,
    callsPerProfileWrite: calls / sums.profileWrites,
    callsPerProfileRequest: calls / sums.profileRequests,
    unchanged: (await world.counts())['unchanged'] ?? 0,
    minutes: (world.clock.now_ms() - START_MS) / 60_000,
    problems: [
      ...world.troubles.map(String),
      ...(breaches > 0 ? [`${breaches} breaches`] : []),
      ...countProblems(await world.counts(), calls),
    ],
  }
}

function call(index: number, person: number, number: number, isIdentify: boolean): SpecEvent {
  const level = Math.floor(number / TRAITS_CHANGE_EVERY)
  const traits: JsonObject = { name: `Person ${person}`, plan: person % 3 === 0 ? 'pro' : 'free', level }
  const who = {
    messageId: `m${index}`,
    userId: `p${person}`,
    timestamp: new Date(START_MS).toISOString(),
  }
  return isIdentify
    ? { type: 'identify', ...who, traits }
    : { type: 'track', event: 'Step', ...who, properties: { number }, context: { traits } }
}
