import { Worker } from 'node:worker_threads'
import type { Instance } from '../core/configuration.ts'
import type { AttemptFigures } from './metrics/attempts.ts'
import type { FromReaders, ReadersThreadData, ToReaders } from './readers-thread.ts'
import { within } from './thread-figures.ts'

/** The thread is started again after a crash, at most this often. */
const RESTART_AFTER_MS = 1_000

export type ReadersHostOptions = {
  readonly data: ReadersThreadData
  readonly stopWithin_ms: number
  readonly onTrim: (keepFrom: readonly number[]) => void
  /** `damagedChunk`: the one that it could not get past. */
  readonly onTrouble: (readerId: string, lane: number, text: string, damagedChunk?: number) => void
}

/**
 * Runs the readers in a thread of their own and keeps it running: a crash of delivery must not stop ingest, and the
 * log has everything that the new thread needs.
 */
export async function startReadersHost(options: ReadersHostOptions) {
  const { stopWithin_ms, onTrim, onTrouble } = options
  let { data } = options
  let isStopping = false
  let isReady = false
  const figures = lastFigures()
  let worker = await start()

  function start(): Promise<Worker> {
    // Built files end in .js; run from source they end in .ts.
    const file = import.meta.url.endsWith('.ts') ? './readers-thread.ts' : './readers-thread.js'
    const next = new Worker(new URL(file, import.meta.url), { workerData: data })
    return new Promise((resolve, reject) => {
      next.on('message', (message: FromReaders) => {
        if (message.type === 'ready') {
          isReady = true
          resolve(next)
        } else if (message.type === 'figures') figures.told(message.attempts)
        else if (message.type === 'trim') onTrim(message.keepFrom)
        else if (message.type === 'trouble')
          onTrouble(message.readerId, message.lane, message.text, message.damagedChunk)
      })
      next.on('error', (error) => {
        onTrouble('readers', 0, error.stack ?? String(error))
        if (!isReady) reject(error)
      })
      next.on('exit', () => {
        const wasReady = isReady
        figures.told()
        isReady = false
        if (wasReady && !isStopping) restart()
      })
    })
  }

  function restart(): void {
    setTimeout(async () => {
      if (isStopping) return
      try {
        worker = await start()
      } catch {
        restart()
      }
    }, RESTART_AFTER_MS).unref()
  }

  const tell = (message: ToReaders) => worker.postMessage(message)
  return {
    tell,
    /** From now on, and after a restart of the thread too. What is on its way ends under the old configuration. */
    configure(instances: readonly Instance[]): void {
      data = { ...data, instances }
      if (isReady) tell({ type: 'configure', instances })
    },
    isReady: () => isReady,
    /** While it runs. */
    thread: () => (isReady ? worker : undefined),
    /** What it has counted since it began; what it said last when it does not answer now. */
    figures: () => figures.ask(isReady ? () => tell({ type: 'figures' }) : undefined),
    /** Lets what is on its way end, for as long as allowed; then ends the thread. Nothing is lost by that. */
    async stop(): Promise<void> {
      isStopping = true
      if (!isReady) return
      const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
      tell({ type: 'stop' })
      const timer = setTimeout(() => worker.terminate(), stopWithin_ms)
      await exited
      clearTimeout(timer)
    },
  }
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
