import { performance } from 'node:perf_hooks'
import { setTimeout as waitFor } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'
import type { Worker } from 'node:worker_threads'
import type { ThreadFigures } from './metrics/samples.ts'

export type ThreadOf = () => Worker | undefined

/** A thread that does not answer within this is left out: its figures are none. */
const ANSWER_MS_MAX = 1_000

type Utilization = ReturnType<typeof performance.eventLoopUtilization>
type Heap = Pick<ReturnType<typeof getHeapStatistics>, 'used_heap_size' | 'heap_size_limit'>

export function mainThread(): ThreadFigures {
  return figures('main', performance.eventLoopUtilization(), getHeapStatistics())
}

/** Read from outside, without a message to the thread: undefined while it does not run. */
export async function workerThread(
  name: string,
  worker: Worker | undefined,
): Promise<ThreadFigures | undefined> {
  if (worker === undefined) return undefined
  const asked = worker.getHeapStatistics().catch(() => undefined)
  const heap = await within(asked)
  return heap === undefined ? undefined : figures(name, worker.performance.eventLoopUtilization(), heap)
}

function figures(thread: string, { active, idle }: Utilization, heap: Heap): ThreadFigures {
  return {
    thread,
    active_s: active / 1_000,
    idle_s: idle / 1_000,
    heap_bytes: heap.used_heap_size,
    heap_bytes_max: heap.heap_size_limit,
  }
}

/** The answer, or undefined when it takes too long. */
export async function within<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  const late = new AbortController()
  try {
    const timer = waitFor(ANSWER_MS_MAX, undefined, { signal: late.signal, ref: false }).catch(
      () => undefined,
    )
    return await Promise.race([answer, timer])
  } finally {
    late.abort()
  }
}
