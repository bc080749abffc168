import { setTimeout as waitFor } from 'node:timers/promises'
import type { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Configuration } from '../core/configuration.ts'
import { checkExposure } from './admin-listener.ts'
import { adminRole, changeTo } from './admin-role.ts'
import type { ServerConfig } from './config.ts'
import { runningDigest } from './configuration-digest.ts'
import { configured } from './configured.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { refuseMoved } from './data-moved.ts'
import { tlsFilesOf } from './edge-options.ts'
import { engineOf } from './engines/engine-data.ts'
import { followStore } from './follow-store.ts'
import { type Health, type HealthDeps, watchHealth } from './health.ts'
import { healthSide } from './health-side.ts'
import { listen } from './http/listener.ts'
import { followTls, readTls, type TlsPair } from './http/tls.ts'
import { ingestSide } from './ingest-side.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { LiveConfiguration } from './live-configuration.ts'
import { checkLogin, ssoOptions } from './login-options.ts'
import { lookupHost } from './lookup-host.ts'
import { type Meters, makeMeters } from './meters.ts'
import { metricsSide, timedLog } from './metrics-side.ts'
import { pageDeps, pluginNote } from './page-deps.ts'
import type { EdgeLimits } from './public-side.ts'
import type { ReadersHost } from './readers-host.ts'
import { readersSide } from './readers-side.ts'
import { checkRoles } from './roles.ts'
import type { SecretsInSight } from './secrets-in-sight.ts'

export type AppOptions = {
  readonly config: ServerConfig
  readonly version: string
  readonly logger: Logger
  /** Told of every secret before anything is done with it, so that the log stays without. */
  readonly secrets?: Pick<SecretsInSight, 'add'>
  /** From the configuration file; undefined leaves what is stored as it is. */
  readonly configuration: Configuration | undefined
  /** It is a beginning: what people have configured since stays, where there is anything. */
  readonly isSample?: boolean
  /** Puts right what another port or place makes wrong in a configuration. */
  readonly adjust?: (configuration: Configuration) => Configuration
  /** Adds what only development has, such as the sandbox, to the admin side. */
  readonly extend?: (admin: FastifyInstance) => Promise<void>
}
export type App = {
  /** Each undefined where this process has not that role. */
  readonly url: string | undefined
  readonly adminUrl: string | undefined
  /** Of a process that is without the admin role. */
  readonly healthUrl: string | undefined
  /** Where the first admin is made, while there is nobody who could log in. */
  readonly setUpUrl: string | undefined
  readonly stop: () => Promise<void>
}

/**
 * Puts the parts together and starts them: the readers first, then the listeners. What there is, `--roles` says; what the
 * roles share is log, store and ledger.
 *
 * @throws {AppError} ROLES_NEED_CLUSTER, DATA_MOVED, DATA_IN_USE, SCHEMA_TOO_NEW, SECRET_KEY_MISSING, SECRET_KEY_WRONG, PORT_IN_USE, TLS_UNREADABLE,
 *   OPTION_INVALID
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { config } = options
  checkRoles(config.roles, config.nats !== undefined && config.postgres.url !== undefined)
  checkLogin(config.login, config.admin.host)
  ssoOptions(config.login)
  checkExposure(config, { hasLogin: config.login.isOn })
  const tlsFiles = tlsFilesOf(config.tls)
  const tls = tlsFiles === undefined ? undefined : readTls(tlsFiles)
  if (config.nats === undefined || config.postgres.url === undefined) refuseMoved(config.dataFolder)
  const folder = openDataFolder(config.dataFolder)
  try {
    const app = await startIn(folder, options, tls)
    return { ...app, stop: () => app.stop().finally(folder.close) }
  } catch (error) {
    folder.close()
    throw error
  }
}

async function startIn(folder: DataFolder, options: AppOptions, tls: TlsPair | undefined): Promise<App> {
  const { config, logger, version } = options
  const { roles } = config
  const engine = engineOf(folder, config)
  const known = await configured(engine, options)
  const { store, live } = known
  const meters = makeMeters(config, version, logger)
  const reading = await readersSide({ engine, folder, options, configured: known, meters })
  const { log, readers, ledger } = reading
  const pages = pageDeps(config, live)
  const health = await healthIn(folder, {
    ...{ ...config, log: timedLog(log, meters), ledger, store, isDelivering: readers.isReady },
    notes: () => pluginNote(pages, live),
    configuration: runningDigest(live.now, known.salt, readers.hasFollowed),
  })
  const onFault = (error: unknown) => logger.error({ err: error }, 'A request failed')
  const taking = await ingestSide({
    ...{ engine, options, configured: known, pages, log, health, meters, tls, onFault },
  })
  const { indexFile } = folder
  const asking = lookupHost({ engine, indexFile, salt: known.salt, dedupe: config.dedupe })
  const metrics = metricsIn(folder, options, {
    ...{ health, ledger, readers, asking, live, edge: taking.edge, meters },
  })
  const parts = { engine, options, known, ...reading, pages, health, taking, asking, metrics }
  let url = ''
  const admin = roles.has('admin')
    ? await adminRole({ ...parts, meters, tls, onFault, url: () => url })
    : undefined
  const own = admin === undefined ? healthSide({ version, health, metrics, onFault }) : undefined
  const servers = [taking.server, admin?.server].filter((one) => one !== undefined)
  const following = followCertificate(tls, options, servers)
  const others = followStore({
    ...{ store, now: live.now, onSuppressed: known.suppression.reload },
    onChange(changed) {
      changeTo(changed, options, known, readers)
      admin?.sql.follow(changed)
    },
    onTrouble: (error) => logger.warn({ err: error }, 'What other processes configure could not be read'),
  })

  async function stop(): Promise<void> {
    health.leave()
    if (taking.server !== undefined && config.drain_ms > 0) await waitFor(config.drain_ms)
    for (const one of [following, health, admin?.alerts, metrics]) one?.stop()
    await taking.server?.close()
    await own?.close()
    for (const one of [others, admin?.sql, admin?.persons, admin?.leading, readers, admin, asking])
      await one?.stop()
    for (const one of [admin?.access, meters]) await one?.stop()
    await taking.findings.stop()
    await Promise.all([log.close(), ledger.close(), store.close()])
  }
  try {
    const adminUrl = await admin?.listen()
    if (taking.server !== undefined) url = await listen(taking.server, config.host, config.port)
    admin?.sql.follow(live.now())
    const healthUrl = own && (await listen(own, config.admin.host, config.healthPort))
    const setUpUrl = await admin?.access.people.setUpUrl()
    return { url: taking.server && url, adminUrl, healthUrl, setUpUrl, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type Measurable = {
  readonly health: Health
  readonly ledger: Ledger
  readonly readers: ReadersHost
  readonly asking: ReturnType<typeof lookupHost>
  readonly live: LiveConfiguration
  readonly edge: EdgeLimits
  readonly meters: Meters
}
/** Who knows what of that which is measured. */
function metricsIn(folder: DataFolder, { config, version }: AppOptions, parts: Measurable) {
  const { health, readers, asking, live, edge, meters } = parts
  const { readiness, free_bytes } = health
  const { diskFree_bytes_min } = config
  const deps = { folder, version, diskFree_bytes_min, readiness, free_bytes, counts: parts.ledger.counts }
  return metricsSide(
    {
      ...deps,
      attempts: readers.figures,
      figures: asking.lookups.figures,
      configuration: live.now,
      turnedAway: edge.turnedAway.list,
      threads: { readers: readers.thread, lookups: asking.thread },
    },
    meters,
  )
}

/** A certificate that is renewed counts for the connections after that. */
function followCertificate(
  current: TlsPair | undefined,
  { config, logger }: AppOptions,
  servers: readonly FastifyInstance[],
) {
  const files = tlsFilesOf(config.tls)
  if (current === undefined || files === undefined) return undefined
  const secure = servers.map(({ server }) => server as unknown as TlsServer)
  return followTls(secure, files, {
    current,
    onChange: () => logger.info('The certificate was read again: new connections get it'),
    onTrouble: (error) => logger.error({ err: error }, 'The certificate could not be read again'),
  })
}

/** The disk is looked at before the first event is taken. */
async function healthIn({ free_bytes }: DataFolder, deps: Omit<HealthDeps, 'free_bytes'>) {
  const health = watchHealth({ ...deps, free_bytes })
  await health.checkDisk()
  return health
}
