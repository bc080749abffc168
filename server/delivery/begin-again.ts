import { nextDelay_ms } from '../../core/backoff.ts'
import { AppError } from '../../core/errors.ts'

/** What ran for so long had recovered: what happens then is its first failure. */
const WELL_AFTER_MS = 10_000
/** The longest wait after a failure, and after one of the servers that the process works with: those come back. */
const TROUBLE_MS_MAX = 60_000
const AWAY_MS_MAX = 10_000

/** How long work that never ends by itself waits after a failure, before it is begun again. */
export function beginningAgain(random: () => number) {
  let failures = 0
  return {
    /** @param ran_ms For how long it ran before it failed. */
    after_ms(error: unknown, ran_ms: number): number {
      failures = ran_ms >= WELL_AFTER_MS ? 1 : failures + 1
      return nextDelay_ms(failures, random, { cap_ms: isAway(error) ? AWAY_MS_MAX : TROUBLE_MS_MAX })
    },
  }
}

function isAway(error: unknown): boolean {
  return (
    error instanceof AppError && (error.code === 'LOG_UNAVAILABLE' || error.code === 'POSTGRES_UNAVAILABLE')
  )
}
