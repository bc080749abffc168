import type { Address, Position } from '../../core/event.ts'
import type { BoundDelivery, Handled } from '../../core/instance.ts'
import type { Reason } from '../../core/outcome.ts'
import type { Attempt, Count, CountName, DeadLetter, Progress } from '../ledger/ledger.ts'
import type { Batch, BatchEntry } from '../pipeline/batch.ts'

/** How a delivery ended, with what a dead letter shows. */
export type Settled =
  | { readonly status: 'delivered' }
  | ({ readonly status: 'rejected'; readonly reason: Reason } & Pick<DeadLetter, 'request' | 'response'>)

/**
 * Keeps account of a batch while it is being delivered: which deliveries have ended, and how far the cursor may move.
 * The cursor moves over events whose deliveries have all ended, so a crash repeats only what is still open.
 */
export function settlement(instanceId: string, lane: number, batch: Batch) {
  const settled = new Map<BoundDelivery, Settled>()
  let attempts: Attempt[] = []
  let taken = 0

  function isDone({ handled }: BatchEntry): boolean {
    return handled.every((one) => one.status === 'rejected' || settled.has(one.delivery))
  }

  function position(done: number): Position {
    const next = batch.entries[done]
    return next === undefined ? batch.end : { chunk: next.address.chunk, index: next.address.index }
  }

  /** Takes out the attempts that were not stored yet. */
  function takeAttempts(): readonly Attempt[] {
    const open = attempts
    attempts = []
    return open
  }

  /** What the ledger says of entries that are done. */
  function account(entries: readonly BatchEntry[], isEnd: boolean, now_ms: number) {
    const counts = tally(instanceId)
    const deadLetters: DeadLetter[] = []
    for (const entry of entries) {
      counts.add('', 'read', 1 + entry.discardedBefore + entry.filteredBefore)
      counts.add('', 'discarded', entry.discardedBefore)
      counts.add('', 'filtered', entry.filteredBefore)
      counts.add('', 'matched', 1)
      for (const one of entry.handled) {
        const { subscriptionId, outcome } = outcomeOf(one, settled)
        counts.add(subscriptionId, outcome.status === 'delivered' ? 'delivered' : 'dead', 1)
        if (outcome.status === 'rejected') {
          deadLetters.push(deadLetter(instanceId, subscriptionId, entry, outcome, now_ms))
        }
      }
    }
    if (isEnd) {
      counts.add('', 'read', batch.discardedAtEnd + batch.filteredAtEnd)
      counts.add('', 'discarded', batch.discardedAtEnd)
      counts.add('', 'filtered', batch.filteredAtEnd)
    }
    return { counts: counts.all(), deadLetters }
  }

  return {
    attempted(attempt: Attempt): void {
      attempts.push(attempt)
    },
    takeAttempts,
    settle(deliveries: readonly BoundDelivery[], outcome: Settled): void {
      for (const delivery of deliveries) settled.set(delivery, outcome)
    },
    /** What has ended since the last time; undefined when that moves nothing. */
    takeProgress(now_ms: number): Progress | undefined {
      const start = taken
      while (taken < batch.entries.length && isDone(batch.entries[taken] as BatchEntry)) taken += 1
      const isEnd = taken === batch.entries.length
      if (taken === start && !isEnd) return undefined
      const { counts, deadLetters } = account(batch.entries.slice(start, taken), isEnd, now_ms)
      const cursor = position(taken)
      const stored = takeAttempts()
      return { readerId: instanceId, lane, cursor, counts, attempts: stored, deadLetters, refusals: [] }
    },
  }
}
export type Settlement = ReturnType<typeof settlement>

function outcomeOf(
  one: Handled,
  settled: ReadonlyMap<BoundDelivery, Settled>,
): { subscriptionId: string; outcome: Settled } {
  if (one.status === 'ready') {
    const { subscriptionId } = one.delivery
    return { subscriptionId, outcome: settled.get(one.delivery) as Settled }
  }
  const text = one.problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
  const reason: Reason = { code: 'VALUES_INVALID', text }
  return {
    subscriptionId: one.subscriptionId,
    outcome: { status: 'rejected', reason, request: undefined, response: undefined },
  }
}

function deadLetter(
  instanceId: string,
  subscriptionId: string,
  { address, envelope }: { address: Address; envelope: BatchEntry['envelope'] },
  { reason, request, response }: Extract<Settled, { status: 'rejected' }>,
  at_ms: number,
): DeadLetter {
  const { messageId } = envelope.event
  return { instanceId, subscriptionId, address, messageId, at_ms, reason, request, response }
}

/** Adds up counts, so that a batch writes each of them once. */
export function tally(of: string) {
  const counts = new Map<string, Count>()
  return {
    add(part: string, name: CountName, count: number): void {
      if (count === 0) return
      const key = `${part}\n${name}`
      counts.set(key, { of, part, name, count: count + (counts.get(key)?.count ?? 0) })
    },
    all: (): readonly Count[] => [...counts.values()],
  }
}
