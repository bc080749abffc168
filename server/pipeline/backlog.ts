/** What has been in the log for longer when it is read came in faster than it went out. */
export const BEHIND_MS = 1_000
/** Lanes that are behind read again within this; a pause or a receiver that does not answer is no work that others must leave room for. */
export const REMEMBERED_MS = 2_000

export type BacklogDeps = {
  /** Never jumps. */
  readonly now_ms: () => number
  /** The clock that the log's times are of. */
  readonly wall_ms: () => number
}

/** Tells whether delivery is behind the log's end: whoever reads for it says how old that was which it has just read. */
export function deliveryBacklog({ now_ms, wall_ms }: BacklogDeps) {
  let last_ms = Number.NEGATIVE_INFINITY
  return {
    /** Delivery has read on; the newest of it came into the log then, undefined where there was nothing. */
    hasRead(newest_ms: number | undefined): void {
      if (newest_ms !== undefined && wall_ms() - newest_ms > BEHIND_MS) last_ms = now_ms()
    },
    isThere: (): boolean => now_ms() - last_ms < REMEMBERED_MS,
  }
}
export type Backlog = ReturnType<typeof deliveryBacklog>
