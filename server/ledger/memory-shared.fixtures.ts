import { AppError } from '../../core/errors.ts'
import type { LaneOwner, SharedLedger } from './fence.ts'
import type { Ledger } from './ledger.ts'
import { memoryLedger } from './memory.ts'

/** One memory that several owners of lanes write to, as processes would. */
export function sharedMemoryLedger(ledger: Ledger = memoryLedger()): SharedLedger {
  const epochs = new Map<string, Map<number, number>>()
  const forgotten = new Set<string>()
  const epochOf = (readerId: string, lane: number) => epochs.get(readerId)?.get(lane) ?? 0

  /** Memory is written in the same breath in which it is checked: nobody comes in between. */
  function check({ readerId, lane, epoch }: LaneOwner): void {
    if (epoch !== epochOf(readerId, lane)) throw new AppError('LANE_LOST', { readerId, lane })
  }

  return {
    ...ledger,
    async start(readerId, cursors) {
      forgotten.delete(readerId)
      await ledger.start(readerId, cursors)
    },
    async forget(readerId) {
      forgotten.add(readerId)
      await ledger.forget(readerId)
    },
    async claim(readerId, lane) {
      const epoch = epochOf(readerId, lane) + 1
      epochs.set(readerId, new Map(epochs.get(readerId)).set(lane, epoch))
      return epoch
    },
    epochs: async (readerId) => new Map(epochs.get(readerId)),
    ownedBy: (owner) => ({
      ...ledger,
      async record(progress) {
        check(owner)
        const { readerId, lane, cursor } = progress
        if (cursor !== undefined && forgotten.has(readerId))
          throw new AppError('LANE_LOST', { readerId, lane })
        return ledger.record(progress)
      },
      async recordFailing(...given) {
        check(owner)
        return ledger.recordFailing(...given)
      },
      async feedReplay(...given) {
        check(owner)
        return ledger.feedReplay(...given)
      },
    }),
  }
}
