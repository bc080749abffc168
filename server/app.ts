import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Configuration } from '../core/configuration.ts'
import { checkConnections } from '../core/connection.ts'
import type { JsonObject } from '../core/event.ts'
import { type ConnectedInstance, connectedInstances } from '../core/transform/connected.ts'
import { catalogue } from '../destinations/index.ts'
import { adminSide } from './admin-side.ts'
import { alertsSide } from './alerts-side.ts'
import type { ServerConfig } from './config.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { type HealthDeps, watchHealth } from './health.ts'
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
import { trimPolicy } from './retention.ts'
import { sqliteStore } from './store/sqlite.ts'
import type { Store } from './store/store.ts'

const TRIM_EVERY_MS = 60_000
const ADMIN_HOST = '127.0.0.1'
const SET_ASIDE =
  'A chunk of the log did not match its checksum. It was set aside: its events are not delivered. docs/operating.md says more.'

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
  const live = liveConfiguration(configuration)

  const log = sqliteLog(folder.logFile, {
    lanes: config.lanes,
    onCheckpointDue: () => readers.tell({ type: 'checkpoint' }),
    onDamaged: (chunks) => logger.error({ chunks }, SET_ASIDE),
  })
  const dedupe = await rememberedIds(log, config.dedupe, Date.now())
  const ledger = sqliteLedger(folder.ledgerFile)
  const readers = await startReadersIn(folder, options, connectedInstances(configuration), log)
  log.onAppend(gatherLanes((lanes) => readers.tell({ type: 'appended', lanes })))
  const pages = pageDeps(config, live)
  const health = await healthIn(folder, {
    ...{ ...config, log, ledger, isDelivering: readers.isReady },
    notes: () => pluginNote(pages, live),
  })
  const onFault = (error: unknown) => logger.error({ err: error }, 'A request failed')
  const take = ingest({ ...ingestDeps(config, live), log: health.log, dedupe, unwell: health.unwell })
  const server = publicSide(options, { take, pages, readiness: health.readiness, onFault })
  const { logFile, ledgerFile, indexFile } = folder
  const asking = lookupHost({ logFile, ledgerFile, indexFile })
  let url = ''
  let adminUrl = ''
  const alerts = alertsSide({
    ...{ store, ledger, lookups: asking.lookups, health, config, pagesUrl: () => adminUrl },
    onTrouble: (error) => logger.error({ err: error }, 'Alerts could not be looked at'),
  })
  const admin = await adminSide({
    ...{ store, ledger, log, pages, health, onFault, lookups: asking.lookups },
    alerts,
    version: options.version,
    startedAt_ms: Date.now(),
    host: () => config.publicUrl ?? url,
    configFile:
      options.isSample === true || options.configuration === undefined ? undefined : config.configFile,
    hasSandbox: options.extend !== undefined,
    limits: config,
    take: (writeKey, calls) => takeBatch(take, writeKey, calls),
    onChange(changed) {
      live.set(changed)
      readers.configure(connectedInstances(changed))
    },
    onReplay: () => readers.tell({ type: 'replays' }),
    extend: options.extend,
  })

  async function stop(): Promise<void> {
    health.stop()
    alerts.stop()
    await server.close()
    await readers.stop()
    await admin.stop()
    await asking.stop()
    await Promise.all([log.close(), ledger.close(), store.close()])
  }
  try {
    adminUrl = await listen(admin.server, ADMIN_HOST, config.adminPort)
    url = await listen(server, config.host, config.port)
    asking.warmUp()
    return { url, adminUrl, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The disk is looked at before the first event is taken. */
async function healthIn({ free_bytes }: DataFolder, deps: Omit<HealthDeps, 'free_bytes'>) {
  const health = watchHealth({ ...deps, free_bytes })
  await health.checkDisk()
  return health
}

/** A batch as a client would send it. */
async function takeBatch(
  take: ReturnType<typeof ingest>,
  writeKey: string,
  batch: readonly JsonObject[],
): Promise<void> {
  await take({
    type: undefined,
    authorization: `Basic ${btoa(`${writeKey}:`)}`,
    contentEncoding: undefined,
    isStrict: true,
    body: new TextEncoder().encode(JSON.stringify({ batch })),
  })
}

/** The thread of the readers. */
function startReadersIn(
  folder: DataFolder,
  options: AppOptions,
  instances: readonly ConnectedInstance[],
  log: EventLog,
) {
  const { config, logger } = options
  const { logFile, ledgerFile, indexFile, free_bytes } = folder
  const { giveUpAfter_ms, history, stopWithin_ms, logBytesHard_max, deadLetterAge_ms_max } = config
  return startReadersHost({
    data: {
      logFile,
      ledgerFile,
      indexFile,
      instances,
      giveUpAfter_ms,
      history,
      trimEvery_ms: TRIM_EVERY_MS,
      logBytesHard_max,
      deadLetterAge_ms_max,
    },
    stopWithin_ms,
    onTrim: (keepFrom) => trim(log, options, free_bytes, keepFrom),
    async onTrouble(readerId, lane, error, damagedChunk) {
      logger.error({ readerId, lane, error }, 'A reader of the log stopped')
      if (damagedChunk === undefined) return
      const count = await log.setAside(damagedChunk)
      if (count > 0) logger.error({ chunk: damagedChunk, count }, SET_ASIDE)
    },
  })
}

type PublicSideDeps = {
  readonly take: Parameters<typeof ingestRoutes>[1]
  readonly pages: Parameters<typeof pageRoutes>[1]
  readonly readiness: Parameters<typeof healthRoutes>[2]
  readonly onFault: (error: unknown) => void
}

/** What everybody may reach: clients, pages and those that watch over the server. */
function publicSide({ config, version }: AppOptions, { take, pages, readiness, onFault }: PublicSideDeps) {
  const { limits, trustProxy } = config
  const server = httpListener({ body_bytes_max: limits.body_bytes_max, trustProxy, onFault })
  allowEveryOrigin(server)
  healthRoutes(server, version, readiness)
  ingestRoutes(server, take, eventFolders(config))
  pageRoutes(server, pages)
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
  { config, logger }: AppOptions,
  free_bytes: () => Promise<number>,
  keepFrom: readonly number[],
): Promise<void> {
  try {
    const { bytes: log_bytes } = await log.stats()
    const policy = trimPolicy(config, { log_bytes, free_bytes: await free_bytes(), now_ms: Date.now() })
    const chunks = await log.trim({ ...policy, keepFrom })
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
