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

/** From 1.5 for a line on which little moves to 4: it grows with the order of magnitude. */
export function lineWidth(perMinute: number): number {
  return Math.min(4, 1.5 + Math.log10(1 + perMinute) * 0.7)
}

/** Where on its line a pill may stand, the best place first: from the middle outwards. */
const SHARES = [
  0.5,
  ...Array.from({ length: 19 }, (_, step) => (step + 1) * 0.02).flatMap((off) => [0.5 - off, 0.5 + off]),
]
const PILL_HEIGHT = 26
const PILL_GAP = 4

export type Wire = { readonly from: Point; readonly to: Point; readonly pillWidth: number }

/**
 * The middles of the pills, so that none lies over another where that can be helped. Flat lines choose first: along a
 * steep one there is more room.
 */
export function placePills(wires: readonly Wire[]): readonly Point[] {
  const steepness = ({ from, to }: Wire) => Math.abs(to.y - from.y)
  const placed = new Map<Wire, Point>()
  for (const wire of wires.toSorted((a, b) => steepness(a) - steepness(b))) {
    const places = SHARES.map((share) => curvePoint(wire.from, wire.to, share))
    const isFree = ({ x, y }: Point) =>
      [...placed].every(
        ([other, at]) =>
          Math.abs(at.x - x) >= (other.pillWidth + wire.pillWidth) / 2 + PILL_GAP ||
          Math.abs(at.y - y) >= PILL_HEIGHT + PILL_GAP,
      )
    placed.set(wire, places.find(isFree) ?? (places[0] as Point))
  }
  return wires.map((wire) => placed.get(wire) as Point)
}
