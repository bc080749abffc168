import type { EventIndex } from './event-index/index-file.ts'
import { type EventIndexerDeps, runEventIndexer } from './indexer/event-indexer.ts'

export type KeepIndexedDeps = Pick<EventIndexerDeps, 'log' | 'signals' | 'stop' | 'inTurn'> & {
  /** Opens the event index; left out, there is none. */
  readonly openIndex: (() => EventIndex) | undefined
  /** Empties its file. False when somebody who reads keeps old pages: then it is to be done again. */
  readonly clearIndex: (() => boolean) | undefined
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<boolean>
  readonly onTrouble: (error: unknown) => void
}
const AGAIN_AFTER_MS = 1_000

/** Keeps the event index up with the log, and builds it anew when it is told to. */
export function keepIndexed({ openIndex, clearIndex, stop, sleep, onTrouble, ...read }: KeepIndexedDeps) {
  let index: EventIndex | undefined
  let round = new AbortController()
  let wanted: { readonly done: () => void; readonly failed: (error: unknown) => void } | undefined

  async function indexUntilTold(): Promise<void> {
    round = new AbortController()
    const signal = AbortSignal.any([stop, round.signal])
    if (wanted !== undefined) return
    index = openIndex?.()
    if (index !== undefined) {
      await runEventIndexer({ ...read, index, stop: signal, sleep: (ms) => sleep(ms, signal) })
    }
  }

  async function clear(): Promise<void> {
    const asked = wanted
    wanted = undefined
    try {
      while (clearIndex?.() === false) if (!(await sleep(AGAIN_AFTER_MS, stop))) break
      asked?.done()
    } catch (error) {
      asked?.failed(error)
    }
  }

  /** What an error left half done is read from the file again: the index goes on from what it had stored. */
  async function run(): Promise<void> {
    while (openIndex !== undefined && !stop.aborted) {
      await indexUntilTold().catch(onTrouble)
      index?.close()
      index = undefined
      if (wanted !== undefined) await clear()
      else await sleep(AGAIN_AFTER_MS, stop)
    }
    wanted?.failed(new Error('stopped'))
  }

  return {
    ended: run(),
    index: () => index,
    /** Empties the index, and lets it be built from the log as that is now. Resolves when it is empty. */
    rebuild(): Promise<void> {
      if (openIndex === undefined || clearIndex === undefined) return Promise.resolve()
      if (stop.aborted) return Promise.reject(new Error('stopped'))
      return new Promise((resolve, reject) => {
        wanted = { done: resolve, failed: reject }
        round.abort()
      })
    },
  }
}
