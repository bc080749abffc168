import type { Reason } from '../../../core/outcome.ts'
import type { Postgres, Queries } from '../../postgres/connect.ts'
import type {
  NewReplay,
  ReplayChange,
  ReplayLedger,
  ReplayPlace,
  ReplaySelection,
  ReplayState,
  StoredReplay,
} from '../replays.ts'
import type { ReplayTally } from '../tables/replays.ts'

export type ReplayRow = {
  readonly id: number
  readonly instance_id: string
  readonly state: ReplayState
  readonly code: Reason['code'] | null
  readonly text: string | null
  readonly asked: string
  readonly selection: string
  readonly place: string
  readonly per_second_max: number
  readonly started_at_ms: number
  readonly ended_at_ms: number | null
  readonly is_read: boolean
} & ReplayTally & { readonly total: number }

type Reads = 'addReplay' | 'replays' | 'replay' | 'nextReplay' | 'trimReplays' | 'changeReplay'

/** Replays: few rows, changed with every portion (`write_batch`). */
export function replayTable(db: Postgres): Pick<ReplayLedger, Reads> {
  return {
    addReplay: (replay) => addReplay(db, replay),
    async replays({ instanceId }) {
      const [where, values] = instanceId === undefined ? ['true', []] : ['instance_id = $1', [instanceId]]
      const rows = await db.rows<ReplayRow>(`select * from replays where ${where} order by id desc`, values)
      return rows.map(readReplay)
    },
    async replay(id) {
      const [row] = await db.rows<ReplayRow>('select * from replays where id = $1', [id])
      return row && readReplay(row)
    },
    async nextReplay(instanceId) {
      const [row] = await db.rows<ReplayRow>(
        "select * from replays where instance_id = $1 and state = 'running' order by id limit 1",
        [instanceId],
      )
      return row && readReplay(row)
    },
    async trimReplays(before_ms) {
      const gone = await db.rows(
        `delete from replays where state in ('done', 'failed') and coalesce(ended_at_ms, started_at_ms) < $1
         returning id`,
        [before_ms],
      )
      return gone.length
    },
    changeReplay: (id, from, to) => db.transaction((tx) => changeReplay(tx, id, from, to)),
  }
}

async function addReplay(db: Queries, replay: NewReplay): Promise<StoredReplay> {
  const [row] = await db.rows<ReplayRow>(
    `insert into replays (instance_id, state, asked, selection, place, per_second_max, started_at_ms, total)
     values ($1, 'running', $2, $3, $4, $5, $6, $7) returning *`,
    [
      ...[replay.instanceId, JSON.stringify(replay.asked), JSON.stringify(replay.selection)],
      ...[JSON.stringify(replay.place), replay.perSecond_max, replay.startedAt_ms, replay.total],
    ],
  )
  return readReplay(row as ReplayRow)
}

async function changeReplay(
  tx: Queries,
  id: number,
  from: readonly ReplayState[],
  { state, at_ms, perSecond_max }: ReplayChange,
): Promise<boolean> {
  const changed = await tx.rows(
    `update replays set state = $3, ended_at_ms = $4::float8, per_second_max = coalesce($5::float8, per_second_max),
       code = null, text = null
     where id = $1 and state = any($2::text[]) returning id`,
    [id, from, state, state === 'running' ? null : at_ms, perSecond_max ?? null],
  )
  await tx.rows(
    `update replays set state = 'done', ended_at_ms = $2, total = looked
     where id = $1 and state = 'running' and is_read and fed = ended`,
    [id, at_ms],
  )
  return changed.length > 0
}

/** A stopped one that has nothing on its way loses nothing, and can be resumed when the instance is back. */
export async function failReplays(tx: Queries, instanceId: string, { code, text }: Reason): Promise<void> {
  await tx.rows(
    `update replays set state = 'failed', ended = fed, code = $2, text = $3
     where instance_id = $1 and (state = 'running' or (state = 'stopped' and fed <> ended))`,
    [instanceId, code, text],
  )
}

export function readReplay(row: ReplayRow): StoredReplay {
  const { code, text, ended_at_ms } = row
  return {
    ...{ id: row.id, instanceId: row.instance_id, state: row.state },
    ...(code === null || text === null ? {} : { reason: { code, text } }),
    asked: JSON.parse(row.asked),
    selection: JSON.parse(row.selection) as ReplaySelection,
    place: JSON.parse(row.place) as ReplayPlace,
    ...{ perSecond_max: row.per_second_max, startedAt_ms: row.started_at_ms },
    ...(ended_at_ms === null ? {} : { endedAt_ms: ended_at_ms }),
    ...{ isRead: row.is_read, total: row.total, looked: row.looked, fed: row.fed, ended: row.ended },
    ...{ sent: row.sent, refused: row.refused, skipped: row.skipped },
  }
}
