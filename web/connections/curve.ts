export type Point = { readonly x: number; readonly y: number }

/** An S from the right side of one card to the left side of another, as an SVG path. */
export function curvePath(from: Point, to: Point): string {
  const bend = (to.x - from.x) / 2
  return `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`
}

/** The point of that S at a share of its way, from 0 to 1. */
export function curvePoint(from: Point, to: Point, share: number): Point {
  const middle = (from.x + to.x) / 2
  const rest = 1 - share
  const [a, b, c, d] = [rest ** 3, 3 * rest ** 2 * share, 3 * rest * share ** 2, share ** 3]
  return {
    x: a * from.x + (b + c) * middle + d * to.x,
    y: (a + b) * from.y + (c + d) * to.y,
  }
}

/** From 1.5 for a line on which little moves to 6: it grows with the order of magnitude. */
export function lineWidth(perMinute: number): number {
  return Math.min(6, 1.5 + Math.log10(1 + perMinute) * 1.25)
}
