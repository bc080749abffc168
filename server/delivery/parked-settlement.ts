import type { BoundDelivery } from '../../core/instance.ts'
import type { DeadLetter, Parked, ParkedChanges, Progress } from '../ledger/ledger.ts'
import { COUNTED, notes, type Rejected, type Settled, tally } from './settlement.ts'

/** How long a subject rests whose first delivery needs more than is free, though something is. */
const REST_MS = 500

type Ended = { readonly row: Parked; readonly messageId: string; readonly outcome: Settled }

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
    expect(row: Parked, delivery: BoundDelivery): void {
      rows.set(delivery, row)
    },
    /** Of a row that gave no delivery. */
    end(row: Parked, outcome: Rejected, messageId: string): void {
      unstored.push({ row, outcome, messageId })
    },
    settle(deliveries: readonly BoundDelivery[], outcome: Settled): void {
      for (const delivery of deliveries) {
        settled.add(delivery)
        const row = rows.get(delivery)
        if (row === undefined) throw new Error('a delivery that was not parked was settled')
        unstored.push({ row, outcome, messageId: delivery.envelope.event.messageId })
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
  for (const { row, messageId, outcome } of taken) {
    if (outcome.status === 'parked') continue
    const { address, subscriptionId } = row
    counts.add(subscriptionId, 'parked', -1)
    counts.add(subscriptionId, COUNTED[outcome.status], 1)
    if (outcome.status !== 'rejected') continue
    const { reason, request, response } = outcome
    deadLetters.push({ instanceId, subscriptionId, address, messageId, at_ms, reason, request, response })
  }
  return { counts: counts.all(), deadLetters }
}

function changesOf(taken: readonly Ended[]): Pick<ParkedChanges, 'ended' | 'postponed'> {
  return {
    ended: taken.filter(({ outcome }) => outcome.status !== 'parked').map(({ row }) => row.id),
    postponed: taken.flatMap(({ row, outcome }) => {
      if (outcome.status !== 'parked') return []
      const { due_ms, state } = outcome
      // Nothing new: its turn did not come, that is all.
      if (state === row.state && row.due_ms <= due_ms) return []
      return [{ id: row.id, due_ms, ...(state === undefined ? {} : { state }) }]
    }),
  }
}
