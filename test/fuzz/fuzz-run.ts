/** How many inputs to draw, from which seed; `report` hears now and then how many are done. */
export type FuzzRun = {
  readonly count: number
  readonly seed: number
  readonly report: (done: number, facts: Readonly<Record<string, number>>) => void
}

/** An input that broke a promise: which of the run's inputs it was, counted from 1, the input, and what went wrong. */
export type Failure = { readonly run: number; readonly input: unknown; readonly problem: string }

export type Fuzz = (run: FuzzRun) => Failure | undefined
/** One that waits for a server. */
export type SlowFuzz = (run: FuzzRun) => Promise<Failure | undefined>

/** How often a run reports. */
export const REPORT_EVERY = 100_000
