import { Worker } from 'node:worker_threads'
import { AppError } from '../core/errors.ts'
import type { Lookups } from './lookup/lookups.ts'
import type { FromLookups, LookupThreadData, ToLookups } from './lookup-thread.ts'

/** More questions than pages ask at once; each takes memory until it is answered. */
const WAITING_MAX = 200

type Waiting = { readonly resolve: (value: never) => void; readonly reject: (error: unknown) => void }

/**
 * Asks the lookups' thread, which is started again with the next question after a crash: what pages ask must not make ingest
 * wait, nor stop it.
 */
export function lookupHost(data: LookupThreadData) {
  const waiting = new Map<number, Waiting>()
  let last = 0
  let worker: Worker | undefined

  function start(): Worker {
    // Built files end in .js; run from source they end in .ts.
    const file = import.meta.url.endsWith('.ts') ? './lookup-thread.ts' : './lookup-thread.js'
    const next = new Worker(new URL(file, import.meta.url), { workerData: data })
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

  function asker<Name extends keyof Lookups>(name: Name): Lookups[Name] {
    return ((...given: readonly unknown[]) => {
      if (waiting.size >= WAITING_MAX) return Promise.reject(new AppError('LOOKUPS_BUSY'))
      worker ??= start()
      last += 1
      const id = last
      worker.postMessage({ type: 'ask', id, name, given } satisfies ToLookups)
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
      })
    }) as unknown as Lookups[Name]
  }

  const lookups: Lookups = {
    events: asker('events'),
    event: asker('event'),
    attempts: asker('attempts'),
    attempt: asker('attempt'),
    search: asker('search'),
    schema: asker('schema'),
    series: asker('series'),
    rates: asker('rates'),
    overview: asker('overview'),
    live: asker('live'),
  }
  return {
    lookups,
    /** So that the first page does not wait for it. */
    warmUp(): void {
      worker ??= start()
    },
    async stop(): Promise<void> {
      const running = worker
      if (running === undefined) return
      const exited = new Promise<void>((resolve) => running.once('exit', () => resolve()))
      running.postMessage({ type: 'stop' } satisfies ToLookups)
      await exited
    },
  }
}
