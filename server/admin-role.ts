import type { Configuration } from '../core/configuration.ts'
import { connectedInstances } from '../core/transform/connected.ts'
import { catalogue } from '../destinations/index.ts'
import { accessSide } from './access-side.ts'
import { adminSide } from './admin-side.ts'
import { alertsSide } from './alerts-side.ts'
import type { AppOptions } from './app.ts'
import type { Configured } from './configured.ts'
import { type EngineData, isCluster } from './engines/engine-data.ts'
import { openLanes } from './engines/open.ts'
import type { Health } from './health.ts'
import { listen } from './http/listener.ts'
import type { TlsPair } from './http/tls.ts'
import type { IngestSide } from './ingest-side.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { EventLog } from './log/log.ts'
import type { lookupHost } from './lookup-host.ts'
import type { Meters } from './meters.ts'
import type { MetricsSide } from './metrics-side.ts'
import type { pageDeps } from './page-deps.ts'
import { personsSide } from './persons-side.ts'
import { leaderOf } from './pipeline/leader.ts'
import type { ReadersHost } from './readers-host.ts'
import type { ReadersSide } from './readers-side.ts'
import { sleepUntil } from './sleep-until.ts'
import { sqlSide } from './sql-side.ts'

export type AdminRoleDeps = {
  readonly engine: EngineData
  readonly options: AppOptions
  readonly known: Configured
  readonly ledger: Ledger
  readonly log: EventLog
  readonly readers: ReadersHost
  readonly beginNew: ReadersSide['beginNew']
  readonly pages: ReturnType<typeof pageDeps>
  readonly health: Health
  readonly taking: Pick<IngestSide, 'edge' | 'findings' | 'take' | 'takeBatch'>
  readonly asking: ReturnType<typeof lookupHost>
  readonly metrics: MetricsSide
  readonly meters: Meters
  readonly tls: TlsPair | undefined
  readonly onFault: (error: unknown) => void
  /** Where events are taken, once they are. */
  readonly url: () => string
}

/** The pages and the admin API, with what belongs to them: who may come in, alerts, and the deletion of people. */
export async function adminRole(deps: AdminRoleDeps) {
  const { engine, options, known, ledger, log, readers, pages, health, taking, asking, metrics } = deps
  const { config, logger, version } = options
  const { store, salt, suppression, former, changeByFile } = known
  const { edge, findings, take, takeBatch } = taking
  const { lookups } = asking
  let adminUrl = ''
  const pagesUrl = () => config.admin.url ?? adminUrl
  const leading = await startLeading(deps)
  async function forget(): Promise<void> {
    readers.tell({ type: 'rewritten' })
    await alerts.forgetTexts()
  }
  const persons = personsSide({
    ...{ store, log, ledger, salt, suppression, config, erase: readers.erase, logger },
    forgetTexts: () => alerts.forgetTexts().then(sql.forgetTexts),
    ...(isCluster(engine) && { others: { leads: leading.leads, forget } }),
  })
  const sql = sqlSide({
    ...{ store, config, take, logger, leads: leading.leads, onRun: deps.meters.sources.ranOnce },
  })
  const alerts = alertsSide({
    ...{ store, ledger, health, config, failingSources: sql.failing },
    ...{ pagesUrl, leads: leading.leads },
    onTrouble: (error) => logger.error({ err: error }, 'Alerts could not be looked at'),
  })
  const access = await accessSide({ engine, config, store, logger, changeByFile, pagesUrl })
  const admin = await adminSide({
    ...{ people: access.people, records: access.records, persons: persons.persons, salt, sql: sql.admin },
    ...{ store, ledger, log, pages, health, alerts, version, lookups, former },
    ...{
      metrics,
      listener: { config, tls: deps.tls, onFault: deps.onFault, watch: deps.meters.admin.watch },
    },
    ...{ planFindings: findings.read, turnedAway: edge.turnedAway.list, startedAt_ms: Date.now() },
    host: () => config.publicUrl ?? deps.url(),
    configFile: configFileOf(options),
    hasSandbox: options.extend !== undefined,
    limits: config,
    take: takeBatch,
    onChange(changed) {
      changeTo(changed, options, known, readers)
      sql.follow(changed)
      deps
        .beginNew(connectedInstances(changed))
        .catch((error) => logger.error({ err: error }, 'A destination could not be begun'))
    },
    onReplay: () => readers.tell({ type: 'replays' }),
    extend: options.extend,
  })
  return {
    ...{ persons, alerts, access, leading, sql, server: admin.server, stop: admin.stop },
    async listen(): Promise<string> {
      adminUrl = await listen(admin.server, config.admin.host, config.adminPort)
      return adminUrl
    },
  }
}

/** Whoever changed it, ingest, pages and readers of this process follow. */
export function changeTo(
  changed: Configuration,
  { secrets }: Pick<AppOptions, 'secrets'>,
  { live, former }: Pick<Configured, 'live' | 'former'>,
  readers: Pick<ReadersHost, 'configure'>,
): void {
  secrets?.add(changed, catalogue)
  live.set(changed)
  readers.configure(former.with(connectedInstances(changed)))
}

/** One of the processes that serve pages tells people of trouble. */
async function startLeading({ engine, ledger, options: { logger } }: AdminRoleDeps) {
  const stopping = new AbortController()
  const owned = await openLanes(engine, 'admin', {
    ...{ lanes: 1, ledger, sleep: sleepUntil },
    onTrouble: (_lane, error) => logger.error({ err: error }, 'Who tells of trouble could not be asked'),
  })
  const leader = leaderOf(owned, stopping.signal)
  return {
    leads: leader.leads,
    async stop(): Promise<void> {
      stopping.abort()
      await Promise.all([leader.ended, owned.stop()])
    },
  }
}

/** The file that says at each start what is configured, if there is one. */
function configFileOf({ configuration, isSample, config }: AppOptions): string | undefined {
  return isSample === true || configuration === undefined ? undefined : config.configFile
}
