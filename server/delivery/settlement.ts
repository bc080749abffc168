import type { Remembered } from '../../core/destination.ts'
import type { EventHead, Json, Position } from '../../core/event.ts'
import { nameOf } from '../../core/event-name.ts'
import type { BoundDelivery, Handled } from '../../core/instance.ts'
import type { Reason } from '../../core/outcome.ts'
import type {
  Aside,
  Attempt,
  CountName,
  DeadLetter,
  NewCount,
  NewParked,
  Progress,
} from '../ledger/ledger.ts'
import { type Batch, entryOf, type KeptEntry } from '../pipeline/batch.ts'
import type { Skipped } from '../pipeline/skipped.ts'

/** How a delivery ended, with what a dead letter shows; or that it is to wait for its subject's turn. */
export type Settled =
  | { readonly status: 'delivered' }
  | { readonly status: 'unchanged' }
  | Rejected
  | ParkedOutcome
export type Rejected = { readonly status: 'rejected'; readonly reason: Reason } & Pick<
  DeadLetter,
  'request' | 'response'
>
export type ParkedOutcome = {
  readonly status: 'parked'
  readonly subject: string
  readonly due_ms: number
  readonly state?: Json
  readonly aside?: Aside
}

/** Where `deliver` writes what becomes of deliveries. */
export type Account = {
  readonly attempted: (attempt: Attempt) => void
  readonly isSettled: (delivery: BoundDelivery) => boolean
  readonly settle: (deliveries: readonly BoundDelivery[], outcome: Settled) => void
  readonly remember: (remembered: readonly Remembered[]) => void
  /** Subjects whose deliveries wait behind parked ones. */
  readonly behind: Set<string>
}

/** What an account gathers besides outcomes, until it is stored. */
export function notes() {
  let attempts: Attempt[] = []
  let remembered: Remembered[] = []
  return {
    attempted(attempt: Attempt): void {
      attempts.push(attempt)
    },
    remember(more: readonly Remembered[]): void {
      remembered.push(...more)
    },
    takeAttempts(): readonly Attempt[] {
      const taken = attempts
      attempts = []
      return taken
    },
    takeRemembered(): readonly Remembered[] {
      const taken = remembered
      remembered = []
      return taken
    },
  }
}

/**
 * Keeps account of a batch while it is being delivered: which deliveries have ended, and how far the cursor may move.
 * The cursor moves over events whose deliveries have all ended or are parked, so a crash repeats only what is open.
 */
export function settlement(instanceId: string, lane: number, batch: Batch, behind: Set<string> = new Set()) {
  const settled = new Map<BoundDelivery, Settled>()
  const noted = notes()
  let taken = 0
  let isEnded = false

  function isDone(kept: KeptEntry): boolean {
    if (!('handled' in kept)) return settled.has(kept)
    return kept.handled.every((one) => one.status === 'rejected' || settled.has(one.delivery))
  }

  /** Right behind what is done: what was discarded after it is counted with the entry that follows, and not before. */
  function position(done: number): Position {
    if (done === batch.entries.length) return batch.end
    const last = batch.entries[done - 1]?.envelope.address
    return last === undefined ? batch.from : { chunk: last.chunk, index: last.index + 1 }
  }

  return {
    behind,
    attempted: noted.attempted,
    takeAttempts: noted.takeAttempts,
    remember: noted.remember,
    isSettled: (delivery: BoundDelivery) => settled.has(delivery),
    /** Where the cursor is after what was taken. */
    cursor: () => position(taken),
    hasMoved: () => taken > 0,
    /** Nothing behind the cursor has ended: a lane that reads on from there repeats nothing. */
    isClean(): boolean {
      let before = 0
      for (const kept of batch.entries.slice(0, taken)) {
        for (const one of entryOf(kept).handled) if (one.status === 'ready') before += 1
      }
      return before === settled.size
    },
    settle(deliveries: readonly BoundDelivery[], outcome: Settled): void {
      for (const delivery of deliveries) settled.set(delivery, outcome)
    },
    /** What has ended since the last time; undefined when that moves nothing. `dueAt_ms`: when a subject's turn is. */
    takeProgress(now_ms: number, dueAt_ms: (subject: string) => number): Progress | undefined {
      const start = taken
      while (taken < batch.entries.length && isDone(batch.entries[taken] as KeptEntry)) taken += 1
      const isEnd = taken === batch.entries.length
      if (isEnded || (taken === start && !isEnd)) return undefined
      isEnded = isEnd
      const done = batch.entries.slice(start, taken)
      const { counts, deadLetters, added } = accountOf(instanceId, done, settled, now_ms)
      if (isEnd) addSkipped(counts, batch.skippedAtEnd)
      const subjects = [...new Set(added.map(({ subject }) => subject))]
      return {
        readerId: instanceId,
        lane,
        cursor: position(taken),
        counts: counts.all(),
        attempts: noted.takeAttempts(),
        deadLetters,
        refusals: [],
        remembered: noted.takeRemembered(),
        ...(added.length === 0
          ? {}
          : {
              parked: {
                added,
                subjects: subjects.map((subject) => ({ subject, due_ms: dueAt_ms(subject) })),
              },
            }),
      }
    },
  }
}
export type Settlement = ReturnType<typeof settlement>

/** What the ledger says of entries that are done. */
function accountOf(
  instanceId: string,
  entries: readonly KeptEntry[],
  settled: ReadonlyMap<BoundDelivery, Settled>,
  now_ms: number,
) {
  const counts = tally(instanceId, now_ms)
  const deadLetters: DeadLetter[] = []
  const added: NewParked[] = []
  for (const kept of entries) {
    const { envelope, handled, skippedBefore } = entryOf(kept)
    addSkipped(counts, skippedBefore)
    counts.add(envelope.sourceId, 'read', 1)
    counts.add(envelope.sourceId, 'matched', 1)
    for (const one of handled) {
      const { subscriptionId, outcome } = outcomeOf(one, settled)
      counts.add(subscriptionId, 'deliveries', 1)
      counts.add(subscriptionId, COUNTED[outcome.status], 1)
      if (outcome.status === 'rejected') {
        deadLetters.push(
          deadLetter(instanceId, { subscriptionId, address: envelope.address }, envelope, outcome, now_ms),
        )
      } else if (outcome.status === 'parked') added.push(newParked(subscriptionId, envelope, outcome))
    }
  }
  return { counts, deadLetters, added }
}

function addSkipped(counts: Tally, skipped: Skipped | undefined): void {
  for (const [sourceId, { discarded, filtered }] of skipped ?? []) {
    counts.add(sourceId, 'read', discarded + filtered)
    counts.add(sourceId, 'discarded', discarded)
    counts.add(sourceId, 'filtered', filtered)
  }
}

export const COUNTED = {
  delivered: 'delivered',
  unchanged: 'unchanged',
  rejected: 'dead',
  parked: 'parked',
} as const satisfies Record<Settled['status'], CountName>

function outcomeOf(
  one: Handled,
  settled: ReadonlyMap<BoundDelivery, Settled>,
): { subscriptionId: string; outcome: Settled } {
  if (one.status === 'rejected') {
    return { subscriptionId: one.subscriptionId, outcome: invalid(one.problems, one.code) }
  }
  const { subscriptionId } = one.delivery
  return { subscriptionId, outcome: settled.get(one.delivery) as Settled }
}

type RejectedHandled = Extract<Handled, { status: 'rejected' }>

/** The event does not give what the action needs: nothing could be sent. */
export function invalid(
  problems: RejectedHandled['problems'],
  code: RejectedHandled['code'] = 'VALUES_INVALID',
): Rejected {
  const text = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
  return unsent({ code, text })
}

export function unsent(reason: Reason): Rejected {
  return { status: 'rejected', reason, request: undefined, response: undefined }
}

function newParked(
  subscriptionId: string,
  { address }: EventHead,
  { status: _, ...parked }: ParkedOutcome,
): NewParked {
  return { ...parked, subscriptionId, address }
}

export function deadLetter(
  instanceId: string,
  { subscriptionId, address }: Pick<DeadLetter, 'subscriptionId' | 'address'>,
  envelope: EventHead | undefined,
  { reason, request, response }: Rejected,
  at_ms: number,
): DeadLetter {
  const event = envelope?.event
  const named = event === undefined ? {} : { event: nameOf(event) ?? event.type }
  const messageId = event?.messageId ?? ''
  return { instanceId, subscriptionId, address, messageId, ...named, at_ms, reason, request, response }
}

/** Adds up counts, so that a batch writes each of them once. */
export function tally(of: string, at_ms: number) {
  const parts = new Map<string, Map<CountName, number>>()
  return {
    add(part: string, name: CountName, count: number): void {
      if (count === 0) return
      const names = parts.get(part) ?? new Map<CountName, number>()
      if (names.size === 0) parts.set(part, names)
      names.set(name, count + (names.get(name) ?? 0))
    },
    all: (): readonly NewCount[] =>
      [...parts].flatMap(([part, names]) =>
        [...names].map(([name, count]) => ({ of, part, name, count, at_ms })),
      ),
  }
}
type Tally = ReturnType<typeof tally>
