/** Keeps the newest `count_max` things, in order of arrival. */
export type Newest<T> = {
  readonly add: (thing: T) => void
  readonly count: () => number
  /** The thing at a place from the oldest kept, 0, to the newest, `count() - 1`. */
  readonly at: (place: number) => T
  /** Takes things out, keeps the order of the others, and says how many went. Looks at every one of them. */
  readonly remove: (isGone: (thing: T) => boolean) => number
}

/** A ring: an array that grows to its bound and then overwrites its oldest place, so adding never moves the others. */
export function makeNewest<T>(count_max: number): Newest<T> {
  let ring: T[] = []
  let oldest = 0
  return {
    add(thing) {
      if (ring.length < count_max) {
        ring.push(thing)
        return
      }
      ring[oldest] = thing
      oldest = (oldest + 1) % count_max
    },
    count: () => ring.length,
    at: (place) => ring[(oldest + place) % ring.length] as T,
    remove(isGone) {
      const before = ring.length
      ring = [...ring.slice(oldest), ...ring.slice(0, oldest)].filter((thing) => !isGone(thing))
      oldest = 0
      return before - ring.length
    },
  }
}

/** Remembers keys, at most `count_max` of them, and always the newest half of that. */
export type SeenKeys = {
  /** True the first time, false for a repeat. */
  readonly add: (key: string) => boolean
}

/**
 * Two generations: when the younger is full it becomes the older, and the older is forgotten as a whole. Taking the
 * oldest key out of one Set, again and again, costs time that grows with the number taken out.
 */
export function makeSeenKeys(count_max: number): SeenKeys {
  const generation_max = Math.max(1, Math.floor(count_max / 2))
  let younger = new Set<string>()
  let older = new Set<string>()
  return {
    add(key) {
      if (older.has(key)) return false
      const before = younger.size
      younger.add(key)
      if (younger.size === before) return false
      if (younger.size >= generation_max) {
        older = younger
        younger = new Set()
      }
      return true
    },
  }
}
