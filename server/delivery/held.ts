/** Batches that an instance may always hold, so that the trouble of others never keeps it from all of its work. */
const OWN_MAX = 2
/** Of one instance: more on their way at once than any receiver here wants. */
const EACH_MAX = 16
/** Of all instances together, beyond what is their own. A batch is up to 1 MB in the log, and some five times that here. */
const SHARED_MAX = 32

/** Gives a batch's room back. */
export type Release = () => void
type Holder = { held: number }
type Waiting = { readonly holder: Holder; readonly give: (release: Release | undefined) => void }

/**
 * How many batches are in memory: a lane takes room before it reads one, and gives it back when the batch has ended or was
 * left. So memory does not grow with the number of lanes and of destinations that do not answer.
 */
export function heldBatches({ own_max = OWN_MAX, each_max = EACH_MAX, shared_max = SHARED_MAX } = {}) {
  let shared = 0
  let waiting: Waiting[] = []

  function hasRoom({ held }: Holder): boolean {
    return held < own_max || (held < each_max && shared < shared_max)
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
    const still: Waiting[] = []
    for (const one of waiting) {
      if (hasRoom(one.holder)) one.give(take(one.holder))
      else still.push(one)
    }
    waiting = still
  }

  return {
    /** For one instance, until it stops. */
    of(stop: AbortSignal) {
      const holder: Holder = { held: 0 }
      stop.addEventListener(
        'abort',
        () => {
          const mine = waiting.filter((one) => one.holder === holder)
          waiting = waiting.filter((one) => one.holder !== holder)
          for (const { give } of mine) give(undefined)
        },
        { once: true },
      )
      return {
        /** Undefined when the instance stops. */
        async room(): Promise<Release | undefined> {
          if (stop.aborted) return undefined
          if (hasRoom(holder)) return take(holder)
          return new Promise((resolve) => {
            waiting.push({ holder, give: resolve })
          })
        },
        held: () => holder.held,
      }
    },
  }
}
export type HeldBatches = ReturnType<typeof heldBatches>
