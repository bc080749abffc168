import { Worker } from 'node:worker_threads'
import type { ConnectedInstance } from '../core/transform/connected.ts'
import type { AttemptTold } from './attempt-watch.ts'
import type { ErasedRows, Erasure } from './ledger/erase.ts'
import type { AttemptFigures } from './metrics/attempts.ts'
import type { FromReaders, ReadersThreadData, ToReaders } from './readers-thread.ts'
import { within } from './thread-figures.ts'

/** The thread is started again after a crash, at most this often. */
const RESTART_AFTER_MS = 1_000
/**
 * Left to itself, V8 gives the young objects of a thread up to 128 MB; what was read a moment ago is old soon anyway. Counts where V8
 * was not told at the start of the process, which goes before this (thrifty-process.ts: 12 MB).
 */
const resourceLimits = { maxYoungGenerationSizeMb: 24 }

export type ReadersHostOptions = {
  readonly data: ReadersThreadData
  readonly stopWithin_ms: number
  readonly onAttempt: (told: AttemptTold) => void
  readonly onTrim: (keepFrom: readonly number[]) => void
  readonly onCheckpointed: (wal_bytes: number) => void
  /** `damagedChunk`: the one that it could not get past. */
  readonly onTrouble: (readerId: string, lane: number, text: string, damagedChunk?: number) => void
}

export type ReadersHost = {
  readonly tell: (message: ToReaders) => void
  /** From now on, and after a restart of the thread too. What is on its way ends under the old configuration. */
  readonly configure: (instances: readonly ConnectedInstance[]) => void
  /** Whether it runs as it was last configured. */
  readonly hasFollowed: () => boolean
  readonly isReady: () => boolean
  readonly thread: () => Worker | undefined
  /** What it has counted since it began; what it said last when it does not answer now. */
  readonly figures: () => Promise<readonly AttemptFigures[]>
  readonly erase: (person: Erasure) => Promise<ErasedRows>
  /** Lets what is on its way end, for as long as allowed; then ends the thread. Nothing is lost by that. */
  readonly stop: () => Promise<void>
}

/**
 * Runs the readers in a thread of their own and keeps it running: a crash of delivery must not stop ingest, and the
 * log has everything that the new thread needs.
 */
export async function startReadersHost(options: ReadersHostOptions): Promise<ReadersHost> {
  const { stopWithin_ms, onTrouble } = options
  let { data } = options
  let isStopping = false
  let isReady = false
  /** Configurations that it was told and does not run yet. */
  let toFollow = 0
  let worker: Worker | undefined
  const tell = (message: ToReaders) => worker?.postMessage(message)
  function follow(): void {
    toFollow += 1
    tell({ type: 'configure', instances: data.instances })
  }
  const figures = lastFigures()
  const erasing = erasures((id, person) => isReady && tell({ type: 'erase', id, person }))
  await start()

  async function start(): Promise<void> {
    const { instances } = data
    const next = new Worker(threadFile(), { workerData: data, resourceLimits })
    return new Promise((resolve, reject) => {
      next.on('message', (message: FromReaders) => {
        if (message.type === 'ready') {
          if (isStopping) return void next.terminate()
          isReady = true
          worker = next
          toFollow = 0
          // It may have changed while the thread began.
          if (data.instances !== instances) follow()
          resolve()
        } else if (message.type === 'configured') toFollow -= 1
        else hear(message, options, figures, erasing)
      })
      next.on('error', (error) => {
        onTrouble('readers', 0, error.stack ?? String(error))
        if (!isReady) reject(error)
      })
      next.on('exit', () => {
        const wasReady = isReady
        isReady = false
        for (const end of [figures.told, erasing.failAll]) end()
        reject(new Error('the thread of the readers ended before it was ready'))
        if (wasReady && !isStopping) restart()
      })
    })
  }

  function restart(): void {
    setTimeout(() => void (isStopping || start().catch(restart)), RESTART_AFTER_MS).unref()
  }

  return {
    tell,
    configure(instances) {
      data = { ...data, instances }
      if (isReady) follow()
    },
    hasFollowed: () => isReady && toFollow === 0,
    isReady: () => isReady,
    thread: () => (isReady ? worker : undefined),
    figures: () => figures.ask(isReady ? () => tell({ type: 'figures' }) : undefined),
    erase: erasing.ask,
    async stop() {
      isStopping = true
      if (isReady && worker !== undefined) await stopped(worker, stopWithin_ms)
    },
  }
}

/** Lets it end by itself, for so long. */
async function stopped(worker: Worker, within_ms: number): Promise<void> {
  // An error of it on the way is told, and is no reason not to stop.
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.postMessage({ type: 'stop' } satisfies ToReaders)
  const timer = setTimeout(() => worker.terminate(), within_ms)
  await exited
  clearTimeout(timer)
}

function hear(
  message: FromReaders,
  { onTrim, onTrouble, onAttempt, onCheckpointed }: ReadersHostOptions,
  figures: ReturnType<typeof lastFigures>,
  erasing: ReturnType<typeof erasures>,
): void {
  if (message.type === 'figures') figures.told(message.attempts)
  else if (message.type === 'erased') erasing.answer(message)
  else if (message.type === 'attempted' || message.type === 'spans') onAttempt(message)
  else if (message.type === 'trim') onTrim(message.keepFrom)
  else if (message.type === 'checkpointed') onCheckpointed(message.wal_bytes)
  else if (message.type === 'trouble')
    onTrouble(message.readerId, message.lane, message.text, message.damagedChunk)
}

/** Built files end in .js; run from source they end in .ts. */
function threadFile(): URL {
  const file = import.meta.url.endsWith('.ts') ? './readers-thread.ts' : './readers-thread.js'
  return new URL(file, import.meta.url)
}

/** Those who ask while an answer is on its way get that one. */
function lastFigures() {
  let known: readonly AttemptFigures[] = []
  const waiting: ((attempts: readonly AttemptFigures[]) => void)[] = []
  return {
    told(attempts = known): void {
      known = attempts
      for (const answer of waiting.splice(0)) answer(known)
    },
    async ask(send: (() => void) | undefined): Promise<readonly AttemptFigures[]> {
      if (send === undefined) return known
      const answer = new Promise<readonly AttemptFigures[]>((resolve) => {
        waiting.push(resolve)
      })
      if (waiting.length === 1) send()
      return (await within(answer)) ?? known
    },
  }
}

/** What the thread was asked to erase, until it answers or ends. */
function erasures(send: (id: number, person: Erasure) => unknown) {
  const waiting = new Map<number, (rows: ErasedRows | undefined) => void>()
  let last = 0
  return {
    /** Takes a person out of what the readers keep. @throws {Error} when it failed or the thread ended: ask again. */
    async ask(person: Erasure): Promise<ErasedRows> {
      last += 1
      const id = last
      if (send(id, person) === false) throw new Error('the readers are not there')
      const rows = await new Promise<ErasedRows | undefined>((resolve) => {
        waiting.set(id, resolve)
      })
      waiting.delete(id)
      if (rows === undefined) throw new Error('the readers could not erase a person')
      return rows
    },
    answer: ({ id, rows }: Extract<FromReaders, { type: 'erased' }>) => waiting.get(id)?.(rows),
    failAll(): void {
      for (const ended of waiting.values()) ended(undefined)
    },
  }
}
