import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { AppError, type ErrorCode } from '../core/errors.ts'
import { catalogue } from '../destinations/index.ts'
import { type EngineData, isCluster } from './engines/engine-data.ts'
import { openLedger, openLogReader } from './engines/open.ts'
import { openEventIndexReader } from './event-index/index-file.ts'
import { copyFinder } from './lookup/copy-finder.ts'
import { type Lookups, lookups } from './lookup/lookups.ts'
import { clearAwaySoon } from './thrifty-memory.ts'
import { transformings } from './transform/transforming.ts'

export type LookupThreadData = {
  readonly engine: EngineData
  readonly indexFile: string
  readonly salt: string
  /** How far back copies are looked for, where several processes take events. */
  readonly dedupe: { readonly window_ms: number }
}
export type ToLookups =
  | {
      readonly type: 'ask'
      readonly id: number
      readonly name: keyof Lookups
      readonly given: readonly unknown[]
    }
  | { readonly type: 'stop' }
export type FromLookups =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | {
      readonly type: 'refusal'
      readonly id: number
      readonly code: ErrorCode
      readonly details: AppError['details']
    }
  | { readonly type: 'fault'; readonly id: number; readonly text: string }

/** The thread that answers pages, on connections of its own that only read: docs/adr/0016-event-index.md. */
async function main(port: MessagePort, data: LookupThreadData): Promise<void> {
  const tell = (message: FromLookups) => port.postMessage(message)
  const log = await openLogReader(data.engine)
  const ledger = await openLedger(data.engine, { by: 'pages' })
  const index = openEventIndexReader(data.indexFile)
  const clock_ms = () => performance.now()
  const known = lookups({
    ...{ log, ledger, index, catalogue, clock_ms },
    ...(hasCopies(data) && { shownAs: copyFinder({ log, index, ...data.dedupe }) }),
    transformings: transformings(),
    now_ms: Date.now,
    salt: data.salt,
  })

  async function answer({ id, name, given }: Extract<ToLookups, { type: 'ask' }>): Promise<void> {
    try {
      const lookup = known[name] as (...given: readonly unknown[]) => Promise<unknown>
      tell({ type: 'answer', id, value: await lookup(...given) })
    } catch (error) {
      if (error instanceof AppError) tell({ type: 'refusal', id, code: error.code, details: error.details })
      else tell({ type: 'fault', id, text: error instanceof Error ? (error.stack ?? '') : String(error) })
    }
  }

  port.on('message', async (message: ToLookups) => {
    switch (message.type) {
      case 'ask':
        await answer(message)
        break
      case 'stop':
        await Promise.all([log.close(), ledger.close()])
        index.close()
        port.close()
    }
  })
  tell({ type: 'ready' })
  clearAwaySoon()
}

/** One process that takes all events has found their copies before they were written. */
function hasCopies({ engine, dedupe }: LookupThreadData): boolean {
  return isCluster(engine) && dedupe.window_ms > 0
}

if (parentPort !== null) await main(parentPort, workerData as LookupThreadData)
