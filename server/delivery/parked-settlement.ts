import type { EventHead } from '../../core/event.ts'
import type { BoundDelivery } from '../../core/instance.ts'
import type { DeadLetter, Parked, ParkedChanges, Progress } from '../ledger/ledger.ts'
import type { ReplayEnd, Replayed } from '../ledger/replays.ts'
import {
  COUNTED,
  deadLetter,
  notes,
  type ParkedOutcome,
  type Rejected,
  type Settled,
  tally,
} from './settlement.ts'

/** How long a subject rests whose first delivery needs more than is free, though something is. */
const REST_MS = 500

type Ended = {
  readonly row: Parked
  readonly envelope: EventHead | undefined
  readonly outcome: Settled
}

/** Keeps account of parked deliveries while they are being delivered. What is not settled stays parked as it is. */
export function parkedSettlement(instanceId: string, lane: number) {
  const rows = new Map<BoundDelivery, Parked>()
  const settled = new Set<BoundDelivery>()
  const noted = notes()
  const resting = new Set<string>()
  let unstored: Ended[] = []

  return {
    behind: new Set<string>(),
    attempted: noted.attempted,
    takeAttempts: noted.takeAttempts,
    remember: noted.remember,
    isSettled: (delivery: BoundDelivery) => settled.has(delivery),
    rowOf: (delivery: BoundDelivery) => rows.get(delivery),
    expect(row: Parked, delivery: BoundDelivery): void {
      rows.set(delivery, row)
    },
    /** Of a row that gave no delivery. */
    end(row: Parked, outcome: Rejected, envelope: EventHead | undefined): void {
      unstored.push({ row, outcome, envelope })
    },
    settle(deliveries: readonly BoundDelivery[], outcome: Settled): void {
      for (const delivery of deliveries) {
        settled.add(delivery)
        const row = rows.get(delivery)
        if (row === undefined) throw new Error('a delivery that was not parked was settled')
        unstored.push({ row, outcome, envelope: delivery.envelope })
        if (outcome.status === 'parked') resting.add(outcome.subject)
      }
    },
    takeProgress(
      { now_ms, wall_ms }: { readonly now_ms: number; readonly wall_ms: number },
      subjects: readonly string[],
      dueAt_ms: (subject: string) => number,
    ): Progress {
      const taken = unstored
      unstored = []
      const turn_ms = (subject: string) =>
        Math.max(dueAt_ms(subject), resting.has(subject) ? now_ms + REST_MS : now_ms)
      return {
        readerId: instanceId,
        lane,
        cursor: undefined,
        ...endings(instanceId, taken, wall_ms),
        attempts: noted.takeAttempts(),
        refusals: [],
        remembered: noted.takeRemembered(),
        parked: {
          ...changesOf(taken),
          subjects: subjects.map((subject) => ({ subject, due_ms: turn_ms(subject) })),
        },
      }
    },
  }
}

function endings(instanceId: string, taken: readonly Ended[], at_ms: number) {
  const counts = tally(instanceId, at_ms)
  const deadLetters: DeadLetter[] = []
  const replayed: Replayed[] = []
  for (const { row, envelope, outcome } of taken) {
    if (outcome.status === 'parked') continue
    const { address, subscriptionId, replay } = row
    if (replay !== undefined) {
      const end = replayEnd(instanceId, row, outcome, envelope, at_ms)
      replayed.push({ replay, subscriptionId, address, end, at_ms })
      continue
    }
    counts.add(subscriptionId, 'parked', -1)
    counts.add(subscriptionId, COUNTED[outcome.status], 1)
    if (outcome.status === 'rejected') deadLetters.push(deadLetter(instanceId, row, envelope, outcome, at_ms))
  }
  return { counts: counts.all(), deadLetters, ...(replayed.length === 0 ? {} : { replayed }) }
}

/** Nobody wants it any more, or it is not there: what is replayed then stays as it is. */
const SKIPPED: ReadonlySet<string> = new Set([
  'EVENT_GONE',
  'CONSENT_MISSING',
  'INTEGRATION_OFF',
  'SUBSCRIPTION_GONE',
])

export function replayEnd(
  instanceId: string,
  of: Pick<DeadLetter, 'subscriptionId' | 'address'>,
  outcome: Exclude<Settled, ParkedOutcome>,
  envelope: EventHead | undefined,
  at_ms: number,
): ReplayEnd {
  if (outcome.status !== 'rejected') return { status: outcome.status }
  if (SKIPPED.has(outcome.reason.code)) return { status: 'skipped' }
  return { status: 'refused', letter: deadLetter(instanceId, of, envelope, outcome, at_ms) }
}

function changesOf(taken: readonly Ended[]): Pick<ParkedChanges, 'ended' | 'postponed'> {
  return {
    ended: taken.filter(({ outcome }) => outcome.status !== 'parked').map(({ row }) => row.id),
    postponed: taken.flatMap(({ row, outcome }) => {
      if (outcome.status !== 'parked') return []
      const { status: _, subject: __, ...changed } = outcome
      // Nothing new: its turn did not come, that is all.
      if (changed.aside === undefined && changed.state === row.state && row.due_ms <= changed.due_ms)
        return []
      return [{ id: row.id, ...changed }]
    }),
  }
}
