import type { Address, Position } from '../../core/event.ts'
import type { Judgement, Reason } from '../../core/outcome.ts'

/** A reader of the log: an instance's id, or `indexer`. */
export type ReaderId = string

/** One try at sending a request. */
export type Attempt = {
  readonly instanceId: string
  readonly lane: number
  readonly startedAt_ms: number
  readonly duration_ms: number
  /** Tries at this very request so far, this one included. */
  readonly attempt: number
  readonly outcome: Judgement['status']
  /** The receiver's HTTP status; undefined when there was no answer. */
  readonly status: number | undefined
  readonly reason: Reason | undefined
  readonly method: string
  readonly url: string
  /** The events that the request carried. */
  readonly addresses: readonly Address[]
  readonly requestBody: string
  readonly responseBody: string
}
export type StoredAttempt = Attempt & { readonly id: number }

/** A delivery that ended rejected or ran out of time, with all that is needed to understand and repeat it. */
export type DeadLetter = {
  readonly instanceId: string
  readonly subscriptionId: string
  readonly address: Address
  readonly messageId: string
  readonly at_ms: number
  readonly reason: Reason
  /** The last request that carried it alone; undefined when no request could be built. */
  readonly request: { readonly method: string; readonly url: string; readonly body: string } | undefined
  readonly response: { readonly status: number; readonly body: string } | undefined
}
export type StoredDeadLetter = DeadLetter & { readonly id: number }

/** A call that ingest refused, as the indexer found it in the log. */
export type StoredRefusal = {
  readonly sourceId: string
  readonly address: Address
  readonly at_ms: number
  readonly code: string
  readonly reason: string
  readonly messageId: string | undefined
  readonly text: string
}

/**
 * What is counted. Of a source: `accepted`, `refused`, `duplicate` calls. Of an instance, in events: `read` = events of
 * connected sources, each `discarded`, `filtered` (by consent) or `matched`; in deliveries, under the subscription: `delivered` or `dead`.
 */
export type CountName =
  | 'accepted'
  | 'refused'
  | 'duplicate'
  | 'read'
  | 'discarded'
  | 'filtered'
  | 'matched'
  | 'delivered'
  | 'dead'
export type Count = {
  /** A source's or an instance's id. */
  readonly of: string
  /** A subscription's id, a call type, or ''. */
  readonly part: string
  readonly name: CountName
  readonly count: number
}

/** What a reader has done since its last entry in the ledger: all of it is stored, or none. */
export type Progress = {
  readonly readerId: ReaderId
  readonly lane: number
  /** Everything before it is done. */
  readonly cursor: Position
  readonly counts: readonly Count[]
  readonly attempts: readonly Attempt[]
  readonly deadLetters: readonly DeadLetter[]
  readonly refusals: readonly StoredRefusal[]
}

/** A lane that cannot go on: since when, and the newest reason. */
export type Failing = { readonly since_ms: number; readonly reason: Reason }

export type Page = {
  /** Only what is older than this id. */
  readonly before?: number
  readonly count_max: number
}

/**
 * Cursors, attempts, outcomes, dead letters and counts. Every implementation passes `ledger.conformance.ts`.
 *
 * `record` need not survive a power cut at once, but what survives is a whole earlier state: the cursor goes back
 * together with the outcomes, so the same batch is sent again with the same idempotency keys. `sync` makes everything
 * recorded so far survive; the log is trimmed only after it.
 */
export interface Ledger {
  /** Where a reader is in a lane; undefined before its start or first record. */
  cursor(readerId: ReaderId, lane: number): Promise<Position | undefined>
  /** All cursors of all readers. */
  cursors(): Promise<readonly { readerId: ReaderId; lane: number; cursor: Position }[]>
  /** Sets the cursors of a new reader; one that has cursors keeps them. */
  start(readerId: ReaderId, cursors: readonly Position[]): Promise<void>
  /** Forgets a reader's cursors: when it starts again it starts anew. */
  forget(readerId: ReaderId): Promise<void>

  /** Stores progress, all of it or none. A lane that gets on is not failing any more. */
  record(progress: Progress): Promise<void>
  /** Stores attempts that did not end a batch, and that (or that no longer) a lane is failing. The cursor stays. */
  recordFailing(
    readerId: ReaderId,
    lane: number,
    failing: Failing | undefined,
    attempts: readonly Attempt[],
  ): Promise<void>
  failing(readerId: ReaderId, lane: number): Promise<Failing | undefined>

  counts(): Promise<readonly Count[]>
  /** Newest first. */
  attempts(filter: { instanceId?: string }, page: Page): Promise<readonly StoredAttempt[]>
  deadLetters(filter: { instanceId?: string }, page: Page): Promise<readonly StoredDeadLetter[]>
  refusals(filter: { sourceId?: string }, page: Page): Promise<readonly (StoredRefusal & { id: number })[]>

  /** Removes attempts from before a time, and the oldest while all of them hold more bytes than the limit. */
  trimAttempts(policy: { before_ms: number; bytes_max: number }): Promise<number>
  sync(): Promise<void>
  close(): Promise<void>
}
