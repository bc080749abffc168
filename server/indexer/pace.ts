/** While delivery keeps the thread busy, indexers work for at most one part in so many of the time. */
export const BUSY_PARTS = 24
/** However long a piece of work took: an indexer never stands still. */
export const REST_MS_MAX = 2_000
/** The thread is busy when it had work for more than this share of the time that indexers left it… */
const BUSY_SHARE_MIN = 0.5
/** …which is looked at when so much of it has passed. */
const JUDGED_MS = 20

/** How long the thread has had work, and had none, in milliseconds: as `performance.eventLoopUtilization` tells. */
export type ThreadTimes = { readonly active: number; readonly idle: number }

export type PaceDeps = {
  /** Left out, the thread has nothing else to do. */
  readonly threadTimes?: (() => ThreadTimes) | undefined
  /** Waits; false when the server stops. */
  readonly sleep: (ms: number) => Promise<boolean>
}
/** Does a piece of work, some milliseconds of it, when its turn has come. */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>

/**
 * Lets indexers read a long backlog in the thread that delivers: a piece of work at a time, and a rest after each. The rest
 * is a moment while the thread has time to spare; else it is so long that delivery keeps nearly all of the time.
 */
export function pace({ threadTimes = noTimes, sleep }: PaceDeps): InTurn {
  let since = threadTimes()
  let worked_ms = 0
  let isBusy = false

  function judge(): void {
    const now = threadTimes()
    const left_ms = sum_ms(now) - sum_ms(since) - worked_ms
    if (left_ms < JUDGED_MS) return
    isBusy = now.idle - since.idle < left_ms * (1 - BUSY_SHARE_MIN)
    since = now
    worked_ms = 0
  }

  return oneAfterTheOther(async (work) => {
    const begun_ms = sum_ms(threadTimes())
    try {
      return await work()
    } finally {
      const took_ms = sum_ms(threadTimes()) - begun_ms
      worked_ms += took_ms
      await sleep(isBusy ? Math.min(took_ms * (BUSY_PARTS - 1), REST_MS_MAX) : 0)
      judge()
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

const noTimes = (): ThreadTimes => ({ active: 0, idle: 0 })

function sum_ms({ active, idle }: ThreadTimes): number {
  return active + idle
}
