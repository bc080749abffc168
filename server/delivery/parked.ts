import { addressText } from '../../core/event.ts'
import type { BoundDelivery, CompiledInstance } from '../../core/instance.ts'
import type { Parked, ParkedSubject } from '../ledger/ledger.ts'
import type { DecodedLog } from '../pipeline/decoded-log.ts'
import { type DeliverDeps, deliver, type LaneFailing } from './deliver.ts'
import { laneFailing } from './lane.ts'
import { parkedSettlement } from './parked-settlement.ts'
import type { Runtime } from './runtime.ts'
import { invalid, type Rejected, unsent } from './settlement.ts'

/** How many subjects are looked at for one batch. */
const SUBJECTS_MAX = 200
/** Something parked meanwhile may be due earlier than what was looked at. */
const LOOK_AGAIN_MS = 500

export type ParkedDeps = { readonly runtime: Runtime; readonly log: DecodedLog }

/**
 * Delivers what is parked when its subject's turn has come, as a lane of its own: a batch at a time, of as many
 * subjects as fit, each in the order in which it was parked. Only a batch of rows is ever in memory.
 */
export async function runParked(deps: ParkedDeps): Promise<void> {
  const { runtime } = deps
  const { instance, ledger, stop, now_ms, sleep, parking, lanes } = runtime
  const failing = await laneFailing(runtime, lanes)
  while (!stop.aborted) {
    const version = parking.version()
    const [next] = await ledger.nextSubjects(instance.id, 1)
    if (next === undefined) await parking.raised(version)
    else if (next.due_ms > now_ms()) await sleep(Math.min(LOOK_AGAIN_MS, next.due_ms - now_ms()))
    else {
      const subjects = await ledger.nextSubjects(instance.id, SUBJECTS_MAX)
      const due = subjects.filter(({ due_ms }) => due_ms <= now_ms())
      await finishParked(deps, due, failing)
    }
  }
}

async function finishParked(
  { runtime, log }: ParkedDeps,
  due: readonly ParkedSubject[],
  failing: LaneFailing,
): Promise<void> {
  const { instance, ledger, lanes, now_ms, wall_ms, memory, admission } = runtime
  const { rows, subjects } = await readRows(runtime, due)
  const account = parkedSettlement(instance.id, lanes)
  const deliveries: BoundDelivery[] = []
  for (const row of rows) {
    const read = await readDelivery(log, instance, row)
    if ('delivery' in read) {
      account.expect(row, read.delivery)
      deliveries.push(read.delivery)
    } else account.end(row, read.outcome, read.messageId)
  }

  async function record(): Promise<void> {
    const progress = account.takeProgress(
      { now_ms: now_ms(), wall_ms: wall_ms() },
      subjects,
      admission.dueAt_ms,
    )
    await ledger.record(progress)
    memory.stored(progress.remembered ?? [])
  }
  const deps: DeliverDeps = {
    runtime,
    lane: lanes,
    failing,
    standing: 'parked',
    // What is left stays parked as it is.
    mayLeave: () => true,
    onProgress: record,
    async onFailing(current) {
      await record()
      await ledger.recordFailing(instance.id, lanes, current, account.takeAttempts())
    },
  }
  const outcome = await deliver(deps, deliveries, account)
  await record()
  if (failing.current !== undefined && outcome !== 'stopped') {
    await ledger.recordFailing(instance.id, lanes, failing.current, account.takeAttempts())
  }
}

/** The first rows of each subject that are due, a few more than its budgets can have room for. */
async function readRows({ instance, ledger, admission, now_ms }: Runtime, due: readonly ParkedSubject[]) {
  const { count_max } = instance.destination.batch
  const rows: Parked[] = []
  const subjects: string[] = []
  for (const { subject } of due) {
    if (rows.length >= count_max) break
    const wanted = Math.min(count_max - rows.length, admission.countFor())
    const found = await ledger.parked(instance.id, subject, wanted)
    const early = found.findIndex(({ due_ms }) => due_ms > now_ms())
    rows.push(...(early < 0 ? found : found.slice(0, early)))
    subjects.push(subject)
  }
  return { rows, subjects }
}

type Read = { readonly delivery: BoundDelivery } | { readonly outcome: Rejected; readonly messageId: string }

/** Reads the event again, and handles it as the instance is configured now. */
async function readDelivery(log: DecodedLog, instance: CompiledInstance, row: Parked): Promise<Read> {
  const { lane, chunk, index } = row.address
  const envelope = (await log.chunk(lane, chunk))?.envelopes[index]
  if (envelope?.kind !== 'event') {
    const text = `There is no event at ${addressText(row.address)}.`
    return { outcome: unsent({ code: 'EVENT_GONE', text }), messageId: '' }
  }
  const { messageId } = envelope.event
  if (instance.filters(envelope)) {
    const text = 'The destination needs consent now that the event does not carry.'
    return { outcome: unsent({ code: 'CONSENT_MISSING', text }), messageId }
  }
  for (const one of instance.handle(envelope)) {
    if (one.status === 'rejected') {
      if (one.subscriptionId !== row.subscriptionId) continue
      return { outcome: invalid(one.problems), messageId }
    }
    if (one.delivery.subscriptionId !== row.subscriptionId) continue
    const { state } = row
    return { delivery: state === undefined ? one.delivery : { ...one.delivery, state } }
  }
  const text = `"${row.subscriptionId}" is off or removed, or its trigger does not match this event any more.`
  return { outcome: unsent({ code: 'SUBSCRIPTION_GONE', text }), messageId }
}
