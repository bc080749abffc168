import { stat } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import type { FastifyInstance } from 'fastify'
import type { Configuration, Instance } from '../core/configuration.ts'
import type { Access } from './admin/router.ts'
import type { DataFolder } from './data-folder.ts'
import type { Readiness } from './http/health-routes.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { EventLog } from './log/log.ts'
import type { Figures } from './lookup/figures.ts'
import type { Lookups } from './lookup/lookups.ts'
import type { Meters } from './meters.ts'
import type { AttemptFigures } from './metrics/attempts.ts'
import { CONTENT_TYPES, exposition, formatFor, type Sample } from './metrics/exposition.ts'
import { STEP_MS, workHistory } from './metrics/history.ts'
import { watchProcess } from './metrics/process.ts'
import { type Facts, samplesOf } from './metrics/samples.ts'
import { mainThread, type ThreadOf, workerThread } from './thread-figures.ts'

/** What was gathered counts as now for 20 times as long as gathering took, within these: scrapers cannot keep the threads busy. */
const FRESH_MS = { min: 2_000, max: 10_000 } as const
const SHARE = 20

export type MetricsSideDeps = {
  readonly folder: Pick<DataFolder, 'logFile' | 'ledgerFile' | 'storeFile' | 'accessFile' | 'indexFile'>
  readonly version: string
  readonly readiness: () => Promise<Pick<Readiness, 'ready' | 'checks' | 'lag_ms'>>
  readonly free_bytes: () => number
  readonly diskFree_bytes_min: number
  readonly turnedAway: () => Facts['turnedAway']
  readonly configuration: () => Configuration
  readonly figures: Lookups['figures']
  readonly counts: Ledger['counts']
  readonly attempts: () => Promise<readonly AttemptFigures[]>
  /** The threads beside the main one, while they run. */
  readonly threads: Readonly<Record<string, ThreadOf>>
}

/** The log as ingest uses it, with its appends timed. */
export function timedLog(log: EventLog, { append }: Pick<Meters, 'append'>): EventLog {
  return {
    ...log,
    async append(entries) {
      const began_ms = performance.now()
      const addresses = await log.append(entries)
      append.observe((performance.now() - began_ms) / 1_000)
      return addresses
    },
  }
}

/** Gathers the figures of all threads and files when somebody asks, and not before. */
export function metricsSide(deps: MetricsSideDeps, measured: Meters) {
  const watched = watchProcess()
  const history = workHistory()
  const timer = setInterval(keepPoint, STEP_MS).unref()
  let fresh: { readonly until_ms: number; readonly samples: Promise<readonly Sample[]> } | undefined

  async function gather(): Promise<readonly Sample[]> {
    const began_ms = performance.now()
    const samples = samplesOf(await factsOf(deps, measured, watched.read(), wholeFigures(deps)))
    const took_ms = performance.now() - began_ms
    if (fresh !== undefined) {
      fresh = { ...fresh, until_ms: performance.now() + freshFor_ms(took_ms) }
    }
    return [...samples, { name: 'millrace_collect_duration_seconds', labels: [], value: took_ms / 1_000 }]
  }

  async function keepPoint(): Promise<void> {
    const facts = factsOf(deps, measured, watched.read(), briefFigures(deps))
    const samples = await facts.then(samplesOf, () => undefined)
    if (samples !== undefined) history.add(samples, Date.now())
  }

  /** Those who ask at the same time, or soon after, get the same. */
  function collect(): Promise<readonly Sample[]> {
    if (fresh === undefined || performance.now() >= fresh.until_ms) {
      fresh = { until_ms: Number.POSITIVE_INFINITY, samples: Promise.resolve([]) }
      const samples = gather()
      fresh = { ...fresh, samples }
      samples.catch(() => {
        fresh = undefined
      })
    }
    return fresh.samples
  }

  return {
    collect,
    /** `GET /metrics`, for whoever may look; without `access`, for whoever reaches the port. */
    mount(server: FastifyInstance, access?: Access): void {
      server.get('/metrics', async (request, reply) => {
        await access?.(request, 'view')
        const format = formatFor(request.headers.accept)
        const text = exposition(await collect(), format)
        return reply
          .header('content-type', CONTENT_TYPES[format])
          .header('cache-control', 'no-store')
          .send(text)
      })
    },
    work: () => ({ step_ms: STEP_MS, points: history.points() }),
    stop(): void {
      clearInterval(timer)
      watched.stop()
    },
  }
}
export type MetricsSide = ReturnType<typeof metricsSide>

function freshFor_ms(took_ms: number): number {
  return Math.min(Math.max(FRESH_MS.min, SHARE * took_ms), FRESH_MS.max)
}

type FiguresOf = (instances: readonly Instance[], lag: Promise<Lag>) => Promise<Figures | undefined>
type Lag = Pick<Readiness, 'lag_ms'>

/** The thread that knows may have ended just now: what the others know is told all the same. */
function wholeFigures({ figures }: MetricsSideDeps): FiguresOf {
  return (instances) => figures(instances).catch(() => undefined)
}

/** What is kept of each moment, without the thread that knows more: while nobody looks it need not run. */
function briefFigures({ counts }: MetricsSideDeps): FiguresOf {
  return async (instances, lag) => {
    const { lag_ms } = await lag
    const of = ({ id }: Instance) => ({ ...NOT_LOOKED_AT, id, lag_ms: lag_ms[id] ?? 0 })
    return { destinations: instances.map(of), counts: await counts(), log: NO_LOG }
  }
}
const NOT_LOOKED_AT = { state: undefined, pending: 0, aside: 0, budgets: [] }
const NO_LOG = { bytes: 0, chunks: 0, oldest_ms: undefined, damaged_count: 0 }

async function factsOf(
  deps: MetricsSideDeps,
  measured: Meters,
  process_: Facts['process'],
  figuresOf: FiguresOf,
): Promise<Facts> {
  const configuration = deps.configuration()
  const readiness = deps.readiness()
  const [{ ready, checks }, figures, attempts, threads, databases] = await Promise.all([
    readiness,
    figuresOf(configuration.instances, readiness),
    deps.attempts(),
    Promise.all([
      mainThread(),
      ...Object.entries(deps.threads).map(([name, worker]) => workerThread(name, worker())),
    ]),
    databaseSizes(deps.folder),
  ])
  const { user, system } = process.cpuUsage()
  return {
    ...{
      version: deps.version,
      node: process.version,
      ready,
      checks,
      figures,
      attempts,
      databases,
      configuration,
    },
    startedAt_s: performance.timeOrigin / 1_000,
    cpu_s: (user + system) / 1e6,
    resident_bytes: process.memoryUsage.rss(),
    threads: threads.filter((one) => one !== undefined),
    process: process_,
    requests: { events: measured.events.read(), admin: measured.admin.read() },
    ingest: measured.ingest.read(),
    append: measured.append.read(),
    sources: measured.sources.read(),
    spans: measured.spans(),
    turnedAway: deps.turnedAway(),
    disk: { free_bytes: deps.free_bytes(), required_bytes: deps.diskFree_bytes_min },
  }
}

/** Each with what SQLite keeps beside it. */
async function databaseSizes({
  logFile,
  ledgerFile,
  storeFile,
  accessFile,
  indexFile,
}: MetricsSideDeps['folder']): Promise<Record<string, number>> {
  const files = { log: logFile, ledger: ledgerFile, store: storeFile, access: accessFile, index: indexFile }
  const sizes = Object.entries(files).map(async ([name, file]) => {
    const parts = await Promise.all(
      [file, `${file}-wal`].map((path) => stat(path).catch(() => ({ size: 0 }))),
    )
    return [name, parts.reduce((sum, { size }) => sum + size, 0)] as const
  })
  return Object.fromEntries(await Promise.all(sizes))
}
