import { Session } from 'node:inspector/promises'
import { setFlagsFromString } from 'node:v8'
import { isMainThread } from 'node:worker_threads'

/** Left to itself, V8 lets a heap grow to four times what is in use before it looks for garbage. */
const THRIFTY_PERCENT = 30
/**
 * While there is room. With 30 an event through the whole path takes 91 µs, with 100 and without a bound 72; with this and the bound
 * below five million waiting events drain at 71 µs each in 253 MB (`npm run bench:pending`).
 */
const ROOMY_PERCENT = 60
/** So that a busy server stays below 300 MB, with what is on its way through it at a time. */
const ROOMY_BYTES_MAX = 240_000_000
/**
 * From here on a thread clears away by itself: V8 keeps pages that nobody uses until its thread has rested for 8 s, which a busy one never
 * does. Readers begin, as nobody waits for them: half a minute of full load held 380 MB without it, a fifth of that such pages.
 */
const FULL_BYTES = { readers: 250_000_000, main: 280_000_000 }
/** It takes a thread about 100 ms when there is much to do: a fiftieth of its time. */
const CLEAR_AGAIN_AFTER_MS = 5_000
/**
 * Of a process that does a part of the work. Its heap is small, of which the usual part is little, so that it would look for garbage all
 * the time: with 60 and 30 a cluster takes 143 µs for an event, with these 133 (`npm run bench:cluster`).
 */
const PART = { roomy: 200, thrifty: 60, bytes_max: 285_000_000 } as const
const WHOLE = { roomy: ROOMY_PERCENT, thrifty: THRIFTY_PERCENT, bytes_max: ROOMY_BYTES_MAX } as const
/** V8 looks at what it may at each end of a collection, which is several times a second when there is much to do. */
const LOOK_EVERY_MS = 1_000

/** By then a thread has what it needs to begin. */
const CLEAR_AFTER_MS = 1_500

/**
 * Makes this process keep little memory that it does not use, in all its threads. `isPart`: it has some of the roles, not all.
 */
export function beThrifty(isPart = false): void {
  mayGrow(THRIFTY_PERCENT)
  // Several functions compiled at the same time take 40 MB that the C library keeps. One after the other, where they are called,
  // costs each of them a few milliseconds, once: `npm run bench:pending` drains no slower for it.
  setFlagsFromString('--no-concurrent-recompilation')
  growByRoom(isPart ? PART : WHOLE)
}

/** From now on heaps grow as far as there is room for it. */
function growByRoom({ roomy, thrifty, bytes_max }: typeof PART | typeof WHOLE): void {
  const look = () => mayGrow(process.memoryUsage.rss() < bytes_max ? roomy : thrifty)
  look()
  setInterval(look, LOOK_EVERY_MS).unref()
}

/** By so much a heap may grow before garbage is looked for; holds for all threads. */
function mayGrow(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`)
}

/**
 * A little after its start, what a thread began with is cleared away: V8 would keep what loading its modules has left behind, and room
 * for as much again, for as long as there is little to do. That takes some 50 ms, so nobody waits for it to be ready. And it is done whenever the
 * process is full.
 */
export function clearAwaySoon(): void {
  setTimeout(() => void clearAway(), CLEAR_AFTER_MS).unref()
  const full_bytes = isMainThread ? FULL_BYTES.main : FULL_BYTES.readers
  let cleared_ms = performance.now()
  setInterval(() => {
    const now_ms = performance.now()
    if (process.memoryUsage.rss() < full_bytes || now_ms - cleared_ms < CLEAR_AGAIN_AFTER_MS) return
    cleared_ms = now_ms
    void clearAway()
  }, LOOK_EVERY_MS).unref()
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
