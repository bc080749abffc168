import type { Remembered } from '../../core/destination.ts'
import type { Address, Json, Position } from '../../core/event.ts'
import type { Judgement, Reason } from '../../core/outcome.ts'
import type { ErasingLedger } from './erase.ts'
import type { ParkedReplay, Replayed, ReplayLedger } from './replays.ts'
import type { Units } from './units.ts'

/** A reader of the log: an instance's id, or `indexer`. */
export type ReaderId = string

/** One try at sending a request. */
export type Attempt = {
  readonly instanceId: string
  /** For parked deliveries, which come from all lanes: the number after the last lane; for those set aside the next. */
  readonly lane: number
  readonly startedAt_ms: number
  readonly duration_ms: number
  /** Tries at this very request so far, this one included. */
  readonly attempt: number
  /** `parked`: it failed, and its one delivery is set aside. */
  readonly outcome: Judgement['status'] | 'parked'
  /** The receiver's HTTP status; undefined when there was no answer. */
  readonly status: number | undefined
  readonly reason: Reason | undefined
  readonly method: string
  readonly url: string
  /** The events that the request carried. */
  readonly addresses: readonly Address[]
  /** The subscriptions whose deliveries it carried; absent for attempts from before it was kept. */
  readonly subscriptionIds?: readonly string[]
  readonly requestBody: string
  readonly responseBody: string
  /** What the destination changed so that the receiver takes it: the first `ADJUSTMENTS_KEPT_MAX`. */
  readonly adjustments?: readonly KeptAdjustment[]
  /** How many there were; absent for none. */
  readonly adjustments_count?: number
}
export type StoredAttempt = Attempt & { readonly id: number }

export type KeptAdjustment = {
  readonly address: Address
  readonly subscriptionId: string
  readonly field: string
  readonly text: string
}
/** Of one attempt; the rest is counted. A bulk request of 1,000 events can have as many of the same kind. */
export const ADJUSTMENTS_KEPT_MAX = 100

/** A delivery that ended rejected or ran out of time, with all that is needed to understand and repeat it. */
export type DeadLetter = {
  readonly instanceId: string
  readonly subscriptionId: string
  readonly address: Address
  readonly messageId: string
  /** The event's name, or its type where it has none; absent for those from before it was kept. */
  readonly event?: string
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
 * What is counted. Of a source: `accepted`, `refused`, `duplicate` calls. Of an instance, in events, under the source: `read` =
 * events of connected sources, each `discarded`, `filtered` (by consent or the call) or `matched`. In deliveries, under the subscription: `deliveries` = what the
 * matched events became, and `replayed` among them = what a replay of the log added; each `delivered`, `unchanged`, `dead`
 * (now: it falls when a replay delivers them, or they are given up), `parked` (now: it falls when they end), `forgotten`, or
 * `givenUp` (a dead letter that a person discarded).
 * `expired` events were removed from the log before they were read, because an operator's limit said so.
 */
export type CountName =
  | 'accepted'
  | 'refused'
  | 'duplicate'
  | 'read'
  | 'discarded'
  | 'filtered'
  | 'matched'
  | 'deliveries'
  | 'delivered'
  | 'unchanged'
  | 'dead'
  | 'parked'
  | 'forgotten'
  | 'replayed'
  | 'givenUp'
  | 'expired'
export type Count = {
  /** A source's or an instance's id. */
  readonly of: string
  /** A subscription's or a source's id, a call type, an error's code, or ''. */
  readonly part: string
  readonly name: CountName
  readonly count: number
}
/** A count to be added, and when it happened: the minute of its series. */
export type NewCount = Count & { readonly at_ms: number }

/** What a reader has done since its last entry in the ledger: all of it is stored, or none. */
export type Progress = {
  readonly readerId: ReaderId
  readonly lane: number
  /** Everything before it is done. Undefined leaves it where it is: only parked deliveries were worked on. */
  readonly cursor: Position | undefined
  readonly counts: readonly NewCount[]
  readonly attempts: readonly Attempt[]
  readonly deadLetters: readonly DeadLetter[]
  readonly refusals: readonly StoredRefusal[]
  /** Kept for the instance until it is removed or its time is over; a newer value of a key takes its place. */
  readonly remembered?: readonly Remembered[]
  readonly parked?: ParkedChanges
  /** How replayed deliveries ended: the ledger counts them, as it knows what has become of their dead letters. */
  readonly replayed?: readonly Replayed[]
}

/** A delivery that waits for its subject's turn, by the address of its event. */
export type NewParked = {
  readonly subject: string
  readonly subscriptionId: string
  readonly address: Address
  /** Not before; what was parked after it for the same subject waits behind it. */
  readonly due_ms: number
  /** What a judgement `later` left. */
  readonly state?: Json
  readonly aside?: Aside
  /** A replay parked it. */
  readonly replay?: ParkedReplay
}
/** A delivery was set aside: it fails alone, and is tried again on a schedule of its own. */
export type Aside = { readonly failures: number; readonly since_ms: number; readonly reason: Reason }
/** What is set aside for an instance: how many deliveries, since when, and the reason of the newest. */
export type AsideSum = { readonly count: number; readonly since_ms: number; readonly reason: Reason }
/** Which parked subjects: those whose first delivery waits for its turn, or those whose first is set aside. */
export type ParkedKind = 'turn' | 'aside'
/** `id` rises in the order of parking. */
export type Parked = NewParked & { readonly id: number }
export type ParkedChanges = {
  readonly added?: readonly NewParked[]
  /** By id: they have ended. */
  readonly ended?: readonly number[]
  /** They stay in their place, with a new time and state. */
  readonly postponed?: readonly (Pick<NewParked, 'due_ms' | 'state' | 'aside'> & { readonly id: number })[]
  /** When each subject is to be looked at again, where it has deliveries left: not before its first one is due. */
  readonly subjects?: readonly ParkedSubject[]
}
export type ParkedSubject = { readonly subject: string; readonly due_ms: number }

/** Units that a batch was given before it went out. Open (no `at_ms`) until its last answer has come. */
export type StoredUse = { readonly id: number; readonly at_ms: number | undefined; readonly units: Units }
/** `units`: what was really used, where that is not all of what was given. */
export type ClosedUse = { readonly id: number; readonly at_ms: number; readonly units?: Units }

/** How much of the uses of others a process knows: the newest id, and the newest change. */
export type UsesSeen = { readonly id: number; readonly version: number }
export const NOTHING_SEEN: UsesSeen = { id: 0, version: 0 }
/** A use of another process: new, or closed meanwhile. */
export type ChangedUse = StoredUse
export type OthersUses = {
  /** In the order in which they changed. */
  readonly uses: readonly ChangedUse[]
  /** Of those that were open: closed and over. */
  readonly gone: readonly number[]
  readonly seen: UsesSeen
}
/**
 * Where several processes deliver for the same instances, they share the budgets: nobody reserves without knowing what all others
 * have reserved before.
 */
export type SharedUses = {
  /** As `reserve` of the ledger; undefined, with only `closed` stored, when others have reserved what is not in `seen`. */
  readonly reserve: (
    instanceId: string,
    units: Units,
    closed: readonly ClosedUse[],
    knowing: { readonly before_ms: number; readonly seen: UsesSeen },
  ) => Promise<number | undefined>
  /** What other processes have changed since; `open`: those of their uses that were open when they were last seen. */
  readonly othersSince: (instanceId: string, seen: UsesSeen, open: readonly number[]) => Promise<OthersUses>
}

export const INSTANCE_STATES = ['flowing', 'waiting for budget', 'backing off', 'held'] as const
/** What an instance does now, and since when. */
export type InstanceState = {
  readonly state: (typeof INSTANCE_STATES)[number]
  readonly since_ms: number
  readonly reason?: Reason
}

/** A lane that cannot go on: since when, and the newest reason. */
export type Failing = { readonly since_ms: number; readonly reason: Reason }

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
/** Minutes are kept so long, and become part of their hours then. */
export const MINUTES_KEPT_MS = 48 * HOUR_MS
export const HOURS_KEPT_MS = 90 * 24 * HOUR_MS

/**
 * `retried`: requests of an instance that were answered "try again". What is `forgotten` or `replayed` has no series; `dead`
 * in one is how many became dead letters, and does not fall; `givenUp` are only those that the limit on their size removed.
 */
export type SeriesName = Exclude<CountName, 'forgotten' | 'replayed'> | 'retried'
export function hasSeries(name: CountName): name is Exclude<SeriesName, 'retried' | 'givenUp'> {
  return name !== 'forgotten' && name !== 'replayed' && name !== 'givenUp'
}
/** What was counted within a minute or an hour; `at_ms` is its beginning. `parked` may fall. */
export type SeriesPoint = {
  readonly at_ms: number
  readonly part: string
  readonly name: SeriesName
  readonly count: number
}
export type SeriesRange = {
  readonly from_ms: number
  /** Before this. */
  readonly to_ms: number
  readonly step: 'minute' | 'hour'
}

/** Which attempts: all that is given must hold. */
export type AttemptFilter = {
  readonly instanceId?: string
  /** It carried deliveries of this one, which is unique within its instance only. */
  readonly subscriptionId?: string
  readonly outcome?: Attempt['outcome']
  /** The receiver's HTTP status, from the first to the last. */
  readonly status?: { readonly first: number; readonly last: number } | 'none'
  /** Of its start. */
  readonly from_ms?: number
  /** Before this. */
  readonly to_ms?: number
  /** It carried one of these. */
  readonly carried?: readonly Address[]
}
/** Which dead letters: all that is given must hold. */
export type DeadLetterFilter = {
  readonly instanceId?: string
  readonly subscriptionId?: string
  readonly code?: string
  /** The reason's text: the same but for numbers and what it quotes (`reasonKey`). */
  readonly text?: string
  readonly event?: string
  /** When it ended. */
  readonly from_ms?: number
  /** Before this. */
  readonly to_ms?: number
  readonly ids?: readonly number[]
  readonly address?: Address
}

export type AtWork = { readonly parked: ReadonlySet<string>; readonly isReplaying: boolean }

export type Page = {
  /** Only what is older than this id. */
  readonly before?: number
  readonly count_max: number
}

/**
 * Cursors, attempts, outcomes, dead letters, counts, and what delivery must know after a restart. Every implementation passes `ledger.conformance.ts`.
 *
 * `record` need not survive a power cut at once, but what survives is a whole earlier state: the cursor goes back
 * together with the outcomes, so the same batch is sent again with the same idempotency keys. `sync` makes everything
 * recorded so far survive; the log is trimmed only after it.
 */
export interface Ledger extends ReplayLedger, ErasingLedger {
  /** Where a reader is in a lane; undefined before its start or first record. */
  cursor(readerId: ReaderId, lane: number): Promise<Position | undefined>
  /** All cursors of all readers. */
  cursors(): Promise<readonly { readerId: ReaderId; lane: number; cursor: Position }[]>
  /** Sets the cursors of a new reader; one that has cursors keeps them. */
  start(readerId: ReaderId, cursors: readonly Position[]): Promise<void>
  /**
   * Forgets a reader's cursors and state: when it starts again it starts anew. What is parked for it ends, counted as
   * `forgotten`; what a replay parked of dead letters stays a dead letter, and a running replay has failed. What is remembered and what was used of budgets stays: the receiver remembers too.
   */
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
  setState(instanceId: string, state: InstanceState): Promise<void>
  states(): Promise<ReadonlyMap<string, InstanceState>>

  /** Which of the subjects have parked deliveries. */
  parkedSubjects(instanceId: string, subjects: readonly string[]): Promise<ReadonlySet<string>>
  /** The subjects to look at first, earliest first; of both kinds when none is named. */
  nextSubjects(instanceId: string, count_max: number, kind?: ParkedKind): Promise<readonly ParkedSubject[]>
  /** What is set aside, by instance; an instance without any is not there. */
  aside(): Promise<ReadonlyMap<string, AsideSum>>
  /** The parked deliveries of a subject, in the order in which they were parked. */
  parked(instanceId: string, subject: string, count_max: number): Promise<readonly Parked[]>
  /** For each lane that has any, the first chunk that a parked delivery needs: it must stay in the log. */
  parkedChunks(): Promise<ReadonlyMap<number, number>>

  /** What is remembered under these keys, at a time. */
  recall(instanceId: string, keys: readonly string[], now_ms: number): Promise<ReadonlyMap<string, string>>
  /** Removes what is remembered for instances that are not named, and what is over at a time. */
  trimMemory(instanceIds: readonly string[], now_ms: number): Promise<void>

  /**
   * Stores what a batch is about to use, before it goes out, and returns its id. In the same transaction: closes
   * earlier ones, with what they really used, and removes those closed before a time.
   */
  reserve(instanceId: string, units: Units, closed: readonly ClosedUse[], before_ms: number): Promise<number>
  /** The closing of `reserve` alone. */
  closeUses(instanceId: string, closed: readonly ClosedUse[]): Promise<void>
  /** Only where several processes use one ledger. */
  readonly shared?: SharedUses
  /** The same: which instances have something parked, and whether any replay runs, in one question for all of them. */
  atWork?(): Promise<AtWork>
  /** In the order of their ids. */
  budgetUses(instanceId: string): Promise<readonly StoredUse[]>

  counts(): Promise<readonly Count[]>
  /** What was counted of a source or an instance, by the time at which it happened. In the order of time. */
  series(of: string, range: SeriesRange): Promise<readonly SeriesPoint[]>
  /** Newest first. */
  attempts(filter: AttemptFilter, page: Page): Promise<readonly StoredAttempt[]>
  attempt(id: number): Promise<StoredAttempt | undefined>
  deadLetters(filter: DeadLetterFilter, page: Page): Promise<readonly StoredDeadLetter[]>
  deadLetterCount(filter: DeadLetterFilter): Promise<number>
  /** What is parked of an event, for all instances. */
  parkedAt(address: Address): Promise<readonly (Parked & { readonly instanceId: string })[]>
  refusals(filter: { sourceId?: string }, page: Page): Promise<readonly (StoredRefusal & { id: number })[]>

  /** Removes attempts from before a time, and the oldest while all of them hold more bytes than the limit. */
  trimAttempts(policy: { before_ms: number; bytes_max: number }): Promise<number>
  /** Removes refusals from before a time, in small steps. They stay counted. */
  trimRefusals(before_ms: number): Promise<number>
  /** Adds minutes that are over their time to their hours, and removes hours that are. */
  trimSeries(now_ms: number): Promise<void>
  /** Gives the file system back what was removed, as far as that is worth it: some of it, the rest the next time. */
  shrink(): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}
