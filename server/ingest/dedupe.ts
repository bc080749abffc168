import type { Fingerprint } from '../../core/identity.ts'
import { fingerprintSet } from '../log/fingerprint-set.ts'

/** The window slides in steps of a third, so an id is remembered for the window and at most a third longer. */
const GENERATIONS = 4

export type DedupeOptions = {
  readonly window_ms: number
  /** Most ids remembered at once, at 11 to 17 bytes each. When more come, the window is shorter. */
  readonly ids_max: number
}

/**
 * Remembers which messageIds came lately, so that an event sent twice is taken once. Holds 64-bit fingerprints: with
 * two million of them, a new id is mistaken for a known one once in ten million million.
 */
export function dedupeWindow({ window_ms, ids_max }: DedupeOptions) {
  const newGeneration = (since_ms: number, expected = 0) => ({ since_ms, ids: fingerprintSet(expected) })
  const step_ms = window_ms / (GENERATIONS - 1)
  let generations = [newGeneration(Number.NEGATIVE_INFINITY)]

  function currentAt(now_ms: number) {
    const current = generations[0] as ReturnType<typeof newGeneration>
    if (current.ids.size() === 0) current.since_ms = now_ms
    const isOld = now_ms - current.since_ms >= step_ms
    const isFull = current.ids.size() >= ids_max / GENERATIONS
    if (!isOld && !isFull) return current
    const next = newGeneration(now_ms, current.ids.size())
    const kept = generations.filter((generation) => isRemembered(generation, now_ms))
    generations = [next, ...kept.slice(0, GENERATIONS - 1)]
    return next
  }

  /** A generation takes ids for one step, so a whole window after that the youngest of them is old enough. */
  function isRemembered({ since_ms }: { readonly since_ms: number }, now_ms: number): boolean {
    return now_ms - since_ms < window_ms + step_ms
  }

  return {
    /** Whether the id is new; from now on it is not. */
    claim(id: Fingerprint, now_ms: number): boolean {
      if (window_ms === 0) return true
      const current = currentAt(now_ms)
      const isKnown = generations.some(
        (generation) => isRemembered(generation, now_ms) && generation.ids.has(id),
      )
      if (isKnown) return false
      current.ids.add(id)
      return true
    },
    /**
     * Ids that were new when the log took them, as high and low halves in turn: remembered without asking whether one of
     * them is known already. Chunks come in the order in which the log took them.
     */
    remember(halves: Uint32Array, at_ms: number): void {
      if (window_ms === 0) return
      for (let at = 0; at < halves.length; at += 2) {
        currentAt(at_ms).ids.add({ high: halves[at] as number, low: halves[at + 1] as number })
      }
    },
    /** Forgets an id that was claimed and could not be stored. */
    release(id: Fingerprint): void {
      for (const { ids } of generations) ids.remove(id)
    },
    size: () => generations.reduce((sum, { ids }) => sum + ids.size(), 0),
  }
}
export type DedupeWindow = ReturnType<typeof dedupeWindow>
