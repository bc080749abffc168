import type { Ledger } from './ledger.ts'

/** Who writes for a lane. `epoch` rises with every owner. */
export type LaneOwner = { readonly readerId: string; readonly lane: number; readonly epoch: number }

/** A ledger that several processes write to, each for the lanes that it owns. */
export type SharedLedger = Ledger & {
  /** Takes a lane over, and returns its epoch: from now on whoever had it before is refused. What is known of the lane is read after this. */
  readonly claim: (readerId: string, lane: number) => Promise<number>
  /** By lane, under which epoch it was claimed last: who has a lower one has lost it. */
  readonly epochs: (readerId: string) => Promise<ReadonlyMap<number, number>>
  /**
   * The ledger as the owner of a lane writes it: `record`, `recordFailing` and `feedReplay` change nothing and throw LANE_LOST
   * when somebody has claimed the lane since. A reader that was forgotten has no cursors: who still records one is refused too.
   */
  readonly ownedBy: (owner: LaneOwner) => Ledger
}
