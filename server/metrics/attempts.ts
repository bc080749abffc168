import type { Attempt } from '../ledger/ledger.ts'
import { type Durations, durations, type Observed } from './histogram.ts'

const S = 1_000

/** Of one destination since the thread began, as a plain value that crosses threads. */
export type AttemptFigures = {
  readonly destination: string
  readonly outcomes: Readonly<Record<string, number>>
  readonly failures: Readonly<Record<string, number>>
  readonly duration: Observed
  readonly age: Observed
}
type Counting = {
  readonly outcomes: Map<string, number>
  readonly failures: Map<string, number>
  readonly duration: Durations
  readonly age: Durations
}

/** Counts attempts where they are made. What is kept grows with the destinations and the codes of the error table alone. */
export function attemptCounts() {
  const byDestination = new Map<string, Counting>()

  function of(destination: string): Counting {
    const found = byDestination.get(destination)
    if (found !== undefined) return found
    const made = { outcomes: new Map(), failures: new Map(), duration: durations(), age: durations() }
    byDestination.set(destination, made)
    return made
  }

  return {
    /** `firstReceivedAt`: of the first event that it carried, ISO 8601. */
    note(
      {
        instanceId,
        outcome,
        reason,
        duration_ms,
        startedAt_ms,
      }: Pick<Attempt, 'instanceId' | 'outcome' | 'reason' | 'duration_ms' | 'startedAt_ms'>,
      firstReceivedAt: string | undefined,
    ): void {
      const counting = of(instanceId)
      addOne(counting.outcomes, outcome)
      if (reason !== undefined) addOne(counting.failures, reason.code)
      counting.duration.observe(duration_ms / S)
      if (outcome !== 'delivered' || firstReceivedAt === undefined) return
      counting.age.observe(Math.max(0, startedAt_ms + duration_ms - Date.parse(firstReceivedAt)) / S)
    },
    read: (): readonly AttemptFigures[] =>
      [...byDestination].map(([destination, { outcomes, failures, duration, age }]) => ({
        destination,
        outcomes: Object.fromEntries(outcomes),
        failures: Object.fromEntries(failures),
        duration: duration.read(),
        age: age.read(),
      })),
  }
}

function addOne(counts: Map<string, number>, name: string): void {
  counts.set(name, 1 + (counts.get(name) ?? 0))
}
