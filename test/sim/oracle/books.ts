import { INDEXER } from '../../../server/indexer/indexer.ts'
import type { Ledger, Parked } from '../../../server/ledger/ledger.ts'
import type { SentEvent } from '../world/events.ts'
import { INSTANCES, type InstanceId } from '../world/settings.ts'
import type { Fail, Journal } from './journal.ts'
import { placeOf } from './lists.ts'
import type { Bound, Cursors, Lives } from './lives.ts'
import type { Receipts } from './receipts.ts'
import type { Replays } from './replays.ts'

const ALL = { count_max: 1_000_000 }
type Sums = Readonly<Record<string, number>>
/** What was found of a subscription's deliveries. */
type Found = { all: number; dead: number; parked: number; same: number }

export type BooksDeps = {
  readonly journal: Journal
  readonly lives: Lives
  readonly receipts: Receipts
  readonly replays: Replays
  readonly events: ReadonlyMap<string, SentEvent>
  readonly fail: Fail
  /** Whether bulk's trigger was ever changed. */
  readonly isTriggerChanged: () => boolean
}

/** Compares the ledger with what must have become of each event that it says is done. */
export function books(deps: BooksDeps) {
  const { journal, lives, receipts, replays, events, fail } = deps

  async function check(ledger: Ledger): Promise<void> {
    const sums = await sumsOf(ledger)
    const cursors = await cursorsOf(ledger)
    for (const id of INSTANCES) await checkInstance(id, ledger, cursors, sums.get(id) ?? {})
    checkIndexer(cursors, sums)
    journal.check()
  }

  async function checkInstance(id: InstanceId, ledger: Ledger, cursors: Cursors, sums: Sums): Promise<void> {
    const { events: read, bound } = lives.read(id, cursors)
    const matched = new Set(bound.map(({ entry }) => entry)).size
    compare(`${id}: read`, ofAll(sums, 'read'), read)
    compare(`${id}: matched`, ofAll(sums, 'matched'), matched)
    compare(`${id}: discarded`, ofAll(sums, 'discarded'), read - matched)
    const dead = new Map<string, string>()
    for (const { address, subscriptionId, reason } of await ledger.deadLetters({ instanceId: id }, ALL)) {
      dead.set(placeOf(address, subscriptionId), reason.code)
    }
    const parked = await parkedOf(ledger, id)
    const found = new Map<string, Found>()
    for (const { one, place, times } of deliveriesOf([...bound, ...replays.extras(id)])) {
      const sum = found.get(one.subscriptionId) ?? { all: 0, dead: 0, parked: 0, same: 0 }
      found.set(one.subscriptionId, sum)
      sum.all += times
      const code = dead.get(place)
      if (code !== undefined) checkReason(id, one, code)
      const isParked = parked.get(place) === false
      sum.dead += code === undefined ? 0 : 1
      sum.parked += isParked ? 1 : 0
      const open = (code === undefined ? 0 : 1) + (isParked ? 1 : 0)
      const done = times - open - replays.forgotten.times(id, place) - replays.givenUp.times(id, place)
      if (done < 0) fail(`${id}: ${place} has more ends than deliveries: ${times} and ${done}`)
      if (done > 0) checkDelivered(id, one, sum, done)
    }
    for (const [subscriptionId, sum] of found) checkCounts(id, subscriptionId, sums, sum)
  }

  function checkDelivered(id: InstanceId, { entry, subscriptionId }: Bound, sum: Found, done: number): void {
    const { messageId, type } = entry.event
    if (id === 'heap' && type === 'identify') return
    if (id === 'bulk' && events.get(messageId)?.kind === 'same') {
      sum.same += done
      return
    }
    const key = `mr1:${entry.sourceId}:${id}:${subscriptionId}:${messageId}`
    if (!receipts.isTaken(id, key))
      fail(`${id} has not got ${messageId} (${subscriptionId}), which counts as done`)
  }

  /** All ends together are everything, and each is what was found. */
  function checkCounts(id: InstanceId, subscriptionId: string, sums: Sums, found: Found): void {
    const of = (name: string) => sums[`${subscriptionId}/${name}`] ?? 0
    const name = `${id}: ${subscriptionId}:`
    compare(`${name} deliveries`, of('deliveries'), found.all)
    compare(`${name} dead`, of('dead'), found.dead)
    compare(`${name} parked`, of('parked'), found.parked)
    compare(`${name} replayed`, of('replayed'), replays.added.count(id, subscriptionId))
    compare(`${name} forgotten`, of('forgotten'), replays.forgotten.count(id, subscriptionId))
    compare(`${name} given up`, of('givenUp'), replays.givenUp.count(id, subscriptionId))
    if (id === 'bulk') compare(`${name} unchanged`, of('unchanged'), found.same)
    compare(`${name} all ends`, allEnds(of), found.all)
  }

  function checkReason(id: InstanceId, { entry }: Bound, code: string): void {
    const event = events.get(entry.event.messageId)
    const isRight =
      code === 'DESTINATION_REFUSED'
        ? event?.poison === id
        : code === 'VALUES_INVALID'
          ? event?.kind === 'invalid' && id === 'bulk'
          : code === 'SUBSCRIPTION_GONE'
            ? deps.isTriggerChanged()
            : code === 'DELIVERY_GAVE_UP'
    if (!isRight) fail(`${id} has ${entry.event.messageId} as a dead letter: ${code}`)
  }

  function checkIndexer(cursors: Cursors, sums: ReadonlyMap<string, Sums>): void {
    const isDone = cursors.get(INDEXER)?.every(({ chunk }, lane) => chunk > journal.end(lane).chunk)
    if (!isDone) return
    const all = { accepted: 0, refused: 0, duplicate: 0 }
    for (const [of, counted] of sums) {
      if ((INSTANCES as readonly string[]).includes(of)) continue
      for (const [name, count] of Object.entries(counted)) {
        const kind = name.split('/')[1] as keyof typeof all
        all[kind] += count
      }
    }
    const { event, refused, duplicate } = journal.counts()
    compare('accepted', all.accepted, event)
    compare('refused', all.refused, refused)
    compare('duplicate', all.duplicate, duplicate)
  }

  function compare(what: string, said = 0, expected: number): void {
    if (said !== expected) fail(`${what}: the ledger says ${said}, and it is ${expected}`)
  }

  /** Refused for what they are, wanted by nobody, or gone from the log: nothing else may be left. */
  async function unmended(id: InstanceId, ledger: Ledger): Promise<readonly string[]> {
    const left: string[] = []
    for (const { address, subscriptionId, messageId, reason } of await ledger.deadLetters(
      { instanceId: id },
      ALL,
    )) {
      const entry = journal.at(address)
      const isWanted = entry && lives.expectedOf(id)?.subscriptionsOf(entry.event).includes(subscriptionId)
      if (isWanted !== true || journal.mayBeGone(address.chunk)) continue
      if (events.get(messageId)?.poison !== id) left.push(`${messageId}: ${reason.code}`)
    }
    return left
  }

  return {
    check,
    unmended,
    /** The ledger's own equation, whatever the rest of the world says: it must hold in every state of the file. */
    async checkEquation(ledger: Ledger): Promise<void> {
      for (const [id, sums] of await sumsOf(ledger)) {
        for (const name of Object.keys(sums)) {
          const [part, kind] = name.split('/')
          if (kind !== 'deliveries') continue
          const ends = allEnds((end) => sums[`${part}/${end}`] ?? 0)
          compare(`${id}: ${part}: all ends`, ends, sums[name] ?? 0)
        }
      }
    },
  }
}
export type Books = ReturnType<typeof books>

export async function cursorsOf(ledger: Ledger): Promise<Cursors> {
  const found = new Map<string, { chunk: number; index: number }[]>()
  for (const { readerId, lane, cursor } of await ledger.cursors()) {
    const all = found.get(readerId) ?? []
    all[lane] = cursor
    found.set(readerId, all)
  }
  return found
}

async function sumsOf(ledger: Ledger): Promise<ReadonlyMap<string, Sums>> {
  const sums = new Map<string, Record<string, number>>()
  for (const { of, part, name, count } of await ledger.counts()) {
    const one = sums.get(of) ?? {}
    one[`${part}/${name}`] = count
    sums.set(of, one)
  }
  return sums
}

/** Of all sources. */
function ofAll(sums: Sums, name: string): number {
  const ends = `/${name}`
  return Object.entries(sums).reduce((sum, [key, count]) => (key.endsWith(ends) ? sum + count : sum), 0)
}

const ENDS = ['delivered', 'unchanged', 'dead', 'parked', 'forgotten', 'givenUp'] as const
function allEnds(of: (name: string) => number): number {
  return ENDS.reduce((sum, name) => sum + of(name), 0)
}

/** Each delivery once, and how often it was one: a replay of the log makes it one more. */
function deliveriesOf(all: readonly Bound[]) {
  const found = new Map<string, { readonly one: Bound; readonly place: string; times: number }>()
  for (const one of all) {
    const place = placeOf({ lane: one.lane, ...one.entry }, one.subscriptionId)
    const known = found.get(place)
    if (known === undefined) found.set(place, { one, place, times: 1 })
    else known.times += 1
  }
  return found.values()
}

/** What is parked, and whether it is a dead letter that is replayed: it is counted as that then. */
async function parkedOf(ledger: Ledger, id: InstanceId): Promise<ReadonlyMap<string, boolean>> {
  const places = new Map<string, boolean>()
  for (const { subscriptionId, address, replay } of await parkedRows(ledger, id)) {
    places.set(placeOf(address, subscriptionId), replay?.isDead === true)
  }
  return places
}

export async function parkedRows(ledger: Ledger, id: InstanceId): Promise<readonly Parked[]> {
  const rows: Parked[] = []
  for (const kind of ['turn', 'aside'] as const) {
    for (const { subject } of await ledger.nextSubjects(id, ALL.count_max, kind)) {
      rows.push(...(await ledger.parked(id, subject, ALL.count_max)))
    }
  }
  return rows
}
