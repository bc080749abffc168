import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Configuration } from '../core/configuration.ts'
import { checkConnections } from '../core/connection.ts'
import { catalogue } from '../destinations/index.ts'
import { adminSide } from './admin-side.ts'
import type { ServerConfig } from './config.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { watchHealth } from './health.ts'
import { allowEveryOrigin } from './http/cors.ts'
import { healthRoutes } from './http/health-routes.ts'
import { ingestRoutes } from './http/ingest-routes.ts'
import { httpListener, listen } from './http/listener.ts'
import { ingest } from './ingest/ingest.ts'
import { rememberedIds } from './ingest/remembered-ids.ts'
import { sqliteLedger } from './ledger/sqlite.ts'
import { type LiveConfiguration, liveConfiguration } from './live-configuration.ts'
import type { EventLog } from './log/log.ts'
import { sqliteLog } from './log/sqlite.ts'
import { lookupHost } from './lookup-host.ts'
import { eventFolders, pageDeps, pluginNote } from './page-deps.ts'
import { pageRoutes } from './pages/page-routes.ts'
import { startReadersHost } from './readers-host.ts'
import { sqliteStore } from './store/sqlite.ts'
import type { Store } from './store/store.ts'

const TRIM_EVERY_MS = 60_000
const ADMIN_HOST = '127.0.0.1'

export type AppOptions = {
  readonly config: ServerConfig
  readonly version: string
  readonly logger: Logger
  /** From the configuration file; undefined leaves what is stored as it is. */
  readonly configuration: Configuration | undefined
  /** It is a beginning: what people have configured since stays, where there is anything. */
  readonly isSample?: boolean
  /** Puts right what another port or place makes wrong in a configuration. */
  readonly adjust?: (configuration: Configuration) => Configuration
  /** Adds what only development has, such as the sandbox, to the admin side. */
  readonly extend?: (admin: FastifyInstance) => Promise<void>
}
export type App = { readonly url: string; readonly adminUrl: string; readonly stop: () => Promise<void> }

/**
 * Puts the parts together and starts them: the readers first, then the listeners. The only place that picks
 * implementations.
 *
 * @throws {AppError} DATA_IN_USE, SCHEMA_TOO_NEW, PORT_IN_USE
 */
export async function startApp(options: AppOptions): Promise<App> {
  const folder = openDataFolder(options.config.dataFolder)
  try {
    const app = await startIn(folder, options)
    return { ...app, stop: () => app.stop().finally(folder.close) }
  } catch (error) {
    folder.close()
    throw error
  }
}

async function startIn(folder: DataFolder, options: AppOptions): Promise<App> {
  const { config, logger } = options
  const { store, configuration } = await openStore(folder, options)
  const { instances } = configuration
  const live = liveConfiguration(configuration)

  const log = sqliteLog(folder.logFile, {
    lanes: config.lanes,
    onCheckpointDue: () => readers.tell({ type: 'checkpoint' }),
  })
  const dedupe = await rememberedIds(log, config.dedupe, Date.now())
  const ledger = sqliteLedger(folder.ledgerFile)
  const readers = await startReadersIn(folder, options, instances, (keepFrom) =>
    trim(log, config, keepFrom, logger),
  )
  log.onAppend(gatherLanes((lanes) => readers.tell({ type: 'appended', lanes })))
  const pages = pageDeps(config, live)
  const health = watchHealth({
    ...config,
    notes: () => pluginNote(pages, live),
    log,
    ledger,
    free_bytes: folder.free_bytes,
    isDelivering: readers.isReady,
  })
  await health.checkDisk()

  const onFault = (error: unknown) => logger.error({ err: error }, 'A request failed')
  const take = ingest({ ...ingestDeps(config, live), log: health.log, dedupe, unwell: health.unwell })
  const server = publicListener(config, onFault)
  healthRoutes(server, options.version, health.readiness)
  ingestRoutes(server, take, eventFolders(config))
  pageRoutes(server, pages)
  const { logFile, ledgerFile, indexFile } = folder
  const asking = lookupHost({ logFile, ledgerFile, indexFile })
  let url = ''
  const admin = await adminSide({
    ...{ store, ledger, log, pages, health, onFault, lookups: asking.lookups },
    version: options.version,
    startedAt_ms: Date.now(),
    host: () => config.publicUrl ?? url,
    configFile:
      options.configuration === undefined || options.isSample === true ? undefined : config.configFile,
    hasSandbox: options.extend !== undefined,
    limits: config,
    onChange(changed) {
      live.set(changed)
      readers.configure(changed.instances)
    },
    extend: options.extend,
  })

  async function stop(): Promise<void> {
    health.stop()
    await server.close()
    await readers.stop()
    await admin.stop()
    await asking.stop()
    await Promise.all([log.close(), ledger.close(), store.close()])
  }
  try {
    const adminUrl = await listen(admin.server, ADMIN_HOST, config.adminPort)
    url = await listen(server, config.host, config.port)
    return { url, adminUrl, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The thread of the readers. */
function startReadersIn(
  { logFile, ledgerFile, indexFile }: DataFolder,
  { config, logger }: AppOptions,
  instances: Configuration['instances'],
  onTrim: (keepFrom: readonly number[]) => void,
) {
  const { giveUpAfter_ms, history, stopWithin_ms } = config
  return startReadersHost({
    data: { logFile, ledgerFile, indexFile, instances, giveUpAfter_ms, history, trimEvery_ms: TRIM_EVERY_MS },
    stopWithin_ms,
    onTrim,
    onTrouble: (readerId, lane, error) =>
      logger.error({ readerId, lane, error }, 'A reader of the log stopped'),
  })
}

/** What everybody may reach: clients, pages and those that watch over the server. */
function publicListener(
  { limits, trustProxy }: ServerConfig,
  onFault: (error: unknown) => void,
): FastifyInstance {
  const server = httpListener({ body_bytes_max: limits.body_bytes_max, trustProxy, onFault })
  allowEveryOrigin(server)
  return server
}

function ingestDeps({ limits }: ServerConfig, { sourceOf }: LiveConfiguration) {
  return {
    sourceOf,
    limits,
    now_ms: Date.now,
    newMessageId: randomUUID,
  }
}

/** @throws {AppError} CONNECTION_INVALID */
async function openStore(
  { storeFile }: DataFolder,
  { configuration: given, isSample = false, adjust = same, logger }: AppOptions,
): Promise<{ readonly store: Store; readonly configuration: Configuration }> {
  if (given !== undefined) checkConnections(given, catalogue)
  const author = { by: 'the configuration file', at_ms: Date.now() }
  const store = sqliteStore(storeFile)
  try {
    const stored = await store.read()
    const isEmpty = stored.sources.length + stored.instances.length === 0
    const next = given === undefined || (isSample && !isEmpty) ? stored : given
    for (const { what, id, change } of await store.apply(adjust(next), author)) {
      logger.info({ what, id, change }, 'Configuration changed')
    }
    const configuration = await store.read()
    checkConnections(configuration, catalogue)
    return { store, configuration }
  } catch (error) {
    await store.close()
    throw error
  }
}

const same = (configuration: Configuration) => configuration

async function trim(
  log: EventLog,
  { retention }: ServerConfig,
  keepFrom: readonly number[],
  logger: Logger,
): Promise<void> {
  try {
    const { age_ms_max, bytes_max } = retention
    const chunks = await log.trim({ before_ms: Date.now() - age_ms_max, bytes_max, keepFrom })
    if (chunks > 0) logger.info({ chunks }, 'Old events left the log')
  } catch (error) {
    logger.error({ err: error }, 'The log could not be trimmed')
  }
}

/** Lanes that grew in one commit are told together: a message to the thread costs more than the lane in it. */
function gatherLanes(tell: (lanes: readonly number[]) => void): (lane: number) => void {
  let lanes: number[] = []
  return (lane) => {
    if (lanes.length === 0) {
      queueMicrotask(() => {
        tell(lanes)
        lanes = []
      })
    }
    lanes.push(lane)
  }
}
