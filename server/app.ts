import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Configuration, Source } from '../core/configuration.ts'
import { checkConnections } from '../core/connection.ts'
import { catalogue } from '../destinations/index.ts'
import { explainRoutes } from './admin/explain-routes.ts'
import { loopbackOnly } from './admin/guard.ts'
import { adminRoutes } from './admin/routes.ts'
import { snippetRoutes } from './admin/snippet-routes.ts'
import { testRoutes } from './admin/test-routes.ts'
import type { ServerConfig } from './config.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { httpSender } from './delivery/send.ts'
import { watchHealth } from './health.ts'
import { allowEveryOrigin } from './http/cors.ts'
import { healthRoutes } from './http/health-routes.ts'
import { ingestRoutes } from './http/ingest-routes.ts'
import { httpListener, listen } from './http/listener.ts'
import { ingest } from './ingest/ingest.ts'
import { rememberedIds } from './ingest/remembered-ids.ts'
import { sqliteLedger } from './ledger/sqlite.ts'
import type { EventLog } from './log/log.ts'
import { sqliteLog } from './log/sqlite.ts'
import { eventFolders, pageDeps, pluginNote } from './page-deps.ts'
import { pageRoutes } from './pages/page-routes.ts'
import { startReadersHost } from './readers-host.ts'
import { sqliteStore } from './store/sqlite.ts'
import type { Store } from './store/store.ts'

const TRIM_EVERY_MS = 60_000
const ADMIN_BODY_BYTES_MAX = 10_485_760
const ADMIN_HOST = '127.0.0.1'

export type AppOptions = {
  readonly config: ServerConfig
  readonly version: string
  readonly logger: Logger
  /** From the configuration file; undefined leaves what is stored as it is. */
  readonly configuration: Configuration | undefined
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
  const { sources, instances } = configuration

  const log = sqliteLog(folder.logFile, {
    lanes: config.lanes,
    onCheckpointDue: () => readers.tell({ type: 'checkpoint' }),
  })
  const dedupe = await rememberedIds(log, config.dedupe, Date.now())
  const ledger = sqliteLedger(folder.ledgerFile)
  const readers = await startReadersHost({
    data: {
      logFile: folder.logFile,
      ledgerFile: folder.ledgerFile,
      instances,
      giveUpAfter_ms: config.giveUpAfter_ms,
      history: config.history,
      trimEvery_ms: TRIM_EVERY_MS,
    },
    stopWithin_ms: config.stopWithin_ms,
    onTrim: (keepFrom) => trim(log, config, keepFrom, logger),
    onTrouble: (readerId, lane, error) =>
      logger.error({ readerId, lane, error }, 'A reader of the log stopped'),
  })
  log.onAppend(gatherLanes((lanes) => readers.tell({ type: 'appended', lanes })))
  const pages = pageDeps(config, configuration)
  const health = watchHealth({
    ...config,
    notes: pluginNote(pages, configuration),
    log,
    ledger,
    free_bytes: folder.free_bytes,
    isDelivering: readers.isReady,
  })
  await health.checkDisk()

  const onFault = (error: unknown) => logger.error({ err: error }, 'A request failed')
  const take = ingest({ ...ingestDeps(config, sources), log: health.log, dedupe, unwell: health.unwell })
  const server = publicListener(config, onFault)
  healthRoutes(server, options.version, health.readiness)
  ingestRoutes(server, take, eventFolders(config))
  pageRoutes(server, pages)
  const admin = adminListener(onFault)
  adminRoutes(admin, { store, ledger, log, catalogue })
  explainRoutes(admin, { store, ledger, log, catalogue })
  let url = ''
  const host = () => config.publicUrl ?? url
  snippetRoutes(admin, { store, host, ownPaths: pages.ownPaths })
  const tester = httpSender({ connections: 1 })
  testRoutes(admin, { store, catalogue, send: tester.send })
  await options.extend?.(admin)

  async function stop(): Promise<void> {
    health.stop()
    await server.close()
    await readers.stop()
    await admin.close()
    await tester.close()
    await Promise.all([log.close(), ledger.close(), store.close()])
  }
  try {
    const adminUrl = await listen(admin, ADMIN_HOST, config.adminPort)
    url = await listen(server, config.host, config.port)
    return { url, adminUrl, stop }
  } catch (error) {
    await stop()
    throw error
  }
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

/** What people on this machine may reach. */
function adminListener(onFault: (error: unknown) => void): FastifyInstance {
  const admin = httpListener({ body_bytes_max: ADMIN_BODY_BYTES_MAX, onFault })
  loopbackOnly(admin)
  return admin
}

function ingestDeps({ limits }: ServerConfig, sources: readonly Source[]) {
  const byWriteKey = new Map(sources.map((source) => [source.writeKey, source]))
  return {
    sourceOf: (writeKey: string) => byWriteKey.get(writeKey),
    limits,
    now_ms: Date.now,
    newMessageId: randomUUID,
  }
}

/** @throws {AppError} CONNECTION_INVALID */
async function openStore(
  { storeFile }: DataFolder,
  { configuration: given, logger }: AppOptions,
): Promise<{ readonly store: Store; readonly configuration: Configuration }> {
  if (given !== undefined) checkConnections(given, catalogue)
  const store = sqliteStore(storeFile)
  try {
    for (const { what, id, change } of given === undefined ? [] : await store.apply(given)) {
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
