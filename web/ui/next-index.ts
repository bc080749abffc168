/** Where a key leads from row `at` (-1: none); undefined for keys that lead nowhere. */
export function nextIndex(key: string, at: number, count: number, page: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -count,
    End: count,
  }
  const step = steps[key]
  if (step === undefined || count === 0) return undefined
  return Math.min(count - 1, Math.max(0, at + step))
}
