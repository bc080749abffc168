import { Session } from 'node:inspector/promises'
import { setFlagsFromString } from 'node:v8'
import { isMainThread } from 'node:worker_threads'

/**
 * By so much a heap may grow before V8 looks for garbage; left to itself it waits for four times what is in use. Heaps are roomy while the
 * process holds as much as that, thrifty from the other size on, and go evenly from one to the other: a busy server is to stay below 300 MB.
 * An event through the whole path took 67 µs with 60 percent up to 240 MB and 30 from there, and 53 with 100 throughout.
 */
const WHOLE = { percent: { roomy: 100, thrifty: 30 }, bytes: { roomy: 240_000_000, thrifty: 270_000_000 } }
/**
 * Of a process that does a part of the work. Its heap is small, of which the usual part is little, so that it would look for garbage all
 * the time: with 60 and 30 a cluster takes 143 µs for an event, with these 133 (`npm run bench:cluster`).
 */
const PART = { percent: { roomy: 200, thrifty: 60 }, bytes: { roomy: 285_000_000, thrifty: 300_000_000 } }
/**
 * From here on a thread clears away by itself: V8 keeps pages that nobody uses until its thread has rested for 8 s, which a busy one never
 * does. Readers begin, as nobody waits for them: half a minute of full load held 380 MB without it, a fifth of that such pages.
 */
const FULL_BYTES = { readers: 265_000_000, main: 280_000_000 }
/** It takes a thread about 100 ms when there is much to do: a fiftieth of its time. */
const CLEAR_AGAIN_AFTER_MS = 5_000
/** V8 looks at what it may at each end of a collection, which is several times a second when there is much to do. */
const LOOK_EVERY_MS = 1_000

/** By then a thread has what it needs to begin. */
const CLEAR_AFTER_MS = 1_500

/**
 * Makes this process keep little memory that it does not use, in all its threads. `isPart`: it has some of the roles, not all.
 */
export function beThrifty(isPart = false): void {
  // Several functions compiled at the same time take 40 MB that the C library keeps. One after the other, where they are called,
  // costs each of them a few milliseconds, once: `npm run bench:pending` drains no slower for it.
  setFlagsFromString('--no-concurrent-recompilation')
  const look = () => mayGrow(growthAt(process.memoryUsage.rss(), isPart))
  look()
  setInterval(look, LOOK_EVERY_MS).unref()
}

/** By how many percent a heap may grow while the process holds so much. */
export function growthAt(rss_bytes: number, isPart: boolean): number {
  const { percent, bytes } = isPart ? PART : WHOLE
  const share = Math.min(1, Math.max(0, (rss_bytes - bytes.roomy) / (bytes.thrifty - bytes.roomy)))
  return Math.round(percent.roomy - (percent.roomy - percent.thrifty) * share)
}

/** Holds for all threads, from their next collection on. */
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
