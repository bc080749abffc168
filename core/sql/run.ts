/** What began a run. `again`: the one before failed, or was cut off. */
export const RUN_CAUSES = ['schedule', 'hand', 'again'] as const
export type RunCause = (typeof RUN_CAUSES)[number]
/** `cut off`: the server stopped or died; it goes on from where the log has everything. */
export const RUN_STATES = ['running', 'done', 'failed', 'stopped', 'cut off'] as const
export type RunState = (typeof RUN_STATES)[number]

export type RunRefusal = { readonly row: number; readonly code: string; readonly reason: string }

/** One reading of a database. Counts are of this run alone. */
export type SqlRun = {
  readonly id: number
  readonly cause: RunCause
  readonly state: RunState
  readonly startedAt_ms: number
  readonly endedAt_ms?: number
  readonly rows: number
  readonly accepted: number
  /** Of which the log had the messageId already. */
  readonly duplicates: number
  readonly refused: number
  /** The first of them. */
  readonly refusals: readonly RunRefusal[]
  readonly cursorBefore?: string
  readonly cursorAfter?: string
  /** It ended at the limit of rows. */
  readonly hasMore?: true
  readonly error?: { readonly code: string; readonly text: string }
}

/** So many runs are kept of a source. */
export const RUNS_KEPT_MAX = 100
export const REFUSALS_KEPT_MAX = 10

/** What is remembered of a source between its runs. */
export type SqlPlace = {
  /** The column that `cursor` is of: with another one, the source begins anew. */
  readonly cursorColumn?: string
  readonly cursor?: string
  /** When the last run began that came to its end. */
  readonly lastSync_ms?: number
  /** Up to here, scheduled times are dealt with. */
  readonly planned_ms: number
  /** Runs that failed one after the other. */
  readonly failures: number
  readonly failingSince_ms?: number
  readonly retryAt_ms?: number
  /** How often the source was begun anew with new ids. */
  readonly epoch: number
  readonly runs: number
  /** A run that was under way when this was written. */
  readonly running?: SqlRun
}

export function newPlace(now_ms: number): SqlPlace {
  return { planned_ms: now_ms, failures: 0, epoch: 0, runs: 0 }
}

const RETRY_FIRST_MS = 60_000
const RETRY_LAST_MS = 3_600_000

/** How long after the so many-th failure in a row a run is tried again: a minute, two, four, … an hour. */
export function retryAfter_ms(failures: number): number {
  return Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** Math.min(failures - 1, 16))
}
