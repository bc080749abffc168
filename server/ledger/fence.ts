import type { Ledger } from './ledger.ts'

/**
 * Processes that share lanes among themselves: a lane's delivery and its counting may be two processes' work. `admin` has one
 * lane, whose owner does what is to be done once.
 */
export type LaneGroup = 'delivery' | 'indexer' | 'admin'
/** An owner of a lane. `epoch` rises with every change of owner, from 1. */
export type Fence = { readonly group: LaneGroup; readonly lane: number; readonly epoch: number }

/** A ledger that several processes write to. */
export type SharedLedger = Ledger & {
  /**
   * The ledger as the owner of a lane writes to it. From now on owners of the lane with a lower epoch are refused: what a
   * reader knows of the lane it reads after this. `record`, `recordFailing` and `feedReplay` are stored whole or not at all,
   * and look at the epoch in the same transaction. A reader that was forgotten has no cursor: one that still records a
   * cursor is refused too.
   *
   * @throws {AppError} LANE_LOST, as the three do later.
   */
  readonly ownedBy: (fence: Fence) => Promise<Ledger>
}
