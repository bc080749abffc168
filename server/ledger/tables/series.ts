import type { DatabaseSync } from 'node:sqlite'
import {
  HOUR_MS,
  HOURS_KEPT_MS,
  MINUTE_MS,
  MINUTES_KEPT_MS,
  type NewCount,
  type SeriesName,
  type SeriesPoint,
  type SeriesRange,
} from '../ledger.ts'

type PointRow = { at_ms: number; part: string; name: SeriesName; count: number }
type Added = Omit<NewCount, 'name'> & { readonly name: SeriesName }

/**
 * What was counted, minute by minute: one row for each thing that was counted in a minute, kept in the transaction of the
 * counts. Minutes that are over become part of their hour in one transaction too, so a sum over both is exact at any time.
 */
export function seriesTables(db: DatabaseSync) {
  const add = db.prepare(`
    insert into series_minutes (of_id, minute, part, name, count) values (?, ?, ?, ?, ?)
    on conflict (of_id, minute, part, name) do update set count = count + excluded.count
  `)
  const minutes = db.prepare(`
    select minute * ${MINUTE_MS} as at_ms, part, name, count from series_minutes
    where of_id = ? and minute >= ? and minute < ? order by minute, part, name
  `)
  const hours = db.prepare(`
    select hour * ${HOUR_MS} as at_ms, part, name, sum(count) as count from (
      select hour, part, name, count from series_hours where of_id = :of and hour >= :from and hour < :to
      union all
      select minute / 60, part, name, count from series_minutes
      where of_id = :of and minute >= :from * 60 and minute < :to * 60)
    group by hour, part, name order by hour, part, name
  `)
  return {
    ...seriesTrim(db),
    addToSeries({ of, part, name, count, at_ms }: Added): void {
      add.run(of, Math.floor(at_ms / MINUTE_MS), part, name, count)
    },
    series(of: string, { from_ms, to_ms, step }: SeriesRange): readonly SeriesPoint[] {
      const step_ms = step === 'minute' ? MINUTE_MS : HOUR_MS
      const [from, to] = [Math.floor(from_ms / step_ms), Math.ceil(to_ms / step_ms)]
      const rows = step === 'minute' ? minutes.all(of, from, to) : hours.all({ of, from, to })
      return (rows as PointRow[]).map((row) => ({ ...row }))
    },
  }
}

function seriesTrim(db: DatabaseSync) {
  const add = db.prepare(`
    insert into series_hours (of_id, hour, part, name, count)
    select of_id, minute / 60, part, name, sum(count) from series_minutes where minute < ?
    group by of_id, minute / 60, part, name
    on conflict (of_id, hour, part, name) do update set count = count + excluded.count
  `)
  const remove = db.prepare('delete from series_minutes where minute < ?')
  const removeHours = db.prepare('delete from series_hours where hour < ?')
  const any = db.prepare('select 1 from series_minutes where minute < ? limit 1')
  return {
    /** Whole hours, so that there is something to do once an hour. */
    trimSeries(now_ms: number): void {
      const minute = Math.floor((now_ms - MINUTES_KEPT_MS) / HOUR_MS) * 60
      if (any.get(minute) === undefined) return
      add.run(minute)
      remove.run(minute)
      removeHours.run(Math.floor((now_ms - HOURS_KEPT_MS) / HOUR_MS))
    },
  }
}
