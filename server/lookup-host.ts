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
  explained: 1,
  transformTrial: 1,
  figures: 1,
} satisfies Record<keyof Lookups, 1>) as (keyof Lookups)[]

/** Nobody looks for so long: the thread ends, and its memory is free. The next question waits some 200 ms for a new one. */
const IDLE_MS = 600_000

type Waiting = { readonly resolve: (value: never) => void; readonly reject: (error: unknown) => void }

/**
 * Asks the lookups' thread, which runs while somebody asks, and is started again with the next question after a crash: what
 * pages ask must not make ingest wait, nor stop it.
 */
export function lookupHost(data: LookupThreadData, { idle_ms = IDLE_MS } = {}) {
  let current: Thread | undefined
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  const running = new Set<Thread>()

  function start(): Thread {
    const next = startThread(data, idle, () => {
      running.delete(next)
      if (current === next) current = undefined
    })
    running.add(next)
    return next
  }

  /** Has nothing left to answer. */
  function idle(): void {
    clearTimeout(timer)
    timer = setTimeout(end, idle_ms).unref()
  }

  function end(): void {
    const ended = current
    if (ended === undefined || ended.waiting() > 0) return
    current = undefined
    ended.end()
  }

  function asker(name: keyof Lookups) {
    return (...given: readonly unknown[]): Promise<unknown> => {
      if (isStopped) return Promise.reject(new AppError('SHUTTING_DOWN'))
      current ??= start()
      if (current.waiting() >= WAITING_MAX) return Promise.reject(new AppError('LOOKUPS_BUSY'))
      return current.ask(name, given)
    }
  }

  return {
    lookups: Object.fromEntries(NAMES.map((name) => [name, asker(name)])) as unknown as Lookups,
    /** While it runs. */
    thread: () => current?.worker,
    async stop(): Promise<void> {
      isStopped = true
      clearTimeout(timer)
      current?.end()
      await Promise.all([...running].map(({ exited }) => exited))
    },
  }
}
type Thread = ReturnType<typeof startThread>

/** `onIdle`: the last question that waited is answered. */
function startThread(data: LookupThreadData, onIdle: () => void, onExit: () => void) {
  const waiting = new Map<number, Waiting>()
  let last = 0
  const worker = new Worker(threadFile(), { workerData: data, resourceLimits })
  let fault: unknown = new Error('the thread that answers pages has ended')

  function settle(message: Exclude<FromLookups, { type: 'ready' }>): void {
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if (waiting.size === 0) onIdle()
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

  worker.on('message', (message: FromLookups) => {
    if (message.type !== 'ready') settle(message)
  })
  worker.on('error', (error) => {
    fault = error
  })
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      onExit()
      for (const { reject } of waiting.values()) reject(fault)
      waiting.clear()
      resolve()
    })
  })

  return {
    worker,
    exited,
    waiting: () => waiting.size,
    ask(name: keyof Lookups, given: readonly unknown[]): Promise<unknown> {
      last += 1
      const id = last
      worker.postMessage({ type: 'ask', id, name, given } satisfies ToLookups)
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
      })
    },
    end: () => worker.postMessage({ type: 'stop' } satisfies ToLookups),
  }
}

/** Built files end in .js; run from source they end in .ts. */
function threadFile(): URL {
  const file = import.meta.url.endsWith('.ts') ? './lookup-thread.ts' : './lookup-thread.js'
  return new URL(file, import.meta.url)
}
