import type { Random } from '../crash/random.ts'

/** The hot identity's share of all events. */
export const HOT_SHARE = 0.08

/** So that nobody but the hot one is over the limit for a person for long: the most frequent of the others has 2 %. */
const OFFSET = 5

/** Picks people as Zipf and Mandelbrot have it, by number: the n-th in proportion to 1/(n + 5). Number 0 is the hot one. */
export function crowd(people: number, hotShare: number, random: Random): () => number {
  const sums = new Float64Array(people)
  let sum = 0
  for (let person = 1; person < people; person++) {
    sum += 1 / (person + OFFSET)
    sums[person] = sum
  }
  return () => {
    if (random.next() < hotShare) return 0
    const at = random.next() * sum
    let [low, high] = [1, people - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] as number) < at) low = middle + 1
      else high = middle
    }
    return low
  }
}
