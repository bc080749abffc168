import { INDEXER } from '../../../server/indexer/indexer.ts'
import type { Ledger } from '../../../server/ledger/ledger.ts'
import type { SentEvent } from '../world/events.ts'
import { INSTANCES, type InstanceId } from '../world/settings.ts'
import type { Fail, Journal } from './journal.ts'
import type { Bound, Cursors, Lives } from './lives.ts'
import type { Receipts } from './receipts.ts'

const ALL = { count_max: 1_000_000 }
type Sums = Readonly<Record<string, number>>

export type BooksDeps = {
  readonly journal: Journal
  readonly lives: Lives
  readonly receipts: Receipts
  readonly events: ReadonlyMap<string, SentEvent>
  readonly fail: Fail
  /** Whether bulk's trigger was ever changed. */
  readonly isTriggerChanged: () => boolean
}

/** Compares the ledger with what must have become of each event that it says is done. */
export function books(deps: BooksDeps) {
  const { journal, lives, receipts, events, fail } = deps
  const forgotten = new Set<string>()

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
    const tally = new Map<string, { all: number; dead: number; parked: number; same: number }>()
    for (const one of bound) {
      const place = placeOf({ lane: one.lane, ...one.entry }, one.subscriptionId)
      const counted = tally.get(one.subscriptionId) ?? { all: 0, dead: 0, parked: 0, same: 0 }
      tally.set(one.subscriptionId, counted)
      counted.all += 1
      const code = dead.get(place)
      if (code !== undefined) {
        counted.dead += 1
        checkReason(id, one, code)
      } else if (parked.has(place)) counted.parked += 1
      else if (!forgotten.has(place)) checkDelivered(id, one, counted)
    }
    for (const [subscriptionId, counted] of tally) {
      checkCounts(id, subscriptionId, sums, counted)
    }
  }

  function checkDelivered(id: InstanceId, { entry, subscriptionId }: Bound, counted: { same: number }): void {
    const { messageId, type } = entry.event
    if (id === 'heap' && type === 'identify') return
    if (id === 'bulk' && events.get(messageId)?.kind === 'same') {
      counted.same += 1
      return
    }
    const key = `mr1:${entry.sourceId}:${id}:${subscriptionId}:${messageId}`
    if (!receipts.isTaken(id, key))
      fail(`${id} has not got ${messageId} (${subscriptionId}), which counts as done`)
  }

  /** delivered + unchanged + dead + parked + forgotten is everything, and each is what was found. */
  function checkCounts(
    id: InstanceId,
    subscriptionId: string,
    sums: Sums,
    found: { all: number; dead: number; parked: number; same: number },
  ): void {
    const of = (name: string) => sums[`${subscriptionId}/${name}`] ?? 0
    const name = `${id}: ${subscriptionId}:`
    compare(`${name} deliveries`, of('deliveries'), found.all)
    compare(`${name} dead`, of('dead'), found.dead)
    compare(`${name} parked`, of('parked'), found.parked)
    if (id === 'bulk') compare(`${name} unchanged`, of('unchanged'), found.same)
    compare(
      `${name} all ends`,
      of('delivered') + of('unchanged') + of('dead') + of('parked') + of('forgotten'),
      found.all,
    )
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

  return {
    check,
    /** What is parked for an instance that is switched off ends as forgotten. */
    async forgetParked(id: InstanceId, ledger: Ledger): Promise<void> {
      for (const place of await parkedOf(ledger, id)) forgotten.add(place)
    },
    /** The ledger's own equation, whatever the rest of the world says: it must hold in every state of the file. */
    async checkEquation(ledger: Ledger): Promise<void> {
      for (const [id, sums] of await sumsOf(ledger)) {
        for (const name of Object.keys(sums)) {
          const [part, kind] = name.split('/')
          if (kind !== 'deliveries') continue
          const of = (end: string) => sums[`${part}/${end}`] ?? 0
          const ends = of('delivered') + of('unchanged') + of('dead') + of('parked') + of('forgotten')
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

async function parkedOf(ledger: Ledger, id: InstanceId): Promise<ReadonlySet<string>> {
  const places = new Set<string>()
  for (const kind of ['turn', 'aside'] as const) {
    for (const { subject } of await ledger.nextSubjects(id, ALL.count_max, kind)) {
      for (const { address, subscriptionId } of await ledger.parked(id, subject, ALL.count_max)) {
        places.add(placeOf(address, subscriptionId))
      }
    }
  }
  return places
}

function placeOf(
  { lane, chunk, index }: { readonly lane: number; readonly chunk: number; readonly index: number },
  subscriptionId: string,
): string {
  return `${lane}/${chunk}/${index} ${subscriptionId}`
}
