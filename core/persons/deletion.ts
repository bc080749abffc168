import type { Json } from '../event.ts'
import type { IdKind, PersonIds } from './person.ts'

/** What a deletion does, in this order. `telling`: destinations that were asked to delete the person have not ended it yet. */
export const DELETION_STAGES = ['finding', 'log', 'history', 'compacting', 'telling'] as const
export type DeletionStage = (typeof DELETION_STAGES)[number]

/** What became of a deletion at a destination. */
export type Told = {
  readonly destination: string
  /** `asked`: it has taken the deletion, and is asked now and then whether it has ended. */
  readonly state: 'waiting' | 'asked' | 'done' | 'refused'
  /** The receiver's own numbers of it. */
  readonly requestIds: readonly string[]
  /** What is to be asked for yet. */
  readonly open: readonly Json[]
  readonly text: string
  readonly tries: number
  readonly due_ms: number
  readonly at_ms: number
}

/** What was found, and is gone. */
export type DeletionCounts = {
  readonly events: number
  readonly refused: number
  readonly duplicates: number
  /** Emptied: a batch carries many people. */
  readonly attempts: number
  readonly deadLetters: number
  readonly parked: number
  readonly refusals: number
  readonly remembered: number
}
export const NO_COUNTS: DeletionCounts = {
  ...{
    events: 0,
    refused: 0,
    duplicates: 0,
    attempts: 0,
    deadLetters: 0,
    parked: 0,
    refusals: 0,
    remembered: 0,
  },
}

/** A person's deletion: while it runs what is to be done, afterwards the receipt, which does not say who it was. */
export type Deletion = {
  readonly id: number
  readonly at_ms: number
  /** Who asked for it. */
  readonly by: string
  readonly person: {
    readonly kind: IdKind
    /** A keyed hash of the id: whoever has the id can ask whether it was this person. */
    readonly hash: string
    /** Its first letters. */
    readonly masked: string
  }
  /** Events of the person are refused from then on. */
  readonly suppress: boolean
  readonly state: 'running' | 'done' | 'failed'
  readonly stage: DeletionStage
  /** By which ids they are known; only as long as something has to be found by them. */
  readonly ids?: PersonIds
  /** How many ids that were. */
  readonly idCount: number
  /** How far the log has been gone through in this stage: chunks up to this number, of those up to the other. */
  readonly place: { readonly chunk: number; readonly last: number }
  readonly found: DeletionCounts
  readonly told: readonly Told[]
  /** Why it does not get on; it is tried again. */
  readonly problem?: string
  readonly endedAt_ms?: number
}
export type NewDeletion = Omit<Deletion, 'id'>

/** Somebody whose events are refused. The list holds keyed hashes: it must not be one of people who asked to be forgotten. */
export type Suppressed = {
  readonly hash: string
  readonly kind: IdKind
  readonly masked: string
  readonly by: string
  readonly at_ms: number
}
/** Each costs some 200 bytes of memory. */
export const SUPPRESSED_MAX = 100_000
