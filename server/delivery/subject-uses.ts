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

/**
 * The numbers of each subject, side by side in one array: as objects, those of 10,000 people were a third of everything that a
 * collection of garbage had to look at, 10 µs an event through the whole path.
 */
const NUMBERS = 4
const OPEN = 0
const LUMP = 1
const LUMP_RELEASE_ms = 2
const SLICED = 3
const PLACES_AT_FIRST = 64
/** For each unit that is taken, so many places are looked at for what is over: more than can be added meanwhile. */
const LOOKED_AT = 2

/** What the subjects of one budget have used of it: what is open, and what was used within the window. */
export function subjectUses({ units_max, window_ms, scope }: Budget) {
  const slice_ms = window_ms / SLICES_PER_WINDOW
  /** What an instance has used is one subject, and few slices. */
  const lump_max = scope === 'subject' ? units_max * LUMP_SHARE : 0
  const places = new Map<string, number>()
  const subjects: (string | undefined)[] = []
  const free: number[] = []
  /** Of the few who have used more than a lump, in the order of their times. */
  const slices = new Map<number, Slice[]>()
  let numbers = new Float64Array(NUMBERS * PLACES_AT_FIRST)
  let hand = 0

  const get = (place: number, which: number) => numbers[place * NUMBERS + which] as number
  function set(place: number, which: number, value: number): void {
    numbers[place * NUMBERS + which] = value
  }
  function add(place: number, which: number, value: number): void {
    set(place, which, get(place, which) + value)
  }

  function placeFor(subject: string): number {
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
  }

  function forget(place: number, now_ms: number): void {
    if (get(place, LUMP) > 0 && get(place, LUMP_RELEASE_ms) <= now_ms) set(place, LUMP, 0)
    if (get(place, SLICED) === 0) return
    const own = slices.get(place) ?? []
    let count = 0
    for (const { release_ms, units } of own) {
      if (release_ms > now_ms) break
      add(place, SLICED, -units)
      count += 1
    }
    own.splice(0, count)
    if (own.length === 0) slices.delete(place)
  }

  const takenAt = (place: number) => get(place, OPEN) + get(place, LUMP) + get(place, SLICED)

  /** All of it is over. */
  function leave(place: number): void {
    places.delete(subjects[place] as string)
    subjects[place] = undefined
    free.push(place)
  }

  function lookAround(now_ms: number): void {
    for (let looked = 0; looked < LOOKED_AT && subjects.length > 0; looked++) {
      hand = (hand + 1) % subjects.length
      if (subjects[hand] === undefined) continue
      forget(hand, now_ms)
      if (takenAt(hand) === 0) leave(hand)
    }
  }

  function keep(place: number, units: number, at_ms: number): void {
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
    const at = placeBefore(own, release_ms)
    const known = own[at - 1]
    if (known?.release_ms === release_ms) known.units += units
    else own.splice(at, 0, { release_ms, units })
  }

  return {
    /** What is open, and what was used within the window. */
    taken(subject: string, now_ms: number): number {
      const place = places.get(subject)
      if (place === undefined) return 0
      forget(place, now_ms)
      const taken = takenAt(place)
      if (taken === 0) leave(place)
      return taken
    },
    take(subject: string, units: number, now_ms: number): void {
      lookAround(now_ms)
      add(placeFor(subject), OPEN, units)
    },
    /** So many are open no longer; `used` of them stay until they are a window old. */
    close(subject: string, units: number, used: number, at_ms: number): void {
      const place = placeFor(subject)
      add(place, OPEN, -units)
      if (used > 0) keep(place, used, at_ms)
      else if (takenAt(place) === 0) leave(place)
    },
    /** When what is used leaves room again, in the order of time. */
    releases(subject: string): readonly Readonly<Slice>[] {
      const place = places.get(subject)
      if (place === undefined) return []
      const own = slices.get(place) ?? []
      const units = get(place, LUMP)
      if (units === 0) return own
      const release_ms = get(place, LUMP_RELEASE_ms)
      return own.toSpliced(placeBefore(own, release_ms), 0, { release_ms, units })
    },
    /** How many subjects and slices are kept. */
    size: () => places.size + [...slices.values()].reduce((sum, own) => sum + own.length, 0),
  }
}

/** Nearly always the end: answers come in the order of time, but for those that were waited for in vain. */
function placeBefore(sorted: readonly Slice[], release_ms: number): number {
  let at = sorted.length
  while (at > 0 && (sorted[at - 1]?.release_ms ?? 0) > release_ms) at -= 1
  return at
}
