/** Things that are kept in memory for minutes, such as the first half of a login; of too many, the oldest go. */
export type ShortLived<Value> = {
  readonly keep: (key: string, value: Value) => void
  readonly get: (key: string) => Value | undefined
  /** Gives it, and forgets it. */
  readonly take: (key: string) => Value | undefined
}
type Limits = { readonly age_ms_max: number; readonly count_max: number; readonly now_ms: () => number }

export function shortLived<Value>({ age_ms_max, count_max, now_ms }: Limits): ShortLived<Value> {
  const kept = new Map<string, { readonly value: Value; readonly until_ms: number }>()
  function get(key: string): Value | undefined {
    const found = kept.get(key)
    return found !== undefined && found.until_ms > now_ms() ? found.value : undefined
  }
  return {
    keep(key, value) {
      kept.delete(key)
      kept.set(key, { value, until_ms: now_ms() + age_ms_max })
      // In the order in which they came, so the first are those that are over first.
      for (const [oldest, { until_ms }] of kept) {
        if (kept.size <= count_max && until_ms > now_ms()) break
        kept.delete(oldest)
      }
    },
    get,
    take(key) {
      const value = get(key)
      kept.delete(key)
      return value
    },
  }
}
