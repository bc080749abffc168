import type { Position } from '../../core/event.ts'
import type { CompiledInstance } from '../../core/instance.ts'
import type { Failing, Ledger } from '../ledger/ledger.ts'
import { type Batch, readBatch } from '../pipeline/batch.ts'
import type { DecodedLog } from '../pipeline/decoded-log.ts'
import type { LaneSignals } from '../pipeline/lane-signal.ts'
import { type DeliverDeps, deliver } from './deliver.ts'
import type { Send } from './send.ts'
import { settlement } from './settlement.ts'

export type LaneDeps = {
  readonly instance: CompiledInstance
  readonly lane: number
  readonly log: DecodedLog
  readonly signals: LaneSignals
  readonly ledger: Ledger
  readonly send: Send
  readonly now_ms: () => number
  readonly random: () => number
  /** Fires when the server stops. What is on its way is finished; nothing new is begun. */
  readonly stop: AbortSignal
  /** Waits; false when `stop` fired meanwhile. */
  readonly sleep: (ms: number) => Promise<boolean>
  readonly giveUpAfter_ms: number
}

/**
 * Delivers one lane of one instance, in order, with one batch on its way at a time, until the server stops.
 * The cursor moves only in the transaction that stores the outcomes.
 */
export async function runLane(deps: LaneDeps): Promise<void> {
  const { instance, lane, ledger, signals, stop } = deps
  const failing = { current: await ledger.failing(instance.id, lane) }
  let cursor: Position = (await ledger.cursor(instance.id, lane)) ?? { chunk: 0, index: 0 }
  let lastBegan_ms = Number.NEGATIVE_INFINITY
  while (!stop.aborted) {
    const version = signals.version(lane)
    const batch = await gatherBatch(deps, cursor, lastBegan_ms)
    lastBegan_ms = deps.now_ms()
    if (batch.end.chunk === cursor.chunk && batch.end.index === cursor.index) {
      await signals.grown(lane, version, stop)
    } else if (await finishBatch(deps, batch, failing)) {
      cursor = batch.end
    }
  }
}

/**
 * Reads a batch. One that is not full waits until the destination's `age_ms_max` has passed since the batch before it:
 * an idle lane sends at once, a busy one fills its batches.
 */
async function gatherBatch(deps: LaneDeps, cursor: Position, lastBegan_ms: number): Promise<Batch> {
  const { instance, lane, log, now_ms, sleep } = deps
  const batch = await readBatch(log, instance, lane, cursor)
  if (batch.isFull || batch.deliveries.length === 0) return batch
  const { age_ms_max } = instance.destination.batch
  const wait_ms = Math.min(age_ms_max, lastBegan_ms + age_ms_max - now_ms())
  if (wait_ms <= 0) return batch
  await sleep(wait_ms)
  return readBatch(log, instance, lane, cursor)
}

async function finishBatch(
  deps: LaneDeps,
  batch: Batch,
  failing: { current: Failing | undefined },
): Promise<boolean> {
  const { instance, lane, ledger, now_ms } = deps
  const account = settlement(instance.id, lane, batch)

  async function record(): Promise<void> {
    const progress = account.takeProgress(now_ms())
    if (progress !== undefined) await ledger.record(progress)
  }
  const deliverDeps: DeliverDeps = {
    ...deps,
    failing,
    async onFailing(current) {
      await record()
      await ledger.recordFailing(instance.id, lane, current, account.takeAttempts())
    },
  }
  const isFinished = await deliver(deliverDeps, batch.deliveries, account)
  await record()
  // What was recorded clears the lane's failing; events that were given up do not prove that the receiver is back.
  if (failing.current !== undefined && isFinished) {
    await ledger.recordFailing(instance.id, lane, failing.current, account.takeAttempts())
  }
  return isFinished
}
