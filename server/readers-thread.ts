import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { AppError } from '../core/errors.ts'
import type { ConnectedInstance } from '../core/transform/connected.ts'
import { catalogue } from '../destinations/index.ts'
import { type AttemptTold, type AttemptWatchData, watchAttempts } from './attempt-watch.ts'
import { type EngineData, isCluster } from './engines/engine-data.ts'
import { openLanes, openLedger, openLogReader } from './engines/open.ts'
import { clearEventIndex, openEventIndex } from './event-index/index-file.ts'
import type { ErasedRows, Erasure } from './ledger/erase.ts'
import type { AttemptFigures } from './metrics/attempts.ts'
import { NO_LANES } from './pipeline/owned-lanes.ts'
import { startReaders } from './readers.ts'
import type { Role, Roles } from './roles.ts'
import { sleepUntil } from './sleep-until.ts'
import { stepAside } from './step-aside.ts'
import { clearAwaySoon } from './thrifty-memory.ts'

/** What the readers' thread is told at its start. Secrets in settings cross as text, inside this process. */
export type ReadersThreadData = AttemptWatchData & {
  readonly engine: EngineData
  readonly roles: readonly Role[]
  /** How far back copies are looked for, where several processes take events. */
  readonly dedupe: { readonly window_ms: number; readonly ids_max: number }
  readonly indexFile: string
  readonly instances: readonly ConnectedInstance[]
  readonly salt: string
  readonly giveUpAfter_ms: number
  readonly history: { readonly age_ms_max: number; readonly bytes_max: number }
  readonly trimEvery_ms: number
  readonly logBytesHard_max: number
  readonly deadLetterAge_ms_max: number
  readonly allowPrivate: readonly string[]
  readonly deadLetterBytes_max: number
}
export type ToReaders =
  | { readonly type: 'appended'; readonly lanes: readonly number[] }
  | { readonly type: 'checkpoint' }
  | { readonly type: 'configure'; readonly instances: readonly ConnectedInstance[] }
  | { readonly type: 'replays' }
  | { readonly type: 'figures' }
  /** Chunks of the log were rewritten by another process. */
  | { readonly type: 'rewritten' }
  | { readonly type: 'erase'; readonly id: number; readonly person: Erasure }
  | { readonly type: 'stop' }
export type FromReaders =
  | AttemptTold
  | { readonly type: 'ready' }
  | { readonly type: 'configured' }
  | { readonly type: 'checkpointed'; readonly wal_bytes: number }
  | {
      readonly type: 'erased'
      readonly id: number
      /** Undefined: it failed. */
      readonly rows: ErasedRows | undefined
    }
  | { readonly type: 'trim'; readonly keepFrom: readonly number[] }
  | {
      readonly type: 'trouble'
      readonly readerId: string
      readonly lane: number
      readonly text: string
      readonly damagedChunk?: number
    }
  | { readonly type: 'figures'; readonly attempts: readonly AttemptFigures[] }
  | { readonly type: 'stopped' }

/** The thread that reads the log, on connections of its own: docs/adr/0008-two-threads.md. */
async function main(port: MessagePort, data: ReadersThreadData): Promise<void> {
  const tell = (message: FromReaders) => port.postMessage(message)
  const { engine, roles: named } = data
  const roles: Roles = new Set(named)
  if (roles.has('ingest')) stepAside()
  const [log, ledger] = await Promise.all([openLogReader(engine), openLedger(engine, { by: 'readers' })])
  const owned = await lanesOf(engine, roles, {
    ...{ lanes: log.lanes, ledger, sleep: sleepUntil },
    onTrouble: (lane, error) => tell({ type: 'trouble', readerId: 'lanes', lane, text: String(error) }),
  })
  const attempts = watchAttempts(data, tell)
  const readers = await startReaders({
    ...withoutDedupe(data),
    roles,
    owned,
    log,
    ledger,
    catalogue,
    openIndex: () => openEventIndex(data.indexFile, log.seed),
    onAttempt: attempts.onAttempt,
    clearIndex: () => clearEventIndex(data.indexFile),
    onTrim: (keepFrom) => tell({ type: 'trim', keepFrom }),
    onTrouble: (readerId, lane, error) => tell(troubleOf(readerId, lane, error)),
  })
  /** What fails is told, and whoever asked asks again. */
  async function erase(person: Erasure): Promise<ErasedRows | undefined> {
    try {
      return await readers.erase(person)
    } catch (error) {
      tell({ type: 'trouble', readerId: 'deletion', lane: 0, text: String(error) })
      return undefined
    }
  }
  port.on('message', async (message: ToReaders) => {
    switch (message.type) {
      case 'appended':
        log.wake(message.lanes)
        break
      case 'checkpoint':
        tell({ type: 'checkpointed', wal_bytes: log.checkpoint() })
        break
      case 'configure':
        await readers.reconfigure(message.instances)
        tell({ type: 'configured' })
        break
      case 'replays':
        readers.wakeReplays()
        break
      case 'figures':
        tell({ type: 'figures', attempts: attempts.read() })
        break
      case 'rewritten':
        await readers.forget().catch((error) => tell(troubleOf('deletion', 0, error)))
        break
      case 'erase':
        tell({ type: 'erased', id: message.id, rows: await erase(message.person) })
        break
      case 'stop':
        await Promise.all([owned.delivery.stop(), owned.indexer.stop(), readers.stop()])
        await log.close()
        await ledger.close()
        tell({ type: 'stopped' })
        port.close()
    }
  })
  tell({ type: 'ready' })
  clearAwaySoon()
}

/** One process that takes all events has found their copies before they were written. */
function withoutDedupe({ dedupe, ...data }: ReadersThreadData) {
  return isCluster(data.engine) ? { ...data, dedupe } : data
}

function troubleOf(readerId: string, lane: number, error: unknown): FromReaders {
  const text = error instanceof Error ? `${error.stack ?? ''}${causeOf(error)}` : String(error)
  return { type: 'trouble', readerId, lane, text, ...damagedChunk(error) }
}

function causeOf({ cause }: Error): string {
  return cause === undefined ? '' : `\nbecause of: ${String(cause)}`
}

/** The lanes of this process, for what it does. */
async function lanesOf(engine: EngineData, roles: Roles, shares: Parameters<typeof openLanes>[2]) {
  const of = async (role: 'delivery' | 'indexer') =>
    roles.has(role) ? openLanes(engine, role, shares) : { ...NO_LANES, stop: async () => {} }
  return { delivery: await of('delivery'), indexer: await of('indexer') }
}

/** The reader's connection does not write: whoever owns the log takes the chunk out of the way. */
function damagedChunk(error: unknown): { readonly damagedChunk?: number } {
  const chunk =
    error instanceof AppError && error.code === 'CHUNK_DAMAGED' ? error.details['chunk'] : undefined
  return typeof chunk === 'number' ? { damagedChunk: chunk } : {}
}

if (parentPort !== null) await main(parentPort, workerData as ReadersThreadData)
