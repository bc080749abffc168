import type { Address } from '../../core/event.ts'
import type { PersonIds } from '../../core/persons/person.ts'

/** A person whose every trace is to go. A plain value: it crosses from one thread to another. */
export type Erasure = {
  readonly ids: PersonIds
  /** What else stands for them, such as the number that a receiver knows a visitor by. */
  readonly derived: readonly string[]
  /** Where their events stood in the log. */
  readonly addresses: readonly Address[]
}

/** What was found and is gone, in rows. */
export type ErasedRows = {
  /** Whose request, answer and reason are empty now; the attempts themselves stay. */
  readonly attempts: number
  /** Counted as `givenUp`. */
  readonly deadLetters: number
  /** Counted as `forgotten`. */
  readonly parked: number
  readonly refusals: number
  readonly remembered: number
}
export const NOTHING_ERASED: ErasedRows = {
  ...{ attempts: 0, deadLetters: 0, parked: 0, refusals: 0, remembered: 0 },
}

/** What stands where a body or a reason was. */
export const ERASED_TEXT = 'Erased: it was about a person who has been deleted.'

/** The part of the ledger that deletions of people are about. Both do no harm when they are done again. */
export type ErasingLedger = {
  /**
   * Ends what is parked for the person, and forgets what was remembered of them, what they used of budgets, and the texts
   * of what holds a lane or the instance up. The instance must be at rest: it has some of that in memory.
   */
  readonly erasePending: (instanceId: string, person: Erasure, at_ms: number) => Promise<ErasedRows>
  /** Goes through attempts, dead letters, refusals and replays, in small steps. */
  readonly eraseHistory: (person: Erasure) => Promise<ErasedRows>
  /** False when somebody who reads an older state keeps what was erased in the write-ahead file: then try again. */
  readonly compact: () => Promise<boolean>
}
