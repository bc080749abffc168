import type { Postgres, Queries } from '../../postgres/connect.ts'
import { type AttemptDays, DAY_MS } from './attempt-days.ts'
import { SHOWN } from './attempts.ts'

type Policy = { readonly before_ms: number; readonly bytes_max: number }
type Mark = { readonly started_at_ms: number; readonly id: number }
type Day = { readonly day: number; readonly bytes: number; readonly count: number }
type OldRow = Mark & { readonly bytes: number }

/** How many of a day's attempts are looked at in one step. */
const STEP_count = 2_000

/**
 * Removes the oldest attempts: whole days go by their sums, and are dropped; of the day in which the limit lies, attempts are hidden by
 * a mark, and dropped with that day. So a trim writes a few rows however many attempts go. What is hidden takes room for a day at most.
 */
export function attemptTrimmer(db: Postgres, days: AttemptDays) {
  return async function trim(policy: Policy): Promise<number> {
    const { removed, mark } = await db.transaction((tx) => moveMark(db, tx, policy))
    await days.drop(Math.max(mark.started_at_ms, policy.before_ms))
    return removed
  }
}

async function moveMark(db: Postgres, tx: Queries, { before_ms, bytes_max }: Policy) {
  await tx.rows('select pg_advisory_xact_lock(hashtext($1))', [`millrace trim of ${db.schema}`])
  const days = await addUpDays(tx)
  const before = await readMark(tx)
  let [held_bytes, removed] = [days.reduce((sum, { bytes }) => sum + bytes, 0), 0]
  let mark = before
  for (const { day, bytes, count } of days) {
    const end_ms = (day + 1) * DAY_MS
    if (end_ms <= before_ms || held_bytes - bytes > bytes_max) {
      await tx.rows('delete from attempt_sizes where day = $1', [day])
      mark = { started_at_ms: end_ms, id: 0 }
      removed += count
      held_bytes -= bytes
      continue
    }
    const part = await partOf(tx, mark, end_ms, (row) => {
      const goes = row.started_at_ms < before_ms || held_bytes > bytes_max
      if (goes) held_bytes -= row.bytes
      return goes
    })
    if (part.count === 0) break
    mark = part.mark
    removed += part.count
    await tx.rows('insert into attempt_sizes values ($1, $2, $3)', [day, -part.bytes, -part.count])
    break
  }
  if (mark !== before) {
    await tx.rows('update attempt_mark set started_at_ms = $1, id = $2', [mark.started_at_ms, mark.id])
  }
  return { removed, mark }
}

/** The sums of each day, oldest first, in one row each from now on. */
function addUpDays(tx: Queries): Promise<readonly Day[]> {
  return tx.rows<Day>(
    `with gone as (delete from attempt_sizes returning day, bytes, count),
       kept as (insert into attempt_sizes
         select day, sum(bytes), sum(count) from gone group by day returning day, bytes, count)
     select day, bytes, count from kept order by day`,
  )
}

async function readMark(tx: Queries): Promise<Mark> {
  const [mark] = await tx.rows<Mark>('select started_at_ms, id from attempt_mark for update')
  return mark ?? { started_at_ms: Number.NEGATIVE_INFINITY, id: 0 }
}

/** Those from the mark on that go, up to the first that stays or the end of the day; and the mark after them. */
async function partOf(tx: Queries, from: Mark, end_ms: number, goes: (row: OldRow) => boolean) {
  let [mark, count, bytes] = [from, 0, 0]
  for (;;) {
    const rows = await tx.rows<OldRow>(
      `select started_at_ms, id, bytes from attempts
       where (started_at_ms, id) >= ($1, $2) and started_at_ms < $3 and ${SHOWN}
       order by started_at_ms, id limit ${STEP_count}`,
      [mark.started_at_ms, mark.id, end_ms],
    )
    for (const row of rows) {
      if (!goes(row)) return { mark, count, bytes }
      mark = { started_at_ms: row.started_at_ms, id: row.id + 1 }
      count += 1
      bytes += row.bytes
    }
    if (rows.length < STEP_count) return { mark, count, bytes }
  }
}
