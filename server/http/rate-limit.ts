export type RateLimits = {
  /** How many a second in the long run; 0: no limit. */
  readonly perSecond: number
  /** How many at once, after a rest. */
  readonly burst: number
  /** So many keys are remembered; of more, those that were let through longest ago begin anew. */
  readonly keys_max: number
  readonly now_ms: () => number
}
export type RateLimiter = {
  /** Counts one for the key. 0: it may go on; else in how many milliseconds it may, and nothing was counted. */
  readonly take: (key: string) => number
  /** How many keys are remembered. */
  readonly size: () => number
}

/**
 * Lets each key through so often: a token bucket, kept as the one moment at which the bucket would be full again (the
 * generic cell rate algorithm). A key that is at rest costs nothing after `keys_max` others came.
 *
 * @see https://www.itu.int/rec/T-REC-I.371 (annex A)
 */
export function rateLimiter({ perSecond, burst, keys_max, now_ms }: RateLimits): RateLimiter {
  const fullAt_ms = new Map<string, number>()
  const each_ms = 1_000 / perSecond
  return {
    take(key) {
      if (perSecond === 0) return 0
      const now = now_ms()
      const full = Math.max(fullAt_ms.get(key) ?? now, now) + each_ms
      const wait_ms = full - now - burst * each_ms
      // Sums of fractions may be off by less than a microsecond.
      if (wait_ms > 0.001) return wait_ms
      fullAt_ms.delete(key)
      fullAt_ms.set(key, full)
      for (const oldest of fullAt_ms.keys()) {
        if (fullAt_ms.size <= keys_max) break
        fullAt_ms.delete(oldest)
      }
      return 0
    },
    size: () => fullAt_ms.size,
  }
}
