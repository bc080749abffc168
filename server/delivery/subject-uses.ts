import type { Budget } from '../../core/destination.ts'

/** Answers are dated up to the end of their slice, a thousandth of the window: so few numbers keep a whole window. */
const SLICES_PER_WINDOW = 1_000
/**
 * As long as a subject has used no more than this of a budget, all of that is one lump, dated as the last of it. Nobody who
 * is far below a budget can feel it, and with a slice for each event a server that delivers 12,000 a second kept 50 MB of them.
 */
const LUMP_SHARE = 1 / 4

/** Units that are free again at a time. */
type Slice = { readonly release_ms: number; units: number }

/** What is kept of a subject in numbers; what is sliced is the sum of its slices. */
const NUMBERS = 4
const OPEN = 0
const LUMP = 1
const LUMP_RELEASE_ms = 2
const SLICED = 3
const PLACES_AT_FIRST = 64
/** For each unit that is taken, so many places are looked at for what is over: more than can be added meanwhile. */
const LOOKED_AT = 2

/**
 * The numbers of each subject, side by side in one array: as objects, those of 10,000 people were two fifths of all that a
 * collection of garbage had to look at, and kept in order they took 8 of 72 µs an event through the whole path, both together.
 */
function numbersBySubject() {
  const places = new Map<string, number>()
  const subjects: (string | undefined)[] = []
  const free: number[] = []
  let numbers = new Float64Array(NUMBERS * PLACES_AT_FIRST)
  const get = (place: number, which: number) => numbers[place * NUMBERS + which] as number

  return {
    get,
    set(place: number, which: number, value: number): void {
      numbers[place * NUMBERS + which] = value
    },
    add(place: number, which: number, value: number): void {
      numbers[place * NUMBERS + which] = get(place, which) + value
    },
    placeOf: (subject: string) => places.get(subject),
    /** Its place, or a new one. */
    placeFor(subject: string): number {
      const known = places.get(subject)
      if (known !== undefined) return known
      const place = free.pop() ?? subjects.length
      if (place * NUMBERS >= numbers.length) {
        const grown = new Float64Array(numbers.length * 2)
        grown.set(numbers)
        numbers = grown
      }
      subjects[place] = subject
      places.set(subject, place)
      return place
    },
    /** Its numbers are 0 but for when its last lump was released. */
    leave(place: number): void {
      places.delete(subjects[place] as string)
      subjects[place] = undefined
      free.push(place)
    },
    isLeft: (place: number) => subjects[place] === undefined,
    /** Those that were left among them. */
    places: () => subjects.length,
    size: () => places.size,
  }
}

type Numbers = ReturnType<typeof numbersBySubject>

/** What was used at each place, and when it is free again. */
function usesAtPlaces({ units_max, window_ms, scope }: Budget, { get, set, add }: Numbers) {
  const slice_ms = window_ms / SLICES_PER_WINDOW
  /** What an instance has used is one subject, and few slices. */
  const lump_max = scope === 'subject' ? units_max * LUMP_SHARE : 0
  /** Of the few who have used more than a lump, in the order of their times. */
  const slices = new Map<number, Slice[]>()

  return {
    /** What is open, and what was used within the window. */
    taken: (place: number) => get(place, OPEN) + get(place, LUMP) + get(place, SLICED),
    forget(place: number, now_ms: number): void {
      if (get(place, LUMP) > 0 && get(place, LUMP_RELEASE_ms) <= now_ms) set(place, LUMP, 0)
      if (get(place, SLICED) === 0) return
      const own = slices.get(place) ?? []
      const left = own.findIndex(({ release_ms }) => release_ms > now_ms)
      const over = own.splice(0, left === -1 ? own.length : left)
      for (const { units } of over) add(place, SLICED, -units)
      if (own.length === 0) slices.delete(place)
    },
    keep(place: number, units: number, at_ms: number): void {
      const release_ms = Math.ceil((at_ms + window_ms) / slice_ms) * slice_ms
      if (get(place, LUMP) + get(place, SLICED) + units <= lump_max) {
        const before_ms = get(place, LUMP) === 0 ? 0 : get(place, LUMP_RELEASE_ms)
        add(place, LUMP, units)
        set(place, LUMP_RELEASE_ms, Math.max(before_ms, release_ms))
        return
      }
      const own = slices.get(place) ?? []
      slices.set(place, own)
      add(place, SLICED, units)
      addSlice(own, { release_ms, units })
    },
    releases(place: number): readonly Readonly<Slice>[] {
      const releases = [...(slices.get(place) ?? [])]
      const lump = { release_ms: get(place, LUMP_RELEASE_ms), units: get(place, LUMP) }
      if (lump.units > 0) releases.splice(placeBefore(releases, lump.release_ms), 0, lump)
      return releases
    },
    sliceCount: () => [...slices.values()].reduce((sum, own) => sum + own.length, 0),
  }
}

/** What the subjects of one budget have used of it: what is open, and what was used within the window. */
export function subjectUses(budget: Budget) {
  const numbers = numbersBySubject()
  const uses = usesAtPlaces(budget, numbers)
  let hand = 0

  /** What is there when all that is over is gone; a place with nothing is left. */
  function takenNow(place: number, now_ms: number): number {
    uses.forget(place, now_ms)
    const taken = uses.taken(place)
    if (taken === 0) numbers.leave(place)
    return taken
  }

  function lookAround(now_ms: number): void {
    for (let looked = 0; looked < LOOKED_AT && numbers.places() > 0; looked++) {
      hand = (hand + 1) % numbers.places()
      if (!numbers.isLeft(hand)) takenNow(hand, now_ms)
    }
  }

  return {
    taken(subject: string, now_ms: number): number {
      const place = numbers.placeOf(subject)
      return place === undefined ? 0 : takenNow(place, now_ms)
    },
    take(subject: string, units: number, now_ms: number): void {
      lookAround(now_ms)
      numbers.add(numbers.placeFor(subject), OPEN, units)
    },
    /** So many are open no longer; `used` of them stay until they are a window old. */
    close(subject: string, units: number, used: number, at_ms: number): void {
      const place = numbers.placeFor(subject)
      numbers.add(place, OPEN, -units)
      if (used > 0) uses.keep(place, used, at_ms)
      else if (uses.taken(place) === 0) numbers.leave(place)
    },
    /** When what is used leaves room again, in the order of time. */
    releases(subject: string): readonly Readonly<Slice>[] {
      const place = numbers.placeOf(subject)
      return place === undefined ? [] : uses.releases(place)
    },
    /** How many subjects and slices are kept. */
    size: () => numbers.size() + uses.sliceCount(),
  }
}

function addSlice(sorted: Slice[], slice: Slice): void {
  const at = placeBefore(sorted, slice.release_ms)
  const known = sorted[at - 1]
  if (known?.release_ms === slice.release_ms) known.units += slice.units
  else sorted.splice(at, 0, slice)
}

/** Nearly always the end: answers come in the order of time, but for those that were waited for in vain. */
function placeBefore(sorted: readonly Slice[], release_ms: number): number {
  let at = sorted.length
  while (at > 0 && (sorted[at - 1]?.release_ms ?? 0) > release_ms) at -= 1
  return at
}
