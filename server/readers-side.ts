import type { ConnectedInstance } from '../core/transform/connected.ts'
import { catalogue } from '../destinations/index.ts'
import type { AppOptions } from './app.ts'
import type { Configured } from './configured.ts'
import type { DataFolder } from './data-folder.ts'
import { type EngineData, isCluster } from './engines/engine-data.ts'
import { openLedger, openLog } from './engines/open.ts'
import { readsLog } from './health.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { EventLog } from './log/log.ts'
import { type Meters, traceSampleOf } from './meters.ts'
import { type ReadersHost, startReadersHost } from './readers-host.ts'
import { trimPolicy } from './retention.ts'

const TRIM_EVERY_MS = 60_000
const SET_ASIDE =
  'A chunk of the log did not match its checksum. It was set aside: its events are not delivered. docs/operating.md says more.'

export type ReadersSideDeps = {
  readonly engine: EngineData
  readonly folder: DataFolder
  readonly options: AppOptions
  readonly configured: Pick<Configured, 'instances' | 'salt'>
  readonly meters: Meters
}

export type ReadersSide = {
  readonly log: EventLog
  readonly ledger: Ledger
  readonly readers: ReadersHost
  /** What was configured just now begins to read: where several processes do, the one that leads them hears of it later. */
  readonly beginNew: (instances: readonly ConnectedInstance[]) => Promise<void>
}

/** The log, and the thread that reads it, where this process has something to read it for. */
export async function readersSide(deps: ReadersSideDeps): Promise<ReadersSide> {
  const { engine, options } = deps
  const { config, logger } = options
  let checkpointed = (_wal_bytes: number) => {}
  const log = await openLog(engine, {
    lanes: config.lanes,
    onCheckpointDue(done) {
      checkpointed = done
      readers.tell({ type: 'checkpoint' })
    },
    onDamaged: (chunks) => logger.error({ chunks }, SET_ASIDE),
  })
  const ledger = await openLedger(engine, { by: 'main', log: String(log.seed) })
  const onTrouble = (readerId: string, _lane: number, error: unknown) =>
    options.logger.error({ readerId, err: error }, 'A reader of the log could not be begun')
  async function beginNew(instances: readonly ConnectedInstance[]): Promise<void> {
    if (!isCluster(engine)) return
    // The other thread is who runs them, and needs all that delivery is.
    const { beginNewReaders } = await import('./running-instances.ts')
    await beginNewReaders({ ledger, log, catalogue, onTrouble }, instances)
  }
  await beginNew(deps.configured.instances)
  const readers: ReadersHost = readsLog(config.roles)
    ? await hosted(deps, log, (wal_bytes) => checkpointed(wal_bytes))
    : NO_READERS
  log.onAppend(gatherLanes((lanes) => readers.tell({ type: 'appended', lanes })))
  return { log, ledger, readers, beginNew }
}

const NO_READERS: ReadersHost = {
  tell: () => {},
  configure: () => {},
  hasFollowed: () => true,
  isReady: () => true,
  thread: () => undefined,
  figures: async () => [],
  erase: async () => {
    throw new Error('this process has no readers: it is for one with the role admin to erase')
  },
  stop: async () => {},
}

function hosted(
  { engine, folder, options, configured, meters }: ReadersSideDeps,
  log: EventLog,
  onCheckpointed: (wal_bytes: number) => void,
): Promise<ReadersHost> {
  const { config, logger } = options
  const { giveUpAfter_ms, history, stopWithin_ms, logBytesHard_max, allowPrivate } = config
  const { deadLetterAge_ms_max, deadLetterBytes_max, roles } = config
  const told = { attemptLog: config.attemptLog, traceSample: traceSampleOf(config) }
  return startReadersHost({
    data: {
      engine,
      roles: [...roles],
      dedupe: config.dedupe,
      indexFile: folder.indexFile,
      instances: configured.instances,
      salt: configured.salt,
      giveUpAfter_ms,
      history,
      trimEvery_ms: TRIM_EVERY_MS,
      logBytesHard_max,
      deadLetterAge_ms_max,
      allowPrivate,
      deadLetterBytes_max,
      ...told,
    },
    ...{ stopWithin_ms, onAttempt: meters.heard, onCheckpointed },
    onTrim: (keepFrom) => trim(log, options, folder.free_bytes, keepFrom),
    async onTrouble(readerId, lane, error, damagedChunk) {
      logger.error({ readerId, lane, error }, 'A reader of the log stopped')
      if (damagedChunk === undefined) return
      try {
        const count = await log.setAside(damagedChunk)
        if (count > 0) logger.error({ chunk: damagedChunk, count }, SET_ASIDE)
      } catch (err) {
        logger.error(
          { err, chunk: damagedChunk },
          'A damaged chunk could not be set aside; it is tried again',
        )
      }
    },
  })
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
