import type { Postgres, Queries } from '../../postgres/connect.ts'
import {
  HOUR_MS,
  HOURS_KEPT_MS,
  MINUTE_MS,
  MINUTES_KEPT_MS,
  type SeriesPoint,
  type SeriesRange,
} from '../ledger.ts'

const MINUTES = `
  select minute * ${MINUTE_MS} as at_ms, part, name, count from series_minutes
  where of_id = $1 and minute >= $2 and minute < $3 order by minute, part, name
`
const HOURS = `
  select hour * ${HOUR_MS} as at_ms, part, name, sum(count)::bigint as count from (
    select hour, part, name, count from series_hours where of_id = $1 and hour >= $2::bigint and hour < $3::bigint
    union all
    select minute / 60, part, name, count from series_minutes
    where of_id = $1 and minute >= $2::bigint * 60 and minute < $3::bigint * 60) as both_of
  group by hour, part, name order by hour, part, name
`

export function readSeries(db: Queries, of: string, { from_ms, to_ms, step }: SeriesRange) {
  const step_ms = step === 'minute' ? MINUTE_MS : HOUR_MS
  const values = [of, Math.floor(from_ms / step_ms), Math.ceil(to_ms / step_ms)]
  return db.rows<SeriesPoint>(step === 'minute' ? MINUTES : HOURS, values)
}

/** Whole hours, in one transaction: a sum over minutes and hours is exact at any time. */
export async function trimSeries(db: Postgres, now_ms: number): Promise<void> {
  const minute = Math.floor((now_ms - MINUTES_KEPT_MS) / HOUR_MS) * 60
  const old = await db.rows('select from series_minutes where minute < $1 limit 1', [minute])
  if (old.length === 0) return
  await db.transaction(async (tx) => {
    await tx.rows(
      `with gone as (delete from series_minutes where minute < $1 returning *)
       insert into series_hours as known (of_id, hour, part, name, count)
       select of_id, minute / 60, part, name, sum(count)::bigint from gone group by 1, 2, 3, 4 order by 1, 2, 3, 4
       on conflict (of_id, hour, part, name) do update set count = known.count + excluded.count`,
      [minute],
    )
    await tx.rows('delete from series_hours where hour < $1', [
      Math.floor((now_ms - HOURS_KEPT_MS) / HOUR_MS),
    ])
  })
}
