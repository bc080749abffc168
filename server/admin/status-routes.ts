import { openapi } from '../../contract/openapi.ts'
import type { AnswerOf } from '../../contract/route.ts'
import { ROUTES, type Routes } from '../../contract/routes.ts'
import type { Alert } from '../../core/alerts.ts'
import type { LogReader } from '../log/log.ts'
import type { AdminRouter } from './router.ts'

const DAY_MS = 86_400_000

export type StatusDeps = {
  readonly log: LogReader
  readonly version: string
  readonly startedAt_ms: number
  /** The address by which clients and pages reach the server. */
  readonly host: () => string
  /** The file that the configuration came from at this start; undefined: people configure it in the pages. */
  readonly configFile: string | undefined
  readonly hasSandbox: boolean
  readonly health: {
    readonly free_bytes: () => number
    readonly readiness: () => Promise<{
      readonly ready: boolean
      readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly text: string }>>
    }>
  }
  /** Requests that were refused as a whole since the start, the most frequent reason first. */
  readonly turnedAway: () => readonly {
    readonly code: string
    readonly source?: string
    readonly count: number
  }[]
  /** What people were told of and is not over. */
  readonly alerts: { readonly state: () => Promise<{ readonly alerts: readonly Alert[] }> }
  readonly metrics: { readonly work: () => AnswerOf<Routes['GET /admin/v1/work']> }
  readonly limits: {
    readonly limits: {
      readonly event_bytes_max: number
      readonly body_bytes_max: number
      readonly events_max: number
      readonly event_levels_max: number
      readonly event_keys_max: number
    }
    readonly rates: { readonly key_perSecond: number; readonly address_perSecond: number }
    readonly giveUpAfter_ms: number
    readonly diskFree_bytes_min: number
    readonly retention: { readonly age_ms_max: number }
    readonly history: { readonly age_ms_max: number }
  }
}

/** What the server is, how it is, and what its API is. */
export function statusRoutes({ on }: AdminRouter, deps: StatusDeps): void {
  const { log, version, startedAt_ms, host, configFile, hasSandbox, health, alerts, limits: config } = deps
  const document = openapi(ROUTES, version)
  on('GET /admin/v1/openapi.json', () => document)
  on('GET /admin/v1/work', () => deps.metrics.work())
  on('GET /admin/v1/status', async () => {
    const [{ ready, checks }, stats, told] = await Promise.all([
      health.readiness(),
      log.stats(),
      alerts.state(),
    ])
    const { bytes, chunks, oldest_ms, damaged_count } = stats
    const problems = [
      ...Object.values(checks)
        .filter(({ ok }) => !ok)
        .map(({ text }) => ({ text })),
      ...damage(damaged_count),
      ...told.alerts.flatMap(shownAlert),
    ]
    return {
      version,
      startedAt: new Date(startedAt_ms).toISOString(),
      host: host(),
      configuredBy: configFile === undefined ? ('pages' as const) : ('file' as const),
      ...(configFile === undefined ? {} : { configFile }),
      sandbox: hasSandbox,
      login: false,
      turnedAway: deps.turnedAway(),
      health: { ok: ready && problems.length === 0, problems },
      disk: { free_bytes: health.free_bytes(), free_bytes_min: config.diskFree_bytes_min },
      log: {
        bytes,
        chunks,
        ...(oldest_ms === undefined ? {} : { oldest: new Date(oldest_ms).toISOString() }),
      },
      limits: {
        ...config.limits,
        ...config.rates,
        giveUpAfter_ms: config.giveUpAfter_ms,
        retention_days: config.retention.age_ms_max / DAY_MS,
        history_days: config.history.age_ms_max / DAY_MS,
      },
    }
  })
}

function damage(count: number): readonly { readonly text: string }[] {
  if (count === 0) return []
  const events = count === 1 ? 'One event was' : `${count} events were`
  return [{ text: `${events} damaged on the disk and set aside: docs/operating.md says what to do.` }]
}

/** The disk is among the checks already. */
function shownAlert({
  of,
  rule,
  text,
  toldAt_ms,
}: Alert): readonly { readonly text: string; readonly link: string }[] {
  if (toldAt_ms === undefined || of === undefined) return []
  return [{ text, link: `/destinations/${of}${rule === 'deadLetters' ? '/dead-letters' : ''}` }]
}
