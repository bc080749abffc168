import { AppError } from '../../core/errors.ts'
import type { SharedLedger } from '../ledger/fence.ts'

/** So often it is looked whether somebody has claimed a lane: an owner that has nothing to write would not hear of it. */
const LOOK_EVERY_MS = 1_000
/**
 * A look that began longer ago says nothing of now. Half of what a deletion of a person waits for owners elsewhere
 * (`OTHERS_END_MS`): what they read before it, they do not send after it.
 */
export const SURE_MS = 5_000

/** A lane that was claimed, and when it was: nobody else had it then. `lose` tells its owner that somebody has it since. */
export type ClaimedLane = {
  readonly lane: number
  readonly epoch: number
  readonly at_ms: number
  readonly lose: () => void
}
export type LaneLookoutDeps = {
  readonly ledger: Pick<SharedLedger, 'epochs'>
  readonly group: string
  /** Goes on while the process stands still. */
  readonly now_ms: () => number
  /** Waits; false when the signal fired meanwhile. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<boolean>
}

/** Looks whether lanes of this process were claimed by others: one small question to the ledger for all of them. */
export function laneLookout({ ledger, group, now_ms, sleep }: LaneLookoutDeps) {
  const watched = new Set<ClaimedLane>()
  const lost = new WeakSet<ClaimedLane>()
  let looked_ms = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined

  async function lookOnce(): Promise<void> {
    const began_ms = now_ms()
    const epochs = await ledger.epochs(group)
    for (const claimed of watched) {
      if (lost.has(claimed) || (epochs.get(claimed.lane) ?? 0) <= claimed.epoch) continue
      lost.add(claimed)
      claimed.lose()
    }
    looked_ms = began_ms
  }
  function look(): Promise<void> {
    looking ??= lookOnce().finally(() => {
      looking = undefined
    })
    return looking
  }

  return {
    /** Until what is returned is called. */
    watch(claimed: ClaimedLane): () => void {
      watched.add(claimed)
      return () => watched.delete(claimed)
    },
    /**
     * Resolves when nobody else had claimed the lane `SURE_MS` ago: before something is sent that was read a while ago.
     *
     * @throws {AppError} LANE_LOST; or what the ledger throws when it cannot be asked
     */
    async confirm(claimed: ClaimedLane): Promise<void> {
      while (now_ms() - Math.max(looked_ms, claimed.at_ms) > SURE_MS) await look()
      if (lost.has(claimed)) throw new AppError('LANE_LOST', { readerId: group, lane: claimed.lane })
    },
    /** Looks now and then, until `stop` fires. A ledger that is away is told of by those who write to it. */
    async run(stop: AbortSignal): Promise<void> {
      while (await sleep(LOOK_EVERY_MS, stop)) if (watched.size > 0) await look().catch(() => {})
    },
  }
}
