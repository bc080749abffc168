import type { Remembered } from '../../core/destination.ts'

/** Some 100,000 people with a handful of properties each. What is forgotten costs a request that changes nothing. */
export const ENTRIES_MAX = 100_000
/** Of keys and values, in UTF-16 code units: at most 64 MB. */
export const CHARS_MAX = 32_000_000

/** What a plan was told from the forgetful memory, so that it is known later whether that still holds. */
export type Seen = Map<string, string | undefined>
const NOTHING = () => {}
export type Memory = ReturnType<typeof memory>

/**
 * What an instance remembers of its requests in this process: the durable things until the ledger has them, the others
 * in a bounded memory, the newest.
 *
 * Two lanes may carry the same identity, and nobody knows in which order the receiver takes two requests that are on
 * their way at once. So a key is forgotten when a request that will set it goes out, and it is set when that was
 * delivered only if nothing else touched it since the request was planned.
 */
export function memory({ entries_max = ENTRIES_MAX, chars_max = CHARS_MAX } = {}) {
  const known = boundedMap(entries_max, chars_max)
  const unstored = new Map<string, Remembered>()
  const onTheirWay = new Map<string, { count: number; isContested: boolean }>()

  function goOut(one: Remembered, seen: Seen): void {
    const other = onTheirWay.get(one.key)
    const isContested = other !== undefined || known.get(one.key)?.value !== seen.get(one.key)
    if (other === undefined) onTheirWay.set(one.key, { count: 1, isContested })
    else {
      other.count += 1
      other.isContested = true
    }
    known.forget(one.key)
  }

  function comeBack(one: Remembered, isDelivered: boolean): void {
    const way = onTheirWay.get(one.key)
    if (way === undefined) return
    way.count -= 1
    if (way.count === 0) onTheirWay.delete(one.key)
    if (isDelivered && !way.isContested) known.set(one)
  }

  return {
    /** `seen` notes what the forgetful memory said. */
    recall(key: string, now_ms: number, seen: Seen): string | undefined {
      const durable = unstored.get(key)
      if (durable !== undefined) return durable.value
      const one = known.get(key)
      seen.set(key, one?.value)
      if (one === undefined || (one.until_ms ?? Number.POSITIVE_INFINITY) <= now_ms) return undefined
      known.touch(one)
      return one.value
    },
    /** A request goes out; the result says that its answer has come, or that it will not. */
    sending(remember: readonly Remembered[], seen: Seen): (isDelivered: boolean) => void {
      if (remember.length === 0) return NOTHING
      const volatile = remember.filter(({ isDurable }) => !isDurable)
      for (const one of volatile) goOut(one, seen)
      return (isDelivered) => {
        for (const one of volatile) comeBack(one, isDelivered)
      }
    },
    /** Said by an answer, so nothing else can know it better. */
    set(remember: readonly Remembered[]): void {
      for (const one of remember) if (!one.isDurable) known.set(one)
    },
    /** Delivered, and not in the ledger yet. */
    hold(remember: readonly Remembered[]): void {
      for (const one of remember) unstored.set(one.key, one)
    },
    /** The ledger has them now. */
    stored(remember: readonly Remembered[]): void {
      for (const one of remember) if (unstored.get(one.key) === one) unstored.delete(one.key)
    },
    size: known.size,
  }
}

/**
 * For a lane among those of other processes: what another process was answered this one does not hear of, so it trusts only
 * what the ledger has, and what it has itself told the ledger in this batch.
 */
export function nearlyNoMemory(): Memory {
  return memory({ entries_max: 0 })
}

/** Holds the newest, as many as its bounds allow: what was used longest ago goes first. */
function boundedMap(entries_max: number, chars_max: number) {
  const known = new Map<string, Remembered>()
  let chars = 0

  function forget(key: string): void {
    const one = known.get(key)
    if (one === undefined) return
    known.delete(key)
    chars -= size(one)
  }

  return {
    get: (key: string) => known.get(key),
    forget,
    set(one: Remembered): void {
      forget(one.key)
      known.set(one.key, one)
      chars += size(one)
      for (const key of known.keys()) {
        if (known.size <= entries_max && chars <= chars_max) break
        forget(key)
      }
    },
    touch(one: Remembered): void {
      known.delete(one.key)
      known.set(one.key, one)
    },
    size: () => ({ entries: known.size, chars }),
  }
}

function size({ key, value }: Remembered): number {
  return key.length + value.length
}
