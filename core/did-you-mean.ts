/** Longer texts are compared by their beginning: nobody mistypes a name of that length, and the cost is bounded. */
const COMPARED_CHARS_MAX = 64

/**
 * The known name that a mistyped one most likely stands for, or nothing when none is near: at most a third of the
 * characters wrong, and three at the most. Case, spaces and `-_.` do not count, so `Track Event` finds `trackEvent`.
 */
export function didYouMean(given: string, known: Iterable<string>): string | undefined {
  const text = normalized(given)
  const distance_max = Math.min(3, Math.ceil(text.length / 3))
  let nearest: { readonly name: string; readonly distance: number } | undefined
  for (const name of known) {
    const other = normalized(name)
    if (Math.abs(other.length - text.length) > distance_max) continue
    const distance = editDistance(text, other)
    if (distance <= distance_max && distance < (nearest?.distance ?? Infinity)) nearest = { name, distance }
  }
  return nearest?.name
}

function normalized(text: string): string {
  return text
    .slice(0, COMPARED_CHARS_MAX)
    .toLowerCase()
    .replace(/[\s._-]/g, '')
}

/**
 * How many characters must be added, left out, replaced or swapped with their neighbour to turn one text into the
 * other ("optimal string alignment": no part is edited twice).
 */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = at(last, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const swap = swapped ? at(beforeLast, j - 2) + 1 : Infinity
      row.push(Math.min(at(row, j - 1) + 1, at(last, j) + 1, replaced, swap))
    }
    beforeLast = last
    last = row
  }
  return at(last, to.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] as number
}
