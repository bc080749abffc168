import { randomUUID } from 'node:crypto'
import type { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import type { Configuration } from '../core/configuration.ts'
import type { JsonObject } from '../core/event.ts'
import { type ConnectedInstance, connectedInstances } from '../core/transform/connected.ts'
import { catalogue } from '../destinations/index.ts'
import { accessSide } from './access-side.ts'
import { checkExposure } from './admin-listener.ts'
import { adminSide } from './admin-side.ts'
import { alertsSide } from './alerts-side.ts'
import type { ServerConfig } from './config.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { tlsFilesOf } from './edge-options.ts'
import { type FollowDeps, followStore } from './follow-store.ts'
import { type HealthDeps, watchHealth } from './health.ts'
import { listen } from './http/listener.ts'
import { followTls, readTls, type TlsPair } from './http/tls.ts'
import { ingest } from './ingest/ingest.ts'
import { rememberedIds } from './ingest/remembered-ids.ts'
import type { Ledger } from './ledger/ledger.ts'
import { type LiveConfiguration, liveConfiguration } from './live-configuration.ts'
import type { EventLog } from './log/log.ts'
import { sqliteLog } from './log/sqlite.ts'
import { checkLogin, ssoOptions } from './login-options.ts'
import { lookupHost } from './lookup-host.ts'
import { type Meters, makeMeters, traceSampleOf } from './meters.ts'
import { metricsSide, timedLog } from './metrics-side.ts'
import { ledgerPlace, openLedger } from './open-ledger.ts'
import { openStore, type StoreOptions } from './open-store.ts'
import { pageDeps, pluginNote } from './page-deps.ts'
import { installationSalt, personHash } from './persons/hash.ts'
import { type Suppression, suppressionList } from './persons/suppression.ts'
import { personsSide } from './persons-side.ts'
import { type EdgeLimits, edgeLimits, publicSide } from './public-side.ts'
import { startReadersHost } from './readers-host.ts'
import { trimPolicy } from './retention.ts'
import { type SqlSide, sqlSide } from './sql-side.ts'

const TRIM_EVERY_MS = 60_000
const SET_ASIDE =
  'A chunk of the log did not match its checksum. It was set aside: its events are not delivered. docs/operating.md says more.'

export type AppOptions = StoreOptions & {
  readonly version: string
  /** Adds what only development has, such as the sandbox, to the admin side. */
  readonly extend?: (admin: FastifyInstance) => Promise<void>
}
export type App = {
  readonly url: string
  readonly adminUrl: string
  /** Where the first admin is made, while there is nobody who could log in. */
  readonly setUpUrl: string | undefined
  readonly stop: () => Promise<void>
}

/**
 * Puts the parts together and starts them: the readers first, then the listeners. The only place that picks
 * implementations.
 *
 * @throws {AppError} DATA_IN_USE, SCHEMA_TOO_NEW, SECRET_KEY_MISSING, SECRET_KEY_WRONG, PORT_IN_USE, TLS_UNREADABLE,
 *   OPTION_INVALID
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { config } = options
  checkLogin(config.login, config.admin.host)
  ssoOptions(config.login)
  checkExposure(config, { hasLogin: config.login.isOn })
  const tlsFiles = tlsFilesOf(config.tls)
  const tls = tlsFiles === undefined ? undefined : readTls(tlsFiles)
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
  const { store, instances, salt, suppression, live, changeByFile } = await configured(folder, options)
  const log = logIn(folder, options, () => readers.tell({ type: 'checkpoint' }))
  const dedupe = await rememberedIds(log, config.dedupe, Date.now())
  const ledger = await ledgerIn(folder, config, log)
  const meters = makeMeters(config, version, logger)
  const readers = await startReadersIn(folder, options, { instances, salt, meters }, log)
  log.onAppend(gatherLanes((lanes) => readers.tell({ type: 'appended', lanes })))
  const pages = pageDeps(config, live)
  const health = await healthIn(folder, {
    ...{ ...config, log: timedLog(log, meters), ledger, store, isDelivering: readers.isReady },
    notes: () => pluginNote(pages, live),
  })
  const onFault = (error: unknown) => logger.error({ err: error }, 'A request failed')
  const edge = edgeLimits(config)
  const taking = ingestDeps(config, live, edge, suppression)
  const take = ingest({ ...taking, log: health.log, dedupe, unwell: health.unwell, traced: meters.traced })
  const server = publicSide({ config, version, edge, tls, take, pages, health, onFault, meters })
  const asking = lookupsIn(folder, config, salt)
  const metrics = metricsIn(folder, options, { health, ledger, readers, asking, live, edge, meters })
  const persons = personsSide({
    ...{ store, log, ledger, salt, suppression, config, erase: readers.erase, logger },
    forgetTexts: () => alerts.forgetTexts().then(sql.forgetTexts),
  })
  const sql = sqlSide({ store, config, take, logger })
  let [url, adminUrl] = ['', '']
  const pagesUrl = () => config.admin.url ?? adminUrl
  const onChange = changeCounts(options, { live, readers, sql })
  const alerts = alertsSide({
    ...{ store, ledger, health, config, failingSources: sql.failing },
    pagesUrl,
    onTrouble: (error) => logger.error({ err: error }, 'Alerts could not be looked at'),
  })
  const { accessFile: file } = folder
  const access = await accessSide({ file, config, store, logger, changeByFile, pagesUrl })
  const admin = await adminSide({
    ...{ people: access.people, records: access.records, persons: persons.persons, salt, sql: sql.admin },
    ...{ store, ledger, log, pages, health, alerts, version, lookups: asking.lookups },
    ...{ metrics, listener: { config, tls, onFault, watch: meters.admin.watch } },
    ...{ turnedAway: edge.turnedAway.list, startedAt_ms: Date.now() },
    host: () => config.publicUrl ?? url,
    configFile: configFileOf(options),
    hasSandbox: options.extend !== undefined,
    limits: config,
    take: (writeKey, calls) => takeBatch(take, writeKey, calls),
    onChange,
    onReplay: () => readers.tell({ type: 'replays' }),
    extend: options.extend,
  })

  const following = followCertificate(tls, options, [server, admin.server])
  const others = followOthers(options, { store, suppression, live, onChange })
  async function stop(): Promise<void> {
    for (const one of [following, health, alerts, metrics]) one?.stop()
    await server.close()
    for (const one of [others, sql, persons, readers, admin, asking, access, meters]) await one.stop()
    await Promise.all([log.close(), ledger.close(), store.close()])
  }
  try {
    adminUrl = await listen(admin.server, config.admin.host, config.adminPort)
    url = await listen(server, config.host, config.port)
    sql.follow(live.now())
    return { url, adminUrl, setUpUrl: await access.people.setUpUrl(), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function ledgerIn({ ledgerFile }: DataFolder, { postgres }: ServerConfig, log: EventLog): Promise<Ledger> {
  return openLedger(ledgerPlace(ledgerFile, postgres), { by: 'main', log: String(log.seed) })
}

/** A changed configuration counts for what comes next. */
function changeCounts(
  { secrets }: AppOptions,
  { live, readers, sql }: Pick<Measurable, 'live' | 'readers'> & { readonly sql: SqlSide },
): (changed: Configuration) => void {
  return (changed) => {
    secrets?.add(changed, catalogue)
    live.set(changed)
    readers.configure(connectedInstances(changed))
    sql.follow(changed)
  }
}

type Following = Pick<FollowDeps, 'store' | 'onChange'> & {
  readonly suppression: Suppression
  readonly live: LiveConfiguration
}
/** What other processes configure counts here too. */
function followOthers({ logger }: AppOptions, { store, suppression, live, onChange }: Following) {
  return followStore({
    ...{ store, now: live.now, onChange, onSuppressed: suppression.reload },
    onTrouble: (error) => logger.warn({ err: error }, 'What other processes configure could not be read'),
  })
}

type Measurable = {
  readonly health: Awaited<ReturnType<typeof healthIn>>
  readonly ledger: Ledger
  readonly readers: Awaited<ReturnType<typeof startReadersIn>>
  readonly asking: ReturnType<typeof lookupsIn>
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

/** The thread that answers what pages ask about events. */
function lookupsIn({ logFile, ledgerFile, indexFile }: DataFolder, { postgres }: ServerConfig, salt: string) {
  return lookupHost({ logFile, ledger: ledgerPlace(ledgerFile, postgres), indexFile, salt })
}

/** The file that says at each start what is configured, if there is one. */
function configFileOf({ configuration, isSample, config }: AppOptions): string | undefined {
  return isSample === true || configuration === undefined ? undefined : config.configFile
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

function logIn(
  { logFile }: DataFolder,
  { config: { lanes }, logger }: AppOptions,
  onCheckpointDue: () => void,
): EventLog {
  return sqliteLog(logFile, {
    ...{ lanes, onCheckpointDue },
    onDamaged: (chunks) => logger.error({ chunks }, SET_ASIDE),
  })
}

/** What is configured, and what the server needs to know of persons. */
async function configured(folder: DataFolder, options: AppOptions) {
  const { store, configuration, changeByFile } = await openStore(folder, options)
  const salt = await installationSalt(store)
  const suppression = await suppressionList(store, personHash(salt))
  const live = liveConfiguration(configuration, salt)
  return { store, instances: connectedInstances(configuration), salt, suppression, live, changeByFile }
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
  { instances, salt, meters }: { instances: readonly ConnectedInstance[]; salt: string; meters: Meters },
  log: EventLog,
) {
  const { config, logger } = options
  const { logFile, ledgerFile, indexFile, free_bytes } = folder
  const { giveUpAfter_ms, history, stopWithin_ms, logBytesHard_max, allowPrivate } = config
  const { deadLetterAge_ms_max, deadLetterBytes_max } = config
  const told = { attemptLog: config.attemptLog, traceSample: traceSampleOf(config) }
  return startReadersHost({
    data: {
      logFile,
      ledger: ledgerPlace(ledgerFile, config.postgres),
      indexFile,
      instances,
      salt,
      giveUpAfter_ms,
      history,
      trimEvery_ms: TRIM_EVERY_MS,
      logBytesHard_max,
      deadLetterAge_ms_max,
      allowPrivate,
      deadLetterBytes_max,
      ...told,
    },
    ...{ stopWithin_ms, onAttempt: meters.heard },
    onTrim: (keepFrom) => trim(log, options, free_bytes, keepFrom),
    async onTrouble(readerId, lane, error, damagedChunk) {
      logger.error({ readerId, lane, error }, 'A reader of the log stopped')
      if (damagedChunk === undefined) return
      const count = await log.setAside(damagedChunk)
      if (count > 0) logger.error({ chunk: damagedChunk, count }, SET_ASIDE)
    },
  })
}

function ingestDeps(
  { limits }: ServerConfig,
  { sourceOf, redactionOf }: LiveConfiguration,
  { keys }: EdgeLimits,
  { isSuppressed }: Suppression,
) {
  return {
    sourceOf,
    redactionOf,
    isSuppressed,
    limits,
    keyWait_ms: keys.take,
    now_ms: Date.now,
    newMessageId: randomUUID,
  }
}

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
