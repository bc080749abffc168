import type { JsonObject } from '../../../core/event.ts'
import type { Random } from '../../crash/random.ts'
import { INSTANCES, type InstanceId, type SourceId } from './settings.ts'

/** What a client sent, as the receivers and the oracle know it. */
export type SentEvent = {
  readonly id: string
  readonly person: string
  /** Rises with each event of the person. */
  readonly number: number
  /** Who refuses it whenever it comes. */
  readonly poison: InstanceId | undefined
  /** `broken` is refused by ingest, `invalid` gives bulk no value; the others are bulk's kinds. */
  readonly kind: 'plain' | 'same' | 'slow' | 'invalid' | 'broken'
  readonly call: JsonObject
}

const PEOPLE: Readonly<Record<SourceId, number>> = { web: 12, app: 5, late: 4 }
const HOT_SHARE = 0.35
const ANONYMOUS_FROM = 9
const PAD = 'x'.repeat(300)

/** A source's people, of whom the first does most. */
export function crowdOf(source: SourceId, random: Random) {
  const numbers: number[] = []
  let count = 0
  return function next(): SentEvent {
    count += 1
    const index = random.next() < HOT_SHARE ? 0 : random.whole(0, PEOPLE[source] - 1)
    const number = (numbers[index] ?? 0) + 1
    numbers[index] = number
    return makeEvent({ id: `${source}-${count}`, person: `${source}.p${index}`, number, index }, random)
  }
}

type Given = { readonly id: string; readonly person: string; readonly number: number; readonly index: number }

function makeEvent({ id, person, number, index }: Given, random: Random): SentEvent {
  const chance = random.next()
  const kind = chance < 0.01 ? 'same' : chance < 0.02 ? 'slow' : chance < 0.024 ? 'invalid' : 'plain'
  const poison = kind === 'plain' && random.next() < 0.006 ? INSTANCES[random.whole(0, 2)] : undefined
  const isAnonymous = index >= ANONYMOUS_FROM
  const who: JsonObject = isAnonymous ? { anonymousId: person } : { userId: person }
  const common = { messageId: id, ...who }
  const known = { id, person, number, poison, kind } as const
  const type = random.next()
  if (kind === 'plain' && poison === undefined) {
    if (type < 0.01) return { ...known, kind: 'broken', call: { type: 'track', ...common } }
    if (type < 0.08 && !isAnonymous) {
      return { ...known, call: { type: 'identify', ...common, traits: { number } } }
    }
    if (type < 0.12) return { ...known, call: { type: 'page', ...common, properties: { id, number } } }
  }
  const event = type < 0.3 ? 'Buy' : type < 0.5 ? 'Beat' : 'Step'
  const bulkKind = kind === 'plain' ? {} : { kind: kind === 'invalid' ? { no: 'text' } : kind }
  const properties = { id, number, ...bulkKind, pad: PAD.slice(random.whole(0, 299)) }
  return { ...known, call: { type: 'track', event, ...common, properties } }
}
