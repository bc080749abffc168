import type { Position } from '../../core/event.ts'
import { type Batch, readBatch } from '../pipeline/batch.ts'
import type { DecodedLog } from '../pipeline/decoded-log.ts'
import type { LaneSignals } from '../pipeline/lane-signal.ts'
import { PASSED_MS_MAX, type Passed, type Skimmer } from '../pipeline/skimmer.ts'
import { type DeliverDeps, deliver, type LaneFailing } from './deliver.ts'
import type { Runtime } from './runtime.ts'
import { settlement } from './settlement.ts'

const LOOK_AGAIN_MS = 1_000

export type LaneDeps = {
  readonly runtime: Runtime
  readonly lane: number
  readonly log: DecodedLog
  readonly signals: LaneSignals
  readonly skimmer: Skimmer
}

/**
 * Delivers one lane of one instance, in order, with one batch on its way at a time, until the server stops.
 * The cursor moves only in the transaction that stores the outcomes. While the instance wants nothing of the lane, the lane is read
 * for it together with others.
 */
export async function runLane(deps: LaneDeps): Promise<void> {
  const { lane, signals } = deps
  const { stop, gate, sleep } = deps.runtime
  const failing = await laneFailing(deps.runtime, lane)
  const start = await startOf(deps)
  if (start === undefined) return
  let at: Standing = { cursor: start }
  while (!stop.aborted) {
    await gate.opened({ stop, sleep })
    const version = signals.version(lane)
    const did = await inRoom(deps, { ...at, isGrown: version !== at.version }, failing)
    at = { ...did.at, version: did.hasRead ? version : at.version }
    if (did.next === 'pass') at = await passOn(deps, at, failing)
    else if (did.next === 'grown') await signals.grown(lane, version, stop)
    else if (did.next > 0) await sleep(did.next)
  }
  // Whoever reads on from here may want other events.
  if (at.passed !== undefined) await finishBatch(deps, passedAlone(at.cursor, at.passed), failing)
}

/** Where a lane is. */
type Standing = {
  readonly cursor: Position
  /** When a batch that was not full began: so long after it the next one is read. */
  readonly began_ms?: number | undefined
  /** Of the lane, before it was read last. */
  readonly version?: number | undefined
  /** What was read, is to go nowhere, and is not stored yet. */
  readonly passed?: Passed | undefined
}

/** Lets what nobody wants pass, and stores that in time, until there is something that it may want. */
async function passOn(deps: LaneDeps, from: Standing, failing: LaneFailing): Promise<Standing> {
  const { instance, stop } = deps.runtime
  const takeBack = deps.skimmer.giveOver(instance)
  try {
    let at = from
    while (!stop.aborted) {
      const { why, cursor, passed } = await deps.skimmer.pass(deps.lane, { ...at, instance, stop })
      at = { cursor, passed }
      if (why !== 'due' || passed === undefined) break
      await finishBatch(deps, passedAlone(cursor, passed), failing)
      at = { cursor }
    }
    return at
  } finally {
    takeBack()
  }
}

function passedAlone(cursor: Position, { skipped }: Passed): Batch {
  return {
    ...{ entries: [], deliveries: [], skippedAtEnd: skipped, from: cursor, end: cursor },
    ...{ isFull: false, newest_ms: undefined },
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

/**
 * Where the lane is now, and what comes next: it waits until the log grows, or for some milliseconds, or lets pass what it does
 * not want.
 */
type Did = { readonly at: Standing; readonly next: 'grown' | 'pass' | number; readonly hasRead?: true }

/**
 * Reads a batch and finishes it, in the room that there is for batches; what waits, waits outside. After a batch that was not
 * full, the next one is not read before the destination's `age_ms_max` has passed: an idle lane sends at once, a busy one fills
 * its batches.
 */
async function inRoom(
  deps: LaneDeps,
  at: Standing & { readonly isGrown: boolean },
  failing: LaneFailing,
): Promise<Did> {
  const { runtime, lane, log } = deps
  const { instance, now_ms, held, stop } = runtime
  const { cursor: from, began_ms: before_ms, passed } = at
  const { age_ms_max } = instance.destination.batch
  if (before_ms !== undefined && at.isGrown) {
    const next = Math.min(age_ms_max, before_ms + age_ms_max - now_ms())
    if (next > 0) return { at: { cursor: from, passed }, next }
  }
  const release = await held.room(stop)
  if (release === undefined) return { at, next: 0 }
  try {
    const batch = await readBatch(log, instance, lane, from, passed?.skipped)
    const began_ms = batch.isFull ? undefined : now_ms()
    runtime.backlog?.hasRead(batch.newest_ms)
    const isDue = passed !== undefined && now_ms() >= passed.due_ms
    if (isSame(batch.end, from) && !isDue) {
      const next = passed === undefined ? 'grown' : 'pass'
      return { at: { cursor: from, began_ms: before_ms, passed }, next, hasRead: true }
    }
    if (batch.entries.length === 0 && !isDue) {
      const due_ms = passed?.due_ms ?? now_ms() + PASSED_MS_MAX
      const skipped = batch.skippedAtEnd ?? new Map()
      const at = { cursor: batch.end, began_ms, passed: { skipped, due_ms } }
      return { at, next: batch.isFull ? 0 : 'pass', hasRead: true }
    }
    const { cursor, hasMoved, next } = await finishBatch(deps, batch, failing)
    return { at: { cursor, began_ms, passed: hasMoved ? undefined : passed }, next, hasRead: true }
  } finally {
    release()
  }
}

function isSame(one: Position, other: Position): boolean {
  return one.chunk === other.chunk && one.index === other.index
}

type Finished = { readonly cursor: Position; readonly hasMoved: boolean; readonly next: number }

async function finishBatch(
  { runtime, lane }: LaneDeps,
  batch: Batch,
  failing: LaneFailing,
): Promise<Finished> {
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
  const hasMoved = account.hasMoved() || outcome === 'ended'
  if (outcome === 'stopped') return { cursor: account.cursor(), hasMoved, next: 0 }
  // What was left is read again, and is the same batch.
  if (hasMoved) failing.doubt = undefined
  // What was recorded clears the lane's failing; events that were given up do not prove that the receiver is back.
  if (failing.current !== undefined) {
    await ledger.recordFailing(instance.id, lane, failing.current, account.takeAttempts())
  }
  return { cursor: account.cursor(), hasMoved, next: outcome === 'ended' ? 0 : outcome.leftFor_ms }
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
