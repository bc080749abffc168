import type { Position } from '../../core/event.ts'
import { type Batch, readBatch } from '../pipeline/batch.ts'
import type { DecodedLog } from '../pipeline/decoded-log.ts'
import type { LaneSignals } from '../pipeline/lane-signal.ts'
import { type DeliverDeps, deliver, type LaneFailing } from './deliver.ts'
import type { Runtime } from './runtime.ts'
import { settlement } from './settlement.ts'

const LOOK_AGAIN_MS = 1_000

export type LaneDeps = {
  readonly runtime: Runtime
  readonly lane: number
  readonly log: DecodedLog
  readonly signals: LaneSignals
}

/**
 * Delivers one lane of one instance, in order, with one batch on its way at a time, until the server stops.
 * The cursor moves only in the transaction that stores the outcomes.
 */
export async function runLane(deps: LaneDeps): Promise<void> {
  const { lane, signals } = deps
  const { stop, gate, sleep } = deps.runtime
  const failing = await laneFailing(deps.runtime, lane)
  let cursor = await startOf(deps)
  if (cursor === undefined) return
  let lastBegan_ms = Number.NEGATIVE_INFINITY
  while (!stop.aborted) {
    await gate.opened({ stop, sleep })
    const version = signals.version(lane)
    const did = await inRoom(deps, cursor, lastBegan_ms, failing)
    lastBegan_ms = did.began_ms ?? lastBegan_ms
    cursor = did.cursor ?? cursor
    if (did.next === 'grown') await signals.grown(lane, version, stop)
    else if (did.next > 0) await sleep(did.next)
  }
}

/** Where other processes run it too, one of them says where a new reader starts, and this one waits for that. */
async function startOf({ runtime, lane }: LaneDeps): Promise<Position | undefined> {
  const { instance, ledger, isShared, sleep } = runtime
  for (;;) {
    const cursor = await ledger.cursor(instance.id, lane)
    if (cursor !== undefined || !isShared) return cursor ?? { chunk: 0, index: 0 }
    if (!(await sleep(LOOK_AGAIN_MS))) return undefined
  }
}

/** As it was before the restart. A clock that was put back since then must not make it last longer. */
export async function laneFailing({ instance, ledger, now_ms }: Runtime, lane: number): Promise<LaneFailing> {
  const known = await ledger.failing(instance.id, lane)
  const current = known && { ...known, since_ms: Math.min(known.since_ms, now_ms()) }
  return { current, count: 0, doubt: undefined }
}

/** When the batch began, where the lane is now, and what it waits for: that the log grows, or some milliseconds. */
type Did = { readonly began_ms?: number; readonly cursor?: Position; readonly next: 'grown' | number }

/**
 * Reads a batch and finishes it, in the room that there is for batches; what waits, waits outside. A batch that is not full
 * waits until the destination's `age_ms_max` has passed since the one before it: an idle lane sends at once, a busy one
 * fills its batches.
 */
async function inRoom(
  deps: LaneDeps,
  cursor: Position,
  lastBegan_ms: number,
  failing: LaneFailing,
): Promise<Did> {
  const { runtime, lane, log } = deps
  const { instance, now_ms, held, stop } = runtime
  const release = await held.room(stop)
  if (release === undefined) return { next: 0 }
  try {
    const batch = await readBatch(log, instance, lane, cursor)
    const began_ms = now_ms()
    runtime.backlog?.hasRead(batch.newest_ms)
    if (isSame(batch.end, cursor)) return { began_ms, next: 'grown' }
    const { age_ms_max } = instance.destination.batch
    const wait_ms = Math.min(age_ms_max, lastBegan_ms + age_ms_max - began_ms)
    const isWorthIt = !batch.isFull && batch.deliveries.length > 0
    if (isWorthIt && wait_ms > 0) return { next: wait_ms }
    return { began_ms, ...(await finishBatch(deps, batch, failing)) }
  } finally {
    release()
  }
}

function isSame(one: Position, other: Position): boolean {
  return one.chunk === other.chunk && one.index === other.index
}

async function finishBatch({ runtime, lane }: LaneDeps, batch: Batch, failing: LaneFailing): Promise<Did> {
  const { instance, ledger, wall_ms, admission, memory, parking } = runtime
  const account = settlement(instance.id, lane, batch, await parkedSubjects(runtime, batch))

  async function record(): Promise<void> {
    const progress = account.takeProgress(wall_ms(), admission.dueAt_ms)
    if (progress === undefined) return
    await ledger.record(progress)
    memory.stored(progress.remembered ?? [])
    if (progress.parked !== undefined) parking.raise()
  }
  const deliverDeps: DeliverDeps = {
    runtime,
    lane,
    failing,
    standing: 'lane',
    mayLeave: account.isClean,
    onProgress: record,
    async onFailing(current) {
      await record()
      await ledger.recordFailing(instance.id, lane, current, account.takeAttempts())
    },
  }
  const outcome = await deliver(deliverDeps, batch.deliveries, account)
  await record()
  if (outcome === 'stopped') return { next: 0 }
  // What was left is read again, and is the same batch.
  if (outcome === 'ended' || account.hasMoved()) failing.doubt = undefined
  // What was recorded clears the lane's failing; events that were given up do not prove that the receiver is back.
  if (failing.current !== undefined) {
    await ledger.recordFailing(instance.id, lane, failing.current, account.takeAttempts())
  }
  return { cursor: account.cursor(), next: outcome === 'ended' ? 0 : outcome.leftFor_ms }
}

/** Those of a batch's subjects that have parked deliveries: what comes for them now must wait behind those. */
async function parkedSubjects(
  { instance, ledger, bid }: Runtime,
  { deliveries }: Batch,
): Promise<Set<string>> {
  if (deliveries.length === 0) return new Set()
  const any = await ledger.nextSubjects(instance.id, 1)
  if (any.length === 0) return new Set()
  const subjects = new Set<string>()
  for (const delivery of deliveries) {
    const { subject } = bid(delivery)
    if (subject !== undefined) subjects.add(subject)
  }
  return new Set(await ledger.parkedSubjects(instance.id, [...subjects]))
}
