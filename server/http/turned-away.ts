import type { AppError } from '../../core/errors.ts'

export type TurnedAway = {
  readonly code: string
  /** Where it is known. */
  readonly source?: string
  readonly count: number
}

/**
 * Counts the requests that are refused as a whole, by their reason and source, since the server started: the log knows
 * nothing of them. There are as many counts as reasons and sources.
 */
export function turnedAwayCounts() {
  const counts = new Map<string, { readonly code: string; readonly source?: string; count: number }>()
  return {
    /** What the server itself could not do is no refusal. */
    count({ code, status, details }: Pick<AppError, 'code' | 'status' | 'details'>): void {
      if (status >= 500) return
      const { source } = details
      const key = `${code}\n${String(source)}`
      const found = counts.get(key) ?? {
        ...{ code, count: 0 },
        ...(typeof source === 'string' ? { source } : {}),
      }
      found.count += 1
      counts.set(key, found)
    },
    /** The most frequent first. */
    list: (): readonly TurnedAway[] =>
      [...counts.values()].map((one) => ({ ...one })).sort((a, b) => b.count - a.count),
  }
}
