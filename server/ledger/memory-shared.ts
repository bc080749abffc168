import { AppError } from '../../core/errors.ts'
import type { Fence, SharedLedger } from './fence.ts'
import type { Ledger } from './ledger.ts'
import { memoryLedger } from './memory.ts'

/** For tests: one memory that several owners of lanes write to, as processes would. */
export function sharedMemoryLedger(ledger: Ledger = memoryLedger()): SharedLedger {
  const epochs = new Map<string, number>()
  const forgotten = new Set<string>()

  function check({ group, lane, epoch }: Fence): void {
    const current = epochs.get(`${group} ${lane}`) ?? 0
    if (epoch < current) throw new AppError('LANE_LOST', { group, lane, epoch, current })
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
    async ownedBy(fence) {
      check(fence)
      const { group, lane, epoch } = fence
      epochs.set(`${group} ${lane}`, epoch)
      // Memory is written in the same breath in which it is checked: nobody comes in between.
      return {
        ...ledger,
        async record(progress) {
          check(fence)
          if (progress.cursor !== undefined && forgotten.has(progress.readerId)) {
            throw new AppError('LANE_LOST', { group, lane, reader: progress.readerId })
          }
          return ledger.record(progress)
        },
        async recordFailing(...given) {
          check(fence)
          return ledger.recordFailing(...given)
        },
        async feedReplay(...given) {
          check(fence)
          return ledger.feedReplay(...given)
        },
      }
    },
  }
}
