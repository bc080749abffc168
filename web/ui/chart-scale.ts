/** The round number that a chart's axis ends at: 1, 2, 2.5 or 5 times a power of ten, at least `highest`. */
export function niceCeiling(highest: number): number {
  if (highest <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(highest))
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= highest) ?? 10
  return factor * power
}

/** The points that a stretch of the chart's width covers, in order. */
export function brushed(from: number, to: number, count: number): readonly [first: number, last: number] {
  const [low, high] = from < to ? [from, to] : [to, from]
  const clamp = (at: number) => Math.min(count - 1, Math.max(0, Math.floor(at * count)))
  return [clamp(low), clamp(high)]
}
