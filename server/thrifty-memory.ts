import { Session } from 'node:inspector/promises'
import { setFlagsFromString } from 'node:v8'

/** Left to itself, V8 lets a heap grow to four times what is in use before it looks for garbage. */
const GROWING_PERCENT = 30

/** By then a thread has what it needs to begin. */
const CLEAR_AFTER_MS = 1_500

/**
 * Makes this process keep little memory that it does not use, in all its threads. What loading the server's modules has left
 * behind is cleared away: V8 would keep it, and room for as much again, for as long as there is little to do. That takes
 * some 50 ms, so it is done before anybody waits for an answer, and before the threads begin.
 */
export async function beThrifty(): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`)
  // Several functions compiled at the same time take 40 MB that the C library keeps. One after the other, where they are called,
  // costs each of them a few milliseconds, once: `npm run bench:pending` drains no slower for it.
  setFlagsFromString('--no-concurrent-recompilation')
  await clearAway()
}

/** A little after its start, what a thread began with is cleared away too: that takes some 20 ms, once. */
export function clearAwaySoon(): void {
  setTimeout(() => void clearAway(), CLEAR_AFTER_MS).unref()
}

/** The only way to ask for it that needs no option of Node's. */
async function clearAway(): Promise<void> {
  const session = new Session()
  session.connect()
  try {
    await session.post('HeapProfiler.collectGarbage')
  } finally {
    session.disconnect()
  }
}
