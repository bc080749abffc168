import type { Address, EventEnvelope } from '../../core/event.ts'
import { idsOfAsked, type PersonAsked, type PersonIds } from '../../core/persons/person.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { EventLog } from '../log/log.ts'
import { findInLog } from './log-pass.ts'

/** Whoever asks waits for it; where the log is so large that it takes longer, what was found until then is told. */
const FIND_MS_MAX = 20_000
/** Of so many events it is looked up what destinations got of them. */
const LOOKED_UP_MAX = 5_000
const CARRIED_AT_ONCE = 500
const ATTEMPTS_MAX = 5_000

export type FindPersonDeps = {
  readonly log: EventLog
  readonly ledger: Pick<Ledger, 'attempts' | 'deadLetters' | 'parkedAt'>
  /** A clock for how long things take. */
  readonly clock_ms: () => number
  /** Others get their turn. */
  readonly breathe: () => Promise<void>
}
export type FoundHere = {
  readonly ids: PersonIds
  readonly shared: readonly string[]
  readonly events: number
  readonly sources: readonly { readonly source: string; readonly events: number }[]
  readonly first?: string
  readonly last?: string
  readonly destinations: readonly DestinationHas[]
  /** False: the log was not gone through to its end, or not all events were looked up. */
  readonly isWhole: boolean
}
type DestinationHas = {
  readonly destination: string
  readonly attempts: number
  readonly deadLetters: number
  readonly parked: number
}

/** What there is of a person. @throws {AppError} PERSON_UNCLEAR */
export async function findPerson(deps: FindPersonDeps, asked: PersonAsked): Promise<FoundHere> {
  const until_ms = deps.clock_ms() + FIND_MS_MAX
  let addresses: Address[] = []
  let sources = new Map<string, number>()
  let [first, last] = ['', '']
  const tooLong = new Error('it takes too long')
  const breathe = async () => {
    await deps.breathe()
    if (deps.clock_ms() > until_ms) throw tooLong
  }
  const on = {
    round(): void {
      addresses = []
      sources = new Map()
      first = ''
      last = ''
    },
    event({ address, sourceId, receivedAt }: EventEnvelope): void {
      addresses.push(address)
      sources.set(sourceId, 1 + (sources.get(sourceId) ?? 0))
      if (first === '') first = receivedAt
      last = receivedAt
    },
  }
  const found = await findInLog({ log: deps.log, breathe }, idsOfAsked(asked), on).catch((error) => {
    if (error !== tooLong) throw error
    return { ids: idsOfAsked(asked), shared: [], isCut: true }
  })
  return {
    ...{ ids: found.ids, shared: found.shared, events: addresses.length },
    sources: [...sources].map(([source, events]) => ({ source, events })),
    ...(first === '' ? {} : { first, last }),
    destinations: await destinationsOf(deps, addresses.slice(-LOOKED_UP_MAX)),
    isWhole: !('isCut' in found) && addresses.length <= LOOKED_UP_MAX,
  }
}

async function destinationsOf(
  { ledger, breathe }: FindPersonDeps,
  addresses: readonly Address[],
): Promise<readonly DestinationHas[]> {
  const known = new Map<string, { attempts: number; deadLetters: number; parked: number }>()
  const add = (id: string, what: 'attempts' | 'deadLetters' | 'parked') => {
    const counts = known.get(id) ?? { attempts: 0, deadLetters: 0, parked: 0 }
    known.set(id, counts)
    counts[what] += 1
  }
  const seen = new Set<number>()
  for (let at = 0; at < addresses.length; at += CARRIED_AT_ONCE) {
    const carried = addresses.slice(at, at + CARRIED_AT_ONCE)
    for (const { id, instanceId } of await ledger.attempts({ carried }, { count_max: ATTEMPTS_MAX })) {
      if (!seen.has(id)) add(instanceId, 'attempts')
      seen.add(id)
    }
    for (const address of carried) {
      const letters = await ledger.deadLetters({ address }, { count_max: CARRIED_AT_ONCE })
      for (const { instanceId } of letters) add(instanceId, 'deadLetters')
      for (const { instanceId } of await ledger.parkedAt(address)) add(instanceId, 'parked')
    }
    await breathe()
  }
  return [...known].map(([destination, counts]) => ({ destination, ...counts }))
}
