import type { DatabaseSync } from 'node:sqlite'
import type { Reason } from '../../../core/outcome.ts'
import type {
  NewReplay,
  ReplayChange,
  ReplayPlace,
  ReplaySelection,
  ReplayState,
  StoredReplay,
} from '../replays.ts'
import { insertInto } from './insert.ts'

const COLUMNS = [
  'instance_id',
  'state',
  'asked',
  'selection',
  'place',
  'per_second_max',
  'started_at_ms',
  'total',
]

type ReplayRow = {
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
  readonly is_read: number
} & ReplayTally & { readonly total: number }
/** What is added to a replay's numbers. */
export type ReplayTally = {
  readonly looked: number
  readonly fed: number
  readonly ended: number
  readonly sent: number
  readonly refused: number
  readonly skipped: number
}
export const NO_TALLY: ReplayTally = { looked: 0, fed: 0, ended: 0, sent: 0, refused: 0, skipped: 0 }

/** Replays: few rows, changed with every portion. */
export function replayTable(db: DatabaseSync) {
  const add = db.prepare(insertInto('replays', COLUMNS))
  const one = db.prepare('select * from replays where id = ?')
  const all = db.prepare('select * from replays order by id desc')
  const owned = db.prepare('select * from replays where instance_id = ? order by id desc')
  const next = db.prepare(
    "select * from replays where instance_id = ? and state = 'running' order by id limit 1",
  )
  return {
    ...replayChanges(db),
    addReplay(replay: NewReplay): StoredReplay {
      const { lastInsertRowid } = add.run({
        instance_id: replay.instanceId,
        state: 'running',
        asked: JSON.stringify(replay.asked),
        selection: JSON.stringify(replay.selection),
        place: JSON.stringify(replay.place),
        per_second_max: replay.perSecond_max,
        started_at_ms: replay.startedAt_ms,
        total: replay.total,
      })
      return readReplay(one.get(lastInsertRowid) as ReplayRow)
    },
    replay(id: number): StoredReplay | undefined {
      const row = one.get(id) as ReplayRow | undefined
      return row && readReplay(row)
    },
    replays(instanceId: string | undefined): readonly StoredReplay[] {
      const rows = instanceId === undefined ? all.all() : owned.all(instanceId)
      return (rows as ReplayRow[]).map(readReplay)
    },
    nextReplay(instanceId: string): StoredReplay | undefined {
      const row = next.get(instanceId) as ReplayRow | undefined
      return row && readReplay(row)
    },
  }
}

function replayChanges(db: DatabaseSync) {
  const move = db.prepare('update replays set place = ?, is_read = ? where id = ?')
  const count = db.prepare(`
    update replays set looked = looked + :looked, fed = fed + :fed, ended = ended + :ended, sent = sent + :sent,
      refused = refused + :refused, skipped = skipped + :skipped
    where id = :id
  `)
  // Dead letters that were given up meanwhile were not looked at: the whole is what there was.
  const finish = db.prepare(`
    update replays set state = 'done', ended_at_ms = ?, total = looked
    where id = ? and state = 'running' and is_read = 1 and fed = ended
  `)
  const change = db.prepare(`
    update replays set state = ?, ended_at_ms = ?, per_second_max = coalesce(?, per_second_max), code = null, text = null
    where id = ?
  `)
  // A stopped one that has nothing on its way loses nothing, and can be resumed when the instance is back.
  const fail = db.prepare(`
    update replays set state = 'failed', ended = fed, code = ?, text = ?
    where instance_id = ? and (state = 'running' or (state = 'stopped' and fed <> ended))
  `)

  const trim = db.prepare(
    "delete from replays where state in ('done', 'failed') and coalesce(ended_at_ms, started_at_ms) < ?",
  )

  return {
    trimReplays: (before_ms: number): number => Number(trim.run(before_ms).changes),
    changeReplay(id: number, { state, at_ms, perSecond_max }: ReplayChange): void {
      change.run(state, state === 'running' ? null : at_ms, perSecond_max ?? null, id)
      finish.run(at_ms, id)
    },
    moveReplay(id: number, place: ReplayPlace, isRead: boolean): void {
      move.run(JSON.stringify(place), isRead ? 1 : 0, id)
    },
    /** A replay that was read to its end is done when all that it parked has ended. */
    countReplay(id: number, tally: ReplayTally, at_ms: number): void {
      count.run({ ...tally, id })
      finish.run(at_ms, id)
    },
    failReplays(instanceId: string, { code, text }: Reason): void {
      fail.run(code, text, instanceId)
    },
  }
}

function readReplay(row: ReplayRow): StoredReplay {
  const { code, text, ended_at_ms } = row
  return {
    ...{ id: row.id, instanceId: row.instance_id, state: row.state },
    ...(code === null || text === null ? {} : { reason: { code, text } }),
    asked: JSON.parse(row.asked),
    selection: JSON.parse(row.selection) as ReplaySelection,
    place: JSON.parse(row.place) as ReplayPlace,
    ...{ perSecond_max: row.per_second_max, startedAt_ms: row.started_at_ms },
    ...(ended_at_ms === null ? {} : { endedAt_ms: ended_at_ms }),
    ...{ isRead: row.is_read === 1, total: row.total, looked: row.looked, fed: row.fed, ended: row.ended },
    ...{ sent: row.sent, refused: row.refused, skipped: row.skipped },
  }
}
