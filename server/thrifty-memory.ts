import { Session } from 'node:inspector/promises'
import { setFlagsFromString } from 'node:v8'

/** Left to itself, V8 lets a heap grow to four times what is in use before it looks for garbage. */
const THRIFTY_PERCENT = 30
/**
 * While there is room, a heap may double: an event through the whole path takes 72 µs in place of 91, and one that is taken
 * 27 in place of 38, for 20 MB more (`npm run bench:pending -- --quick`). With 200 percent it is 72 and 27 again, for 100 MB more.
 */
const ROOMY_PERCENT = 100
/** More than a busy server reaches with either; what goes beyond it has something else to keep, and stays thrifty. */
const ROOMY_BYTES_MAX = 500_000_000
/** V8 looks at what it may at each end of a collection, which is several times a second when there is much to do. */
const LOOK_EVERY_MS = 1_000

/** By then a thread has what it needs to begin. */
const CLEAR_AFTER_MS = 1_500

/**
 * Makes this process keep little memory that it does not use, in all its threads. What loading the server's modules has left
 * behind is cleared away: V8 would keep it, and room for as much again, for as long as there is little to do. That takes
 * some 50 ms, so it is done before anybody waits for an answer, and before the threads begin.
 */
export async function beThrifty(): Promise<void> {
  mayGrow(THRIFTY_PERCENT)
  // Several functions compiled at the same time take 40 MB that the C library keeps. One after the other, where they are called,
  // costs each of them a few milliseconds, once: `npm run bench:pending` drains no slower for it.
  setFlagsFromString('--no-concurrent-recompilation')
  await clearAway()
  growByRoom()
}

/** From now on heaps grow as far as there is room for it. */
function growByRoom(): void {
  const look = () => mayGrow(process.memoryUsage.rss() < ROOMY_BYTES_MAX ? ROOMY_PERCENT : THRIFTY_PERCENT)
  look()
  setInterval(look, LOOK_EVERY_MS).unref()
}

/** By so much a heap may grow before garbage is looked for; holds for all threads. */
function mayGrow(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`)
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
