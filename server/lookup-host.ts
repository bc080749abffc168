import { Worker } from 'node:worker_threads'
import { AppError } from '../core/errors.ts'
import type { Lookups } from './lookup/lookups.ts'
import type { FromLookups, LookupThreadData, ToLookups } from './lookup-thread.ts'

/** More questions than pages ask at once; each takes memory until it is answered. */
const WAITING_MAX = 200
/** As for the readers' thread: young objects are otherwise given up to 128 MB. */
const resourceLimits = { maxYoungGenerationSizeMb: 12 }

/** Written out, so that one that is missing or misspelt does not compile. */
const NAMES = Object.keys({
  events: 1,
  event: 1,
  attempts: 1,
  attempt: 1,
  search: 1,
  schema: 1,
  series: 1,
  rates: 1,
  overview: 1,
  live: 1,
} satisfies Record<keyof Lookups, 1>) as (keyof Lookups)[]

type Waiting = { readonly resolve: (value: never) => void; readonly reject: (error: unknown) => void }

/**
 * Asks the lookups' thread, which is started again with the next question after a crash: what pages ask must not make ingest
 * wait, nor stop it.
 */
export function lookupHost(data: LookupThreadData) {
  const waiting = new Map<number, Waiting>()
  let last = 0
  let worker: Worker | undefined
  let isStopped = false

  function start(): Worker {
    // Built files end in .js; run from source they end in .ts.
    const file = import.meta.url.endsWith('.ts') ? './lookup-thread.ts' : './lookup-thread.js'
    const next = new Worker(new URL(file, import.meta.url), { workerData: data, resourceLimits })
    let fault: unknown = new Error('the thread that answers pages has ended')
    next.on('message', (message: FromLookups) => {
      if (message.type !== 'ready') settle(message)
    })
    next.on('error', (error) => {
      fault = error
    })
    next.on('exit', () => {
      if (worker === next) worker = undefined
      for (const { reject } of waiting.values()) reject(fault)
      waiting.clear()
    })
    return next
  }

  function settle(message: Exclude<FromLookups, { type: 'ready' }>): void {
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    switch (message.type) {
      case 'answer':
        asked?.resolve(message.value as never)
        break
      case 'refusal':
        asked?.reject(new AppError(message.code, message.details))
        break
      case 'fault':
        asked?.reject(new Error(message.text))
    }
  }

  function asker(name: keyof Lookups) {
    return (...given: readonly unknown[]): Promise<unknown> => {
      if (isStopped) return Promise.reject(new AppError('SHUTTING_DOWN'))
      if (waiting.size >= WAITING_MAX) return Promise.reject(new AppError('LOOKUPS_BUSY'))
      worker ??= start()
      last += 1
      const id = last
      worker.postMessage({ type: 'ask', id, name, given } satisfies ToLookups)
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
      })
    }
  }

  return {
    lookups: Object.fromEntries(NAMES.map((name) => [name, asker(name)])) as unknown as Lookups,
    /** So that the first page does not wait for it. */
    warmUp(): void {
      worker ??= start()
    },
    async stop(): Promise<void> {
      isStopped = true
      const running = worker
      if (running === undefined) return
      const exited = new Promise<void>((resolve) => running.once('exit', () => resolve()))
      running.postMessage({ type: 'stop' } satisfies ToLookups)
      await exited
    },
  }
}
