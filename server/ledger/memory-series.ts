import {
  HOUR_MS,
  HOURS_KEPT_MS,
  MINUTE_MS,
  MINUTES_KEPT_MS,
  type NewCount,
  type SeriesName,
  type SeriesPoint,
  type SeriesRange,
} from './ledger.ts'

type Point = SeriesPoint & { readonly of: string }
type Added = Omit<NewCount, 'name'> & { readonly name: SeriesName }

/** What was counted by minute and by hour, for `memoryLedger`. */
export function seriesMap() {
  const minutes = new Map<string, Point>()
  const hours = new Map<string, Point>()

  return {
    add(added: Added): void {
      addTo(minutes, { ...added, at_ms: floorTo(added.at_ms, MINUTE_MS) })
    },
    points(of: string, { from_ms, to_ms, step }: SeriesRange): readonly SeriesPoint[] {
      const step_ms = step === 'minute' ? MINUTE_MS : HOUR_MS
      const found = new Map<string, Point>()
      const all = step === 'minute' ? [...minutes.values()] : [...hours.values(), ...minutes.values()]
      for (const point of all) {
        const at_ms = floorTo(point.at_ms, step_ms)
        if (point.of === of && at_ms >= floorTo(from_ms, step_ms) && at_ms < to_ms) {
          addTo(found, { ...point, at_ms })
        }
      }
      return [...found.values()].map(({ of: _, ...point }) => point).sort(inOrder)
    },
    trim(now_ms: number): void {
      const before_ms = floorTo(now_ms - MINUTES_KEPT_MS, HOUR_MS)
      const over = [...minutes].filter(([, { at_ms }]) => at_ms < before_ms)
      if (over.length === 0) return
      for (const [key, point] of over) {
        addTo(hours, { ...point, at_ms: floorTo(point.at_ms, HOUR_MS) })
        minutes.delete(key)
      }
      for (const [key, { at_ms }] of hours) {
        if (at_ms < floorTo(now_ms - HOURS_KEPT_MS, HOUR_MS)) hours.delete(key)
      }
    },
  }
}

function addTo(points: Map<string, Point>, { of, at_ms, part, name, count }: Point): void {
  const key = JSON.stringify([of, at_ms, part, name])
  points.set(key, { of, at_ms, part, name, count: count + (points.get(key)?.count ?? 0) })
}

function floorTo(at_ms: number, step_ms: number): number {
  return Math.floor(at_ms / step_ms) * step_ms
}

/** As SQLite orders texts: by their bytes. */
function inOrder(a: SeriesPoint, b: SeriesPoint): number {
  return a.at_ms - b.at_ms || compare(a.part, b.part) || compare(a.name, b.name)
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
