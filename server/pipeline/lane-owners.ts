/** A lane that was given to this process. */
export type TakenLane = {
  readonly lane: number
  /** Fires when the lane is to be given back, or was lost: what is on its way ends, and nothing new is begun. */
  readonly stop: AbortSignal
  /** A write for it was refused: it is another's by now, and may be taken anew. `stop` fires. */
  readonly refused: () => void
}

/**
 * Shares the lanes of a log among the processes that do the same work: each lane has one owner at a time, and every process
 * about as many lanes as the others. The engine says who owns what; there is no protocol of our own beside it.
 *
 * An owner that was frozen may believe for a while that a lane is still its own. So whoever takes a lane claims it in the
 * ledger as well, which refuses whoever had it before. Every implementation passes `lane-owners.conformance.ts`.
 */
export type LaneOwners = {
  /**
   * Takes this process's share, and follows it as others come and go. A lane is worked on from when it was taken; `work`
   * never throws, and ends soon after `stop` has fired. When it has ended, the lane is another's. Called once; resolves
   * when it was stopped and every lane has been given back.
   */
  readonly run: (work: (taken: TakenLane) => Promise<void>) => Promise<void>
  /** Gives back what it has, when the work on it has ended; takes nothing any more. */
  readonly stop: () => void
}
