import type { DatabaseSync } from 'node:sqlite'
import type { Address, Json } from '../../../core/event.ts'
import type { NewParked, Parked, ParkedChanges, ParkedSubject } from '../ledger.ts'

type ParkedRow = Pick<Address, 'lane' | 'chunk'> & {
  readonly id: number
  readonly subject: string
  readonly subscription_id: string
  readonly idx: number
  readonly due_ms: number
  readonly state: string | null
}

/** Deliveries that wait for their subject's turn. Every question is answered from an index, however many rows there are. */
export function parkedTables(db: DatabaseSync) {
  const known = db.prepare('select 1 from parked_subjects where instance_id = ? and subject = ?')
  const next = db.prepare(
    'select subject, due_ms from parked_subjects where instance_id = ? order by due_ms, subject limit ?',
  )
  const rows = db.prepare('select * from parked where instance_id = ? and subject = ? order by id limit ?')
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
    nextSubjects(instanceId: string, count_max: number): readonly ParkedSubject[] {
      return (next.all(instanceId, count_max) as ParkedSubject[]).map((row) => ({ ...row }))
    },
    parked(instanceId: string, subject: string, count_max: number): readonly Parked[] {
      return (rows.all(instanceId, subject, count_max) as ParkedRow[]).map(readParked)
    },
    parkedAt({ lane, chunk, index }: Address): readonly (Parked & { readonly instanceId: string })[] {
      const found = at.all(lane, chunk, index) as (ParkedRow & { readonly instance_id: string })[]
      return found.map((row) => ({ instanceId: row.instance_id, ...readParked(row) }))
    },
    parkedChunks(): ReadonlyMap<number, number> {
      const found = lanes.all() as { lane: number; chunk: number }[]
      return new Map(found.map(({ lane, chunk }) => [lane, chunk]))
    },
  }
}

function parkedWrites(db: DatabaseSync) {
  const add = db.prepare(`
    insert into parked (instance_id, subject, subscription_id, lane, chunk, idx, due_ms, state)
    values (?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const addSubject = db.prepare(`
    insert into parked_subjects (instance_id, subject, due_ms) values (?, ?, ?)
    on conflict (instance_id, subject) do nothing
  `)
  const end = db.prepare('delete from parked where id = ?')
  const postpone = db.prepare('update parked set due_ms = ?, state = ? where id = ?')
  const first = db.prepare(
    'select due_ms from parked where instance_id = ? and subject = ? order by id limit 1',
  )
  const setDue = db.prepare('update parked_subjects set due_ms = ? where instance_id = ? and subject = ?')
  const removeSubject = db.prepare('delete from parked_subjects where instance_id = ? and subject = ?')
  const counted = db.prepare(
    'select subscription_id as part, count(*) as count from parked where instance_id = ? group by 1',
  )
  const removeAll = db.prepare('delete from parked where instance_id = ?')
  const removeSubjects = db.prepare('delete from parked_subjects where instance_id = ?')

  function addOne(instanceId: string, one: NewParked): void {
    const { lane, chunk, index } = one.address
    const state = one.state === undefined ? null : JSON.stringify(one.state)
    add.run(instanceId, one.subject, one.subscriptionId, lane, chunk, index, one.due_ms, state)
    addSubject.run(instanceId, one.subject, one.due_ms)
  }

  return {
    changeParked(instanceId: string, { added, ended, postponed, subjects }: ParkedChanges): void {
      for (const one of added ?? []) addOne(instanceId, one)
      for (const id of ended ?? []) end.run(id)
      for (const { id, due_ms, state } of postponed ?? []) {
        postpone.run(due_ms, state === undefined ? null : JSON.stringify(state), id)
      }
      for (const { subject, due_ms } of subjects ?? []) {
        const head = first.get(instanceId, subject) as { due_ms: number } | undefined
        if (head === undefined) removeSubject.run(instanceId, subject)
        else setDue.run(Math.max(due_ms, head.due_ms), instanceId, subject)
      }
    },
    /** Ends everything that is parked for an instance, and says how much that was, by subscription. */
    forgetParked(instanceId: string): readonly { readonly part: string; readonly count: number }[] {
      const counts = counted.all(instanceId) as { part: string; count: number }[]
      removeAll.run(instanceId)
      removeSubjects.run(instanceId)
      return counts
    },
  }
}

function readParked({ id, subject, subscription_id, lane, chunk, idx, due_ms, state }: ParkedRow): Parked {
  return {
    id,
    subject,
    subscriptionId: subscription_id,
    address: { lane, chunk, index: idx },
    due_ms,
    ...(state === null ? {} : { state: JSON.parse(state) as Json }),
  }
}
