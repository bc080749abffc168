import { type BusyThreadDeps, busyThread } from '../pipeline/busy-thread.ts'

/** While delivery is behind and keeps the thread busy, indexers work for at most one part in so many of the time. */
export const BUSY_PARTS = 48
/** However long a piece of work took: an indexer never stands still. */
export const REST_MS_MAX = 4_000
const BUSY = { share_min: 0.5, judged_ms: 20 }

export type PaceDeps = Pick<BusyThreadDeps, 'threadTimes'> & {
  /** Waits; false when the server stops. */
  readonly sleep: (ms: number) => Promise<boolean>
  /** Whether delivery is behind the log's end; never, when left out. */
  readonly isBehind?: () => boolean
}
/** Does a piece of work, some milliseconds of it, when its turn has come. */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>

/**
 * Lets indexers read a long backlog in the thread that delivers: a piece of work at a time, and a rest after each. The rest
 * is a moment while the thread has time to spare, or delivery keeps up with what comes in; else it is so long that delivery
 * keeps nearly all of the time. So under a lasting load counts and search are as new as deliveries, as long as there is time for both.
 */
export function pace({ threadTimes, sleep, isBehind = () => false }: PaceDeps): InTurn {
  const thread = busyThread({ ...BUSY, threadTimes })
  return oneAfterTheOther(async (work) => {
    const begun_ms = thread.passed_ms()
    try {
      return await work()
    } finally {
      const took_ms = thread.passed_ms() - begun_ms
      thread.leaveOut(took_ms)
      await sleep(thread.isBusy() && isBehind() ? Math.min(took_ms * (BUSY_PARTS - 1), REST_MS_MAX) : 0)
    }
  })
}

/** Of what is given to it, one piece is in `inTurn` at a time: several of a kind get the turns of one. */
export function oneAfterTheOther(inTurn: InTurn): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(() => inTurn(work))
    last = done.catch(() => undefined)
    return done
  }
}
