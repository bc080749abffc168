import type { AnswerOf, QueryOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { AppError } from '../../core/errors.ts'
import type { EventIndexReader } from '../event-index/index-file.ts'
import {
  HOUR_MS,
  HOURS_KEPT_MS,
  type Ledger,
  MINUTE_MS,
  MINUTES_KEPT_MS,
  type SeriesPoint,
} from '../ledger/ledger.ts'
import type { LogReader } from '../log/log.ts'
import { lagOf } from './lag.ts'
import { isoTime, readTime } from './shown.ts'

type Query = QueryOf<Routes['GET /admin/v1/series']>
type Rates = AnswerOf<Routes['GET /admin/v1/rates']>

/** @throws {AppError} QUERY_INVALID */
export async function seriesOf(
  ledger: Ledger,
  { of, from, to, step = 'minute' }: Query,
  now_ms: number,
): Promise<AnswerOf<Routes['GET /admin/v1/series']>> {
  const [step_ms, kept_ms] = step === 'minute' ? [MINUTE_MS, MINUTES_KEPT_MS] : [HOUR_MS, HOURS_KEPT_MS]
  const to_ms = Math.ceil((readTime('to', to) ?? now_ms) / step_ms) * step_ms
  const from_ms = Math.floor((readTime('from', from) ?? to_ms - HOUR_MS) / step_ms) * step_ms
  const steps = (to_ms - from_ms) / step_ms
  if (steps < 1) throw new AppError('QUERY_INVALID', { parameter: 'from', problem: 'must be before "to"' })
  if (steps > kept_ms / step_ms) {
    const problem = `is more than ${kept_ms / HOUR_MS} hours before "to": so long are ${step}s kept`
    throw new AppError('QUERY_INVALID', { parameter: 'from', problem })
  }
  const points = await ledger.series(of, { from_ms, to_ms, step })
  const series: Record<string, number[]> = {}
  const parts: Record<string, Record<string, number>> = {}
  for (const { at_ms, part, name, count } of points) {
    const counts = series[name] ?? new Array<number>(steps).fill(0)
    series[name] = counts
    const at = (at_ms - from_ms) / step_ms
    counts[at] = (counts[at] ?? 0) + count
    if (part === '') continue
    const sums = parts[name] ?? {}
    parts[name] = sums
    sums[part] = (sums[part] ?? 0) + count
  }
  return { step_ms, from: isoTime(from_ms), series, parts }
}

export type RatesOf = {
  readonly sources: readonly string[]
  readonly instances: readonly { readonly id: string; readonly sources: readonly string[] }[]
}
export type RatesDeps = { readonly ledger: Ledger; readonly log: LogReader; readonly index: EventIndexReader }
const MINUTES = 60

/** The last sixty minutes, the one that runs included. */
export async function ratesOf(
  { ledger, log, index }: RatesDeps,
  { sources, instances }: RatesOf,
  now_ms: number,
): Promise<Rates> {
  const to_ms = (Math.floor(now_ms / MINUTE_MS) + 1) * MINUTE_MS
  const from_ms = to_ms - MINUTES * MINUTE_MS
  const read = async (of: string) =>
    tally(await ledger.series(of, { from_ms, to_ms, step: 'minute' }), from_ms)
  const rates = {
    sources: {} as Record<string, Rates['sources'][string]>,
    destinations: {} as Record<string, Rates['destinations'][string]>,
  }
  for (const id of sources) {
    const { sum, minutes } = await read(id)
    const last_ms = index.lastOf(id)
    rates.sources[id] = {
      ...{ events: sum('accepted'), refused: sum('refused'), duplicates: sum('duplicate') },
      minutes: minutes('accepted'),
      ...(last_ms === undefined ? {} : { last: isoTime(last_ms) }),
    }
  }
  const connections: Rates['connections'][number][] = []
  for (const { id, sources: connected } of instances) {
    const { sum, minutes } = await read(id)
    const { lag_ms } = await lagOf({ ledger, log }, id, now_ms)
    rates.destinations[id] = {
      ...{ delivered: sum('delivered'), dead: sum('dead'), retried: sum('retried') },
      ...{ minutes: minutes('delivered'), lag_ms },
    }
    for (const source of connected) {
      const [read, discarded, filtered] = [
        sum('read', source),
        sum('discarded', source),
        sum('filtered', source),
      ]
      connections.push({ source, destination: id, read, discarded, filtered })
    }
  }
  return { ...rates, connections }
}

function tally(points: readonly SeriesPoint[], from_ms: number) {
  return {
    sum(name: SeriesPoint['name'], part?: string): number {
      const those = points.filter(
        (point) => point.name === name && (part === undefined || point.part === part),
      )
      return those.reduce((sum, { count }) => sum + count, 0)
    },
    minutes(name: SeriesPoint['name']): number[] {
      const counts = new Array<number>(MINUTES).fill(0)
      for (const { at_ms, count, ...point } of points) {
        const at = (at_ms - from_ms) / MINUTE_MS
        if (point.name === name) counts[at] = (counts[at] ?? 0) + count
      }
      return counts
    },
  }
}
