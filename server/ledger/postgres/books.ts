import { type Address, addressText } from '../../../core/event.ts'
import type { Queries } from '../../postgres/connect.ts'
import type { DeadLetter, NewCount, NewParked } from '../ledger.ts'
import { type Books, replayBooks } from '../replay-books.ts'
import { NO_TALLY, type ReplayTally } from '../tables/replays.ts'
import type { Batch, DeadLetterKey } from './batch.ts'

/** The deliveries that are accounted for, as they are in the tables before. */
export type Known = { readonly parked: ReadonlySet<string>; readonly dead: ReadonlySet<string> }
type Tally = ReplayTally & { readonly id: number; readonly at_ms: number }

/**
 * The accounting of `replay-books.ts`, which asks and writes one thing after another: what it asks was read before, and what it
 * writes is gathered for one batch. Use it once.
 */
export function gatheredBooks(known: Known) {
  const dead = new Set(known.dead)
  const [parked, removed] = [new Set(known.parked), new Map<string, DeadLetterKey>()]
  const added = new Map<string, DeadLetter>()
  const [counts, counted]: [Batch['counts'] & object, NewCount[]] = [[], []]
  const addedParked: NewParked[] = []
  const moved: NonNullable<Batch['moved']>[number][] = []
  const tallies = new Map<number, Tally>()

  const books: Books = {
    isParked: (key) => parked.has(keyOf(key)),
    addParked(instanceId, one) {
      parked.add(keyOf({ ...one, instanceId }))
      addedParked.push(one)
    },
    hasDeadLetter: (key) => dead.has(keyOf(key)),
    addDeadLetter(letter) {
      if (dead.has(keyOf(letter))) return
      dead.add(keyOf(letter))
      added.set(keyOf(letter), letter)
    },
    removeDeadLetter(key) {
      if (!dead.delete(keyOf(key))) return false
      added.delete(keyOf(key))
      if (known.dead.has(keyOf(key))) removed.set(keyOf(key), key)
      return true
    },
    addCount: (count) => void counted.push(count),
    takeCount: (count) => void (counts as (typeof count)[]).push(count),
    moveReplay: (id, place, isRead) => void moved.push({ id, place, isRead }),
    countReplay(id, tally, at_ms) {
      const so = tallies.get(id) ?? { ...NO_TALLY, id, at_ms }
      const names = Object.keys(NO_TALLY) as (keyof ReplayTally)[]
      const sums = Object.fromEntries(names.map((name) => [name, so[name] + tally[name]]))
      tallies.set(id, { ...so, ...sums, at_ms })
    },
  }
  return {
    ...replayBooks(books),
    batch(): Batch {
      return {
        ...{ counts, counted, moved, tallies: [...tallies.values()] },
        ...{ deadRemoved: [...removed.values()], deadLetters: [...added.values()] },
        parked: { added: addedParked },
      }
    },
  }
}

/** Reads what the books ask about these deliveries; dead letters among them are nobody else's until the end of the transaction. */
export async function readKnown(tx: Queries, keys: readonly DeadLetterKey[]): Promise<Known> {
  if (keys.length === 0) return { parked: new Set(), dead: new Set() }
  const columns = [
    ...[keys.map(({ instanceId }) => instanceId), keys.map(({ subscriptionId }) => subscriptionId)],
    ...[keys.map(({ address }) => address.lane), keys.map(({ address }) => address.chunk)],
    keys.map(({ address }) => address.index),
  ]
  const read = async (table: string, rest: string) => {
    const rows = await tx.rows<KeyRow>(
      `select t.instance_id, t.subscription_id, t.lane, t.chunk, t.idx from ${table} as t
       join unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])
         as x (instance_id, subscription_id, lane, chunk, idx)
         on t.lane = x.lane and t.chunk = x.chunk and t.idx = x.idx and t.instance_id = x.instance_id
           and t.subscription_id = x.subscription_id ${rest}`,
      columns,
    )
    return new Set(rows.map(keyOfRow))
  }
  return {
    parked: await read('parked', ''),
    dead: await read('dead_letters', 'order by t.id for update of t'),
  }
}

type KeyRow = Pick<Address, 'lane' | 'chunk'> & {
  readonly instance_id: string
  readonly subscription_id: string
  readonly idx: number
}

function keyOfRow({ instance_id, subscription_id, lane, chunk, idx: index }: KeyRow): string {
  return keyOf({ instanceId: instance_id, subscriptionId: subscription_id, address: { lane, chunk, index } })
}

function keyOf({ instanceId, subscriptionId, address }: DeadLetterKey): string {
  return JSON.stringify([instanceId, subscriptionId, addressText(address)])
}
