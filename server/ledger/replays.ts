import type { Address, Json, Position } from '../../core/event.ts'
import type { Reason } from '../../core/outcome.ts'
import type { ReplayRange } from '../../core/replay-range.ts'
import type { DeadLetter, DeadLetterFilter, NewParked } from './ledger.ts'

export type ReplayState = 'running' | 'stopped' | 'done' | 'failed'

/** What a replay goes through, as it was when the replay was begun: what comes later is not part of it. */
export type ReplaySelection =
  | {
      readonly kind: 'dead letters'
      readonly filter: DeadLetterFilter
      /** Those with higher ids came later. */
      readonly id_max: number
    }
  | (ReplayRange & {
      readonly kind: 'events'
      readonly subscriptionId?: string
      /** Chunks from this one on were written later. */
      readonly chunk_end: number
    })
/** The next dead letter has a higher id than this; or the next event stands here, in the log as a whole. */
export type ReplayPlace = { readonly id: number } | Position

export type NewReplay = {
  readonly instanceId: string
  /** As it was asked for. */
  readonly asked: Json
  readonly selection: ReplaySelection
  readonly place: ReplayPlace
  readonly perSecond_max: number
  readonly startedAt_ms: number
  /** What there is to go through. */
  readonly total: number
}
export type StoredReplay = NewReplay & {
  readonly id: number
  readonly state: ReplayState
  readonly reason?: Reason
  /** When it was done, stopped or failed. */
  readonly endedAt_ms?: number
  /** Everything was gone through; some of it may still be on its way. */
  readonly isRead: boolean
  readonly looked: number
  /** Deliveries that were parked for it, and how many of them have ended. */
  readonly fed: number
  readonly ended: number
  readonly sent: number
  readonly refused: number
  readonly skipped: number
}

/** `isDead`: there is a dead letter of it, which stays counted as that until the replay delivers it. */
export type ParkedReplay = { readonly id: number; readonly isDead: boolean }

/** How a replayed delivery ended. `skipped`: nobody wants it any more, and nothing about it changes. */
export type ReplayEnd =
  | { readonly status: 'delivered' | 'unchanged' | 'skipped' }
  | { readonly status: 'refused'; readonly letter: DeadLetter }
export type Replayed = {
  readonly replay: ParkedReplay
  readonly subscriptionId: string
  readonly address: Address
  readonly end: ReplayEnd
  readonly at_ms: number
}

/** What a replay found in its next portion. What is on its way already is left alone, and counted as skipped. */
export type ReplayStep = {
  readonly place: ReplayPlace
  readonly isRead: boolean
  readonly looked: number
  readonly parked: readonly NewParked[]
  /** What ended before it could be parked. */
  readonly ended: readonly Pick<Replayed, 'subscriptionId' | 'address' | 'end'>[]
  /** Without an address: nobody wanted the event. */
  readonly skipped: number
  readonly at_ms: number
}

export type ReplayChange = {
  readonly state: ReplayState
  readonly at_ms: number
  readonly perSecond_max?: number
}

/** Dead letters of an action with the same code, and the same text but for numbers and what it quotes. */
export type DeadLetterGroup = {
  readonly instanceId: string
  readonly subscriptionId: string
  readonly code: Reason['code']
  /** Of the newest. */
  readonly text: string
  readonly count: number
  readonly first_ms: number
  readonly last_ms: number
}

/** The part of the ledger that dead letters and replays are about. */
export type ReplayLedger = {
  readonly deadLetterGroups: (filter: { readonly instanceId?: string }) => Promise<readonly DeadLetterGroup[]>
  /** Oldest first, after an id and up to another. */
  readonly deadLettersAfter: (
    filter: DeadLetterFilter,
    range: { readonly id: number; readonly id_max: number; readonly count_max: number },
  ) => Promise<readonly (DeadLetter & { readonly id: number })[]>
  /** Removes them, counted as `givenUp`, in small steps. Returns how many there were. */
  readonly giveUpDeadLetters: (filter: DeadLetterFilter) => Promise<number>

  /**
   * Removes the oldest while all of them hold more bytes than the limit, counted as `givenUp`, in small steps; only these
   * have a series. Returns how many there were.
   */
  readonly trimDeadLetters: (bytes_max: number, at_ms: number) => Promise<number>

  readonly addReplay: (replay: NewReplay) => Promise<StoredReplay>
  /** Newest first. */
  readonly replays: (filter: { readonly instanceId?: string }) => Promise<readonly StoredReplay[]>
  readonly replay: (id: number) => Promise<StoredReplay | undefined>
  /** The oldest of an instance that is running. */
  readonly nextReplay: (instanceId: string) => Promise<StoredReplay | undefined>
  /** False, and nothing is changed, when it is not in one of these states. */
  readonly changeReplay: (id: number, from: readonly ReplayState[], to: ReplayChange) => Promise<boolean>
  /**
   * Parks a portion of a running replay and moves its place, all of it or none. False when it is not running any more.
   * One that was read to its end is done when all that it parked has ended.
   */
  readonly feedReplay: (id: number, step: ReplayStep) => Promise<boolean>
  /** Removes those that are done or have failed, and did so before a time. Ids are not used again. */
  readonly trimReplays: (before_ms: number) => Promise<number>
}
