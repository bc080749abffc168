import type { BoundDelivery, CompiledInstance } from '../../core/instance.ts'
import type { Parked, ParkedKind, ParkedSubject } from '../ledger/ledger.ts'
import type { DecodedLog } from '../pipeline/decoded-log.ts'
import { type DeliverDeps, deliver, type LaneFailing } from './deliver.ts'
import { laneFailing } from './lane.ts'
import { parkedSettlement } from './parked-settlement.ts'
import { eventReader, type Read, readDelivery } from './read-delivery.ts'
import type { Runtime } from './runtime.ts'

/** How many subjects are looked at for one batch. */
const SUBJECTS_MAX = 200
/** Something parked meanwhile may be due earlier than what was looked at. */
const LOOK_AGAIN_MS = 500

export type ParkedDeps = { readonly runtime: Runtime; readonly log: DecodedLog; readonly kind: ParkedKind }

/**
 * Delivers what is parked when its subject's turn has come, as a lane of its own: a batch at a time, of as many
 * subjects as fit, each in the order in which it was parked. Only a batch of rows is ever in memory. What is set aside
 * has another lane, in which each delivery goes alone.
 */
export async function runParked(deps: ParkedDeps): Promise<void> {
  const { runtime, kind } = deps
  const { instance, ledger, stop, now_ms, sleep, parking, gate } = runtime
  const failing = await laneFailing(runtime, laneOf(deps))
  while (!stop.aborted) {
    const version = parking.version()
    const [next] = await ledger.nextSubjects(instance.id, 1, kind)
    if (next === undefined) await parking.raised(version, stop)
    else if (next.due_ms > now_ms()) await sleep(Math.min(LOOK_AGAIN_MS, next.due_ms - now_ms()))
    else {
      const subjects = await ledger.nextSubjects(instance.id, kind === 'turn' ? SUBJECTS_MAX : 1, kind)
      const due = subjects.filter(({ due_ms }) => due_ms <= now_ms())
      await gate.opened({ stop, sleep })
      const wait_ms = await finishParked(deps, due, failing)
      if (wait_ms > 0) await sleep(wait_ms)
    }
  }
}

function laneOf({ runtime, kind }: ParkedDeps): number {
  return kind === 'turn' ? runtime.lanes : runtime.lanes + 1
}

/** @returns How long what was left waits. */
async function finishParked(
  parkedDeps: ParkedDeps,
  due: readonly ParkedSubject[],
  failing: LaneFailing,
): Promise<number> {
  const { runtime, log } = parkedDeps
  const { instance, ledger, now_ms, wall_ms, memory, admission, parking, replaying } = runtime
  const lane = laneOf(parkedDeps)
  const { rows, subjects } = await readRows(parkedDeps, due)
  const account = parkedSettlement(instance.id, lane)
  const deliveries: BoundDelivery[] = []
  const reads = await readInOrderOfLog(log, instance, rows)
  for (const [at, row] of rows.entries()) {
    const read = reads[at] as Read
    if ('delivery' in read) {
      account.expect(row, read.delivery)
      deliveries.push(read.delivery)
    } else {
      account.end(row, read.outcome, read.envelope)
      if (row.aside !== undefined) runtime.witness.ended()
    }
  }

  async function record(): Promise<void> {
    const progress = account.takeProgress(
      { now_ms: now_ms(), wall_ms: wall_ms() },
      subjects,
      admission.dueAt_ms,
    )
    await ledger.record(progress)
    memory.stored(progress.remembered ?? [])
    // A subject may have gone from one of the two kinds to the other.
    parking.raise()
    if (progress.replayed !== undefined) replaying.raise()
  }
  const deps: DeliverDeps = {
    runtime,
    lane,
    aside: (delivery) => account.rowOf(delivery)?.aside,
    failing,
    standing: 'parked',
    // What is left stays parked as it is.
    mayLeave: () => true,
    onProgress: record,
    async onFailing(current) {
      await record()
      await ledger.recordFailing(instance.id, lane, current, account.takeAttempts())
    },
  }
  const outcome = await deliver(deps, deliveries, account)
  const leftFor_ms = typeof outcome === 'string' ? 0 : outcome.leftFor_ms
  if (leftFor_ms === 0) failing.doubt = undefined
  await record()
  if (failing.current !== undefined && outcome !== 'stopped') {
    await ledger.recordFailing(instance.id, lane, failing.current, account.takeAttempts())
  }
  return leftFor_ms
}

/** Of each row what it is now. They are read as they stand in the log: those of a person lie far apart, those of a moment together. */
async function readInOrderOfLog(
  log: DecodedLog,
  instance: CompiledInstance,
  rows: readonly Parked[],
): Promise<readonly Read[]> {
  const readEvent = eventReader(log)
  const reads = new Array<Read>(rows.length)
  const inOrder = [...rows.entries()].sort(([, a], [, b]) => a.address.chunk - b.address.chunk)
  for (const [at, row] of inOrder) reads[at] = await readDelivery(readEvent, instance, row)
  return reads
}

/** The first rows of each subject that are due, a few more than its budgets can have room for; one that is set aside is alone. */
async function readRows({ runtime, kind }: ParkedDeps, due: readonly ParkedSubject[]) {
  const { instance, ledger, admission, now_ms } = runtime
  const count_max = kind === 'turn' ? instance.destination.batch.count_max : 1
  const rows: Parked[] = []
  const subjects: string[] = []
  for (const { subject } of due) {
    if (rows.length >= count_max) break
    const wanted = Math.min(count_max - rows.length, admission.countFor())
    const found = await ledger.parked(instance.id, subject, wanted)
    const early = found.findIndex(
      ({ due_ms, aside }) => due_ms > now_ms() || (kind === 'turn' && aside !== undefined),
    )
    rows.push(...(early < 0 ? found : found.slice(0, early)))
    subjects.push(subject)
  }
  return { rows, subjects }
}
