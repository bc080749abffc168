/**
 * Upper bounds, in seconds: from an answer out of memory to the longest that a receiver may take (60 s), and then to what waits.
 * The same for all, so that all can be compared.
 */
export const BOUNDS_S = [
  ...[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600],
] as const

/** What was observed: how often in each bucket (the last has no upper bound), and the sum in seconds. A plain value that crosses threads. */
export type Observed = { readonly counts: readonly number[]; readonly sum_s: number }

/** Counts durations by size: a few comparisons and two additions for each. */
export function durations() {
  const counts: number[] = Array.from({ length: BOUNDS_S.length + 1 }, () => 0)
  let sum_s = 0
  return {
    observe(seconds: number): void {
      let bucket = 0
      while (bucket < BOUNDS_S.length && seconds > (BOUNDS_S[bucket] as number)) bucket += 1
      counts[bucket] = (counts[bucket] as number) + 1
      sum_s += seconds
    },
    read: (): Observed => ({ counts: [...counts], sum_s }),
  }
}
export type Durations = ReturnType<typeof durations>

export function together(one: Observed, other: Observed): Observed {
  return {
    counts: one.counts.map((count, bucket) => count + (other.counts[bucket] ?? 0)),
    sum_s: one.sum_s + other.sum_s,
  }
}

/** What was observed since an earlier look; all of it when counting has begun anew meanwhile. */
export function since(before: Observed, now: Observed): Observed {
  const counts = now.counts.map((count, bucket) => count - (before.counts[bucket] ?? 0))
  return counts.some((count) => count < 0) ? now : { counts, sum_s: Math.max(0, now.sum_s - before.sum_s) }
}

/** The size that a part (0 to 1) of the durations stay below, as Prometheus reckons it: even within a bucket. Undefined for none. */
export function quantile_s({ counts }: Observed, part: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  let [below, from_s] = [0, 0]
  for (const [bucket, count] of counts.entries()) {
    const to_s = BOUNDS_S[bucket] ?? from_s
    if (count > 0 && below + count >= part * total) {
      return from_s + (to_s - from_s) * ((part * total - below) / count)
    }
    below += count
    from_s = to_s
  }
  return from_s
}
