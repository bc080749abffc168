import { type BusyThreadDeps, busyThread } from '../pipeline/busy-thread.ts'

/** Batches that an instance may always hold, so that the trouble of others never keeps it from all of its work. */
const OWN_MAX = 2
/** Of one instance: more on their way at once than any receiver here wants. */
const EACH_MAX = 16
/** Of all instances together, beyond what is their own. A batch is up to 1 MB in the log, and some five times that here. */
const SHARED_MAX = 32
/** More batches at once would not end sooner when the thread has no time to spare. */
const BUSY = { share_min: 0.9, judged_ms: 50 }
/** So often it is looked whether it has. */
const LOOK_EVERY_MS = 25

/** Gives a batch's room back. */
export type Release = () => void
type Holder = { held: number }
type Waiting = { readonly holder: Holder; readonly give: (release: Release | undefined) => void }

export type HeldBatchesDeps = Pick<BusyThreadDeps, 'threadTimes'> & {
  readonly own_max?: number
  readonly each_max?: number
  readonly shared_max?: number
  /** Waits; false when the server stops. Needed where `threadTimes` are given. */
  readonly pause?: (ms: number) => Promise<boolean>
}

/**
 * How many batches are in memory: a lane takes room before it reads one, and gives it back when the batch has ended or was
 * left. So memory does not grow with the number of lanes and of destinations that do not answer. While the thread has no
 * time to spare, an instance has no more than its own: many batches at once serve to wait for many answers at once.
 */
export function heldBatches(deps: HeldBatchesDeps = {}) {
  const { own_max = OWN_MAX, each_max = EACH_MAX, shared_max = SHARED_MAX, threadTimes, pause } = deps
  const thread = busyThread({ ...BUSY, threadTimes })
  let shared = 0
  const waiting = new Set<Waiting>()
  let isLooking = false

  function hasRoom({ held }: Holder): boolean {
    return held < own_max || (held < each_max && shared < shared_max && !thread.isBusy())
  }

  /** Those who wait because the thread is busy are not woken when it is not any more. */
  async function lookNowAndThen(): Promise<void> {
    if (isLooking || threadTimes === undefined || pause === undefined) return
    isLooking = true
    while (waiting.size > 0 && (await pause(LOOK_EVERY_MS))) serve()
    isLooking = false
  }

  function take(holder: Holder): Release {
    holder.held += 1
    if (holder.held > own_max) shared += 1
    let isGiven = false
    return () => {
      if (isGiven) return
      isGiven = true
      if (holder.held > own_max) shared -= 1
      holder.held -= 1
      serve()
    }
  }

  /** In the order in which they came, passing over those of instances that have enough. */
  function serve(): void {
    for (const one of [...waiting]) {
      if (!hasRoom(one.holder)) continue
      waiting.delete(one)
      one.give(take(one.holder))
    }
  }

  return {
    /** For one instance, until it stops. */
    of(instanceStop: AbortSignal) {
      const holder: Holder = { held: 0 }
      return {
        /** Undefined when whoever asks is to stop: the instance, or a lane before it. */
        async room(stop: AbortSignal = instanceStop): Promise<Release | undefined> {
          if (stop.aborted) return undefined
          if (hasRoom(holder)) return take(holder)
          const given = waitIn(waiting, holder, stop)
          lookNowAndThen()
          return given
        },
        held: () => holder.held,
      }
    },
  }
}
/** Undefined when it was to stop before there was room. */
function waitIn(waiting: Set<Waiting>, holder: Holder, stop: AbortSignal): Promise<Release | undefined> {
  return new Promise((resolve) => {
    const one: Waiting = { holder, give }
    function give(release: Release | undefined): void {
      stop.removeEventListener('abort', leave)
      resolve(release)
    }
    function leave(): void {
      waiting.delete(one)
      resolve(undefined)
    }
    stop.addEventListener('abort', leave, { once: true })
    waiting.add(one)
  })
}
export type HeldBatches = ReturnType<typeof heldBatches>
