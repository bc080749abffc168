import type { DatabaseSync } from 'node:sqlite'
import type { Address, Json } from '../../../core/event.ts'
import { LIMIT } from '../../sqlite/limit.ts'
import type {
  Aside,
  AsideSum,
  NewParked,
  Parked,
  ParkedChanges,
  ParkedKind,
  ParkedSubject,
} from '../ledger.ts'

type ParkedKey = Pick<NewParked, 'subscriptionId' | 'address'> & { readonly instanceId: string }
type ParkedRow = Pick<Address, 'lane' | 'chunk'> & {
  readonly id: number
  readonly subject: string
  readonly subscription_id: string
  readonly idx: number
  readonly due_ms: number
  readonly state: string | null
  readonly aside: string | null
  readonly replay_id: number | null
  readonly of_dead: number
}

/** Deliveries that wait for their subject's turn. Every question is answered from an index, however many rows there are. */
export function parkedTables(db: DatabaseSync) {
  const known = db.prepare('select 1 from parked_subjects where instance_id = ? and subject = ?')
  const next = {
    all: nextOf(db, ''),
    turn: nextOf(db, 'and is_aside = 0'),
    aside: nextOf(db, 'and is_aside = 1'),
  }
  const rows = db.prepare(`select * from parked where instance_id = ? and subject = ? order by id ${LIMIT}`)
  const isAt = db.prepare(
    'select 1 from parked where instance_id = ? and subscription_id = ? and lane = ? and chunk = ? and idx = ?',
  )
  const at = db.prepare('select * from parked where lane = ? and chunk = ? and idx = ? order by id')
  const lanes = db.prepare(`
    with recursive lanes (lane) as (
      select min(lane) from parked
      union all select (select min(lane) from parked where lane > lanes.lane) from lanes where lane is not null
    )
    select lane, (select min(chunk) from parked where parked.lane = lanes.lane) as chunk
    from lanes where lane is not null
  `)

  return {
    ...parkedWrites(db),
    parkedSubjects(instanceId: string, subjects: readonly string[]): ReadonlySet<string> {
      return new Set(subjects.filter((subject) => known.get(instanceId, subject) !== undefined))
    },
    nextSubjects(
      instanceId: string,
      count_max: number,
      kind: ParkedKind | 'all' = 'all',
    ): readonly ParkedSubject[] {
      return (next[kind].all(instanceId, count_max) as ParkedSubject[]).map((row) => ({ ...row }))
    },
    parked(instanceId: string, subject: string, count_max: number): readonly Parked[] {
      return (rows.all(instanceId, subject, count_max) as ParkedRow[]).map(readParked)
    },
    isParked({ instanceId, subscriptionId, address: { lane, chunk, index } }: ParkedKey): boolean {
      return isAt.get(instanceId, subscriptionId, lane, chunk, index) !== undefined
    },
    parkedAt({ lane, chunk, index }: Address): readonly (Parked & { readonly instanceId: string })[] {
      const found = at.all(lane, chunk, index) as (ParkedRow & { readonly instance_id: string })[]
      return found.map((row) => ({ instanceId: row.instance_id, ...readParked(row) }))
    },
    parkedChunks(): ReadonlyMap<number, number> {
      const found = lanes.all() as { lane: number; chunk: number }[]
      return new Map(found.map(({ lane, chunk }) => [lane, chunk]))
    },
    aside: asideSums(db),
  }
}

function nextOf(db: DatabaseSync, condition: string) {
  return db.prepare(
    `select subject, due_ms from parked_subjects where instance_id = ? ${condition} order by due_ms, subject ${LIMIT}`,
  )
}

function asideSums(db: DatabaseSync): () => ReadonlyMap<string, AsideSum> {
  const all = db.prepare('select instance_id, aside from parked where aside is not null order by id')
  return () => {
    const sums = new Map<string, AsideSum>()
    for (const { instance_id, aside } of all.all() as { instance_id: string; aside: string }[]) {
      sums.set(instance_id, added(sums.get(instance_id), JSON.parse(aside) as Aside))
    }
    return sums
  }
}

/** In the order of parking: the newest gives the reason. */
export function added(sum: AsideSum | undefined, { since_ms, reason }: Aside): AsideSum {
  return {
    count: (sum?.count ?? 0) + 1,
    since_ms: Math.min(sum?.since_ms ?? Number.POSITIVE_INFINITY, since_ms),
    reason,
  }
}

function parkedWrites(db: DatabaseSync) {
  const add = db.prepare(`
    insert into parked (instance_id, subject, subscription_id, lane, chunk, idx, due_ms, state, aside, replay_id, of_dead)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const addSubject = db.prepare(`
    insert into parked_subjects (instance_id, subject, due_ms, is_aside) values (?, ?, ?, ?)
    on conflict (instance_id, subject) do nothing
  `)
  const end = db.prepare('delete from parked where id = ?')
  const postpone = db.prepare('update parked set due_ms = ?, state = ?, aside = ? where id = ?')
  const first = db.prepare(
    'select due_ms, aside from parked where instance_id = ? and subject = ? order by id limit 1',
  )
  const setDue = db.prepare(
    'update parked_subjects set due_ms = ?, is_aside = ? where instance_id = ? and subject = ?',
  )
  const removeSubject = db.prepare('delete from parked_subjects where instance_id = ? and subject = ?')
  const counted = db.prepare(
    'select subscription_id as part, count(*) as count from parked where instance_id = ? and of_dead = 0 group by 1',
  )
  const removeAll = db.prepare('delete from parked where instance_id = ?')
  const removeSubjects = db.prepare('delete from parked_subjects where instance_id = ?')

  function addOne(instanceId: string, one: NewParked): void {
    const { lane, chunk, index } = one.address
    const [state, aside] = [jsonOrNull(one.state), jsonOrNull(one.aside)]
    const replay = [one.replay?.id ?? null, one.replay?.isDead === true ? 1 : 0] as const
    const { subject, subscriptionId, due_ms } = one
    add.run(instanceId, subject, subscriptionId, lane, chunk, index, due_ms, state, aside, ...replay)
    addSubject.run(instanceId, one.subject, one.due_ms, aside === null ? 0 : 1)
  }

  return {
    changeParked(instanceId: string, { added, ended, postponed, subjects }: ParkedChanges): void {
      for (const one of added ?? []) addOne(instanceId, one)
      for (const id of ended ?? []) end.run(id)
      for (const { id, due_ms, state, aside } of postponed ?? []) {
        postpone.run(due_ms, jsonOrNull(state), jsonOrNull(aside), id)
      }
      for (const { subject, due_ms } of subjects ?? []) {
        const head = first.get(instanceId, subject) as Pick<ParkedRow, 'due_ms' | 'aside'> | undefined
        if (head === undefined) removeSubject.run(instanceId, subject)
        else setDue.run(Math.max(due_ms, head.due_ms), head.aside === null ? 0 : 1, instanceId, subject)
      }
    },
    addParked: addOne,
    /** Ends everything that is parked for an instance, and says how much was counted as that, by subscription. */
    forgetParked(instanceId: string): readonly { readonly part: string; readonly count: number }[] {
      const counts = counted.all(instanceId) as { part: string; count: number }[]
      removeAll.run(instanceId)
      removeSubjects.run(instanceId)
      return counts
    },
  }
}

function jsonOrNull(value: Json | Aside | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

function readParked(row: ParkedRow): Parked {
  const { id, subject, subscription_id, lane, chunk, idx, due_ms, state, aside, replay_id, of_dead } = row
  return {
    id,
    subject,
    subscriptionId: subscription_id,
    address: { lane, chunk, index: idx },
    due_ms,
    ...(state === null ? {} : { state: JSON.parse(state) as Json }),
    ...(aside === null ? {} : { aside: JSON.parse(aside) as Aside }),
    ...(replay_id === null ? {} : { replay: { id: replay_id, isDead: of_dead === 1 } }),
  }
}
