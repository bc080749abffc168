import type { Address, Json } from '../../../core/event.ts'
import type { Queries } from '../../postgres/connect.ts'
import type { Aside, AsideSum, AtWork, Ledger, Parked, ParkedKind, ParkedSubject } from '../ledger.ts'
import { added } from '../tables/parked.ts'
import { indexKey } from './keys.ts'

export type ParkedRow = Pick<Address, 'lane' | 'chunk'> & {
  readonly id: number
  readonly instance_id: string
  readonly subject: string
  readonly subscription_id: string
  readonly idx: number
  readonly due_ms: number
  readonly state: string | null
  readonly aside: string | null
  readonly replay_id: number | null
  readonly of_dead: boolean
}

const OF_KIND: Readonly<Record<ParkedKind | 'all', string>> = {
  all: '',
  turn: 'and not is_aside',
  aside: 'and is_aside',
}
const CHUNKS = `
  with recursive lanes (lane) as (
    select min(lane) from parked
    union all select (select min(lane) from parked where lane > lanes.lane) from lanes where lane is not null
  )
  select lane, (select min(chunk) from parked where parked.lane = lanes.lane) as chunk
  from lanes where lane is not null
`

/** From one instance to the next, so that many subjects of one cost nothing. */
const AT_WORK = `
  with recursive ids (id) as (
    select min(instance_id) from parked_subjects
    union all select (select min(instance_id) from parked_subjects where instance_id > ids.id) from ids where id is not null
  )
  select array(select id from ids where id is not null) as parked,
    exists (select from replays where state = 'running') as is_replaying
`

/** Deliveries that wait for their subject's turn. Every question is answered from an index, however many rows there are. */
export function parkedReads(db: Queries) {
  return {
    async parkedSubjects(instanceId: string, subjects: readonly string[]): Promise<ReadonlySet<string>> {
      if (subjects.length === 0) return new Set()
      const sql = `select subject_key from parked_subjects where instance_id = $1 and subject_key = any($2::text[])`
      const rows = await db.rows<{ subject_key: string }>(sql, [instanceId, subjects.map(indexKey)])
      const known = new Set(rows.map(({ subject_key }) => subject_key))
      return new Set(subjects.filter((subject) => known.has(indexKey(subject).toWellFormed())))
    },
    nextSubjects: (instanceId: string, count_max: number, kind: ParkedKind | 'all' = 'all') =>
      db.rows<ParkedSubject>(
        `select subject, due_ms from parked_subjects where instance_id = $1 ${OF_KIND[kind]}
         order by due_ms, subject_key limit $2`,
        [instanceId, count_max],
      ),
    async atWork(): Promise<AtWork> {
      const [row] = await db.rows<{ parked: readonly string[]; is_replaying: boolean }>(AT_WORK)
      return { parked: new Set(row?.parked), isReplaying: row?.is_replaying ?? false }
    },
    async aside(): Promise<ReadonlyMap<string, AsideSum>> {
      const sums = new Map<string, AsideSum>()
      const rows = await db.rows<{ instance_id: string; aside: string }>(
        'select instance_id, aside from parked where aside is not null order by id',
      )
      for (const { instance_id, aside } of rows) {
        sums.set(instance_id, added(sums.get(instance_id), JSON.parse(aside) as Aside))
      }
      return sums
    },
    async parked(instanceId: string, subject: string, count_max: number): Promise<readonly Parked[]> {
      const rows = await db.rows<ParkedRow>(
        'select * from parked where instance_id = $1 and subject_key = $2 order by id limit $3',
        [instanceId, indexKey(subject), count_max],
      )
      return rows.map(readParked)
    },
    async parkedAt({ lane, chunk, index }: Address) {
      const rows = await db.rows<ParkedRow>(
        'select * from parked where lane = $1 and chunk = $2 and idx = $3 order by id',
        [lane, chunk, index],
      )
      return rows.map((row) => ({ instanceId: row.instance_id, ...readParked(row) }))
    },
    async parkedChunks(): Promise<ReadonlyMap<number, number>> {
      const rows = await db.rows<{ lane: number; chunk: number }>(CHUNKS)
      return new Map(rows.map(({ lane, chunk }) => [lane, chunk]))
    },
  } satisfies Partial<Ledger>
}

function readParked(row: ParkedRow): Parked {
  const { id, subject, subscription_id, lane, chunk, idx, due_ms, state, aside, replay_id, of_dead } = row
  return {
    ...{ id, subject, subscriptionId: subscription_id, address: { lane, chunk, index: idx }, due_ms },
    ...(state === null ? {} : { state: JSON.parse(state) as Json }),
    ...(aside === null ? {} : { aside: JSON.parse(aside) as Aside }),
    ...(replay_id === null ? {} : { replay: { id: replay_id, isDead: of_dead } }),
  }
}
