import type { Fingerprint } from '../../core/identity.ts'
import { fingerprintSet } from './fingerprint-set.ts'

/** The window slides in steps of a third, so an id is remembered for the window and at most a third longer. */
const GENERATIONS = 4

export type DedupeOptions = {
  readonly window_ms: number
  /** Most ids remembered at once, at 10 to 30 bytes each. When more come, the window is shorter. */
  readonly ids_max: number
}

/**
 * Remembers which messageIds came lately, so that an event sent twice is taken once. Holds 64-bit fingerprints: with
 * two million of them, a new id is mistaken for a known one once in ten million million.
 */
export function dedupeWindow({ window_ms, ids_max }: DedupeOptions) {
  const newGeneration = (since_ms: number) => ({ since_ms, ids: fingerprintSet() })
  let generations = [newGeneration(Number.NEGATIVE_INFINITY)]

  function currentAt(now_ms: number) {
    const current = generations[0] as ReturnType<typeof newGeneration>
    if (current.ids.size() === 0) current.since_ms = now_ms
    const isOld = now_ms - current.since_ms >= window_ms / (GENERATIONS - 1)
    const isFull = current.ids.size() >= ids_max / GENERATIONS
    if (!isOld && !isFull) return current
    const next = newGeneration(now_ms)
    // A generation ends when the next begins: when that was a whole window ago, its ids may be forgotten.
    const isNeeded = (_: unknown, index: number) =>
      index === 0 || now_ms - (generations[index - 1]?.since_ms ?? now_ms) < window_ms
    generations = [next, ...generations.filter(isNeeded).slice(0, GENERATIONS - 1)]
    return next
  }

  return {
    /** Whether the id is new; from now on it is not. */
    claim(id: Fingerprint, now_ms: number): boolean {
      const current = currentAt(now_ms)
      if (generations.some(({ ids }) => ids.has(id))) return false
      current.ids.add(id)
      return true
    },
    /** Forgets an id that was claimed and could not be stored. */
    release(id: Fingerprint): void {
      for (const { ids } of generations) ids.remove(id)
    },
    size: () => generations.reduce((sum, { ids }) => sum + ids.size(), 0),
  }
}
export type DedupeWindow = ReturnType<typeof dedupeWindow>
