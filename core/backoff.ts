/** First ceiling 1 s, doubling up to 5 minutes: an outage of a day costs a lane about 300 attempts. */
const BASE_MS = 1_000
const CAP_MS = 300_000

/**
 * How long to wait before the next attempt.
 *
 * Exponential backoff with full jitter: a uniform draw from (0, ceiling], where the ceiling doubles with each failed
 * attempt, from `base_ms` up to `cap_ms`. If the destination named a wait (`retryAfter_ms`), the result is never
 * shorter than that, and it may pass `cap_ms`: a destination that asks for an hour gets an hour.
 *
 * @param attempt Failed attempts so far, 1 or more. The first retry is attempt 1.
 * @param random  Uniform in [0, 1). Passed in, so that a test or a simulation can replay it.
 * @returns       Milliseconds, a whole number, 1 or more.
 * @throws {RangeError} when `attempt` is not a positive integer: a bug in the caller, not an operating error.
 * @see Retry-After: RFC 9110, section 10.2.3. Status 429: RFC 6585, section 4.
 * @see Why full jitter: docs/adr/0006-retry-schedule.md
 */
export function nextDelay_ms(
  attempt: number,
  random: () => number,
  { base_ms = BASE_MS, cap_ms = CAP_MS, retryAfter_ms = 0 } = {},
): number {
  if (!Number.isInteger(attempt) || attempt < 1) {
    throw new RangeError(`attempt must be 1 or more, got ${attempt}`)
  }
  const ceiling_ms = Math.min(cap_ms, base_ms * 2 ** (attempt - 1))
  return Math.max(1, Math.ceil(random() * ceiling_ms), Math.ceil(retryAfter_ms))
}
