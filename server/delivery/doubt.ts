import type { HttpRequest } from '../../core/destination.ts'
import type { ErrorCode } from '../../core/errors.ts'
import type { BoundDelivery } from '../../core/instance.ts'

/**
 * What may lie in the deliveries themselves. "Slow down" never does. Wrong settings are everybody's: they may lie there only
 * while others are taken, as where a firewall does not like what is in one event.
 */
const MAY_BE_THEIRS: ReadonlySet<ErrorCode> = new Set([
  'DESTINATION_FAILED',
  'DESTINATION_TIMEOUT',
  'DESTINATION_UNREACHABLE',
  'DESTINATION_MISCONFIGURED',
])
/** Others were answered so often between two failures of a batch: then it is the batch… */
const TIMES_MIN = 2
/** …or, where it is one delivery, that one: to set it aside wrongly costs little. */
const TIMES_OF_ONE_MIN = 1
/** So often batches go whole while nothing is answered; then one delivery goes, with no request more… */
export const WHOLE_TRIES_MAX = 5
/** …and so often where others have been answered meanwhile. */
const CUT_TRIES_MAX = 2
/** While nothing is answered, one delivery of an instance is set aside on a guess, and no other for this long or until an answer comes. */
const GUESS_EVERY_MS = 600_000
/** Others were answered of late, so the settings are right: longer than what is set aside waits for its next try. */
const OF_LATE_MS = 600_000
/** Of an instance. A receiver that fails for more than this has no trouble with single events. */
export const ASIDE_MAX = 1_000

/** Where requests go: what is answered there says nothing of another place. */
export function placeOf({ method, url }: HttpRequest): string {
  return `${method} ${url.split('?', 1)[0]}`
}

/**
 * What an instance's receiver has answered of late, by place: so a lane can tell a batch that fails for what is in it
 * from a receiver that is down.
 */
export function witness(now_ms: () => number, asideAtStart: number) {
  const answers = new Map<string, { readonly count: number; readonly last_ms: number }>()
  let aside = asideAtStart
  let guessed_ms = Number.NEGATIVE_INFINITY
  return {
    /** Deliveries have ended by an answer from there. */
    answered(place: string): void {
      answers.set(place, { count: (answers.get(place)?.count ?? 0) + 1, last_ms: now_ms() })
      guessed_ms = Number.NEGATIVE_INFINITY
      for (const oldest of answers.keys()) {
        if (answers.size <= PLACES_MAX) break
        answers.delete(oldest)
      }
    },
    answers: (place: string) => answers.get(place)?.count ?? 0,
    hasAnsweredOfLate: (place: string) =>
      now_ms() - (answers.get(place)?.last_ms ?? Number.NEGATIVE_INFINITY) <= OF_LATE_MS,
    hasRoomAside: () => aside < ASIDE_MAX,
    setAside(): void {
      aside += 1
    },
    /** Other processes set aside, and end it, too. */
    recount(count: number): void {
      aside = count
    },
    /** A delivery that was set aside has ended. */
    ended(): void {
      aside = Math.max(0, aside - 1)
    },
    mayGuess: () => now_ms() - guessed_ms >= GUESS_EVERY_MS,
    guess(): void {
      guessed_ms = now_ms()
    },
  }
}
export type Witness = ReturnType<typeof witness>
/** An address may hold an id, so that there is no end of them. */
const PLACES_MAX = 100

/** What a lane knows of the batch that it cannot get through. */
export type Doubt = {
  readonly place: string
  /** The answers from there at its last failure. */
  readonly answers: number
  /** How often others were answered between two failures of it. */
  readonly times: number
  /** Others were answered since its failure before this one. */
  readonly isNews: boolean
}

export function doubtAfter(before: Doubt | undefined, place: string, answers: number): Doubt {
  if (before === undefined || before.place !== place) return { place, answers, times: 0, isNews: false }
  // Fewer: the place was forgotten among many others.
  const isNews = answers > before.answers
  return { place, answers, times: before.times + (isNews ? 1 : 0), isNews }
}

/**
 * - `wait`: the same again, later.
 * - `cut`: in halves, at once.
 * - `first alone`: wait, then send the first delivery alone, so that it shows whether the others would be taken.
 * - `aside`: it is the one.
 * - `guess`: nothing is answered, and it may be the one.
 */
export type Verdict = 'wait' | 'cut' | 'first alone' | 'aside' | 'guess'

export function verdictOn(failed: {
  readonly code: ErrorCode
  readonly doubt: Doubt
  /** In a row, of this lane or of all. */
  readonly failures: number
  readonly deliveries: readonly BoundDelivery[]
  readonly witness: Pick<Witness, 'hasRoomAside' | 'mayGuess'>
}): Verdict {
  const { code, doubt, failures, deliveries, witness } = failed
  if (!MAY_BE_THEIRS.has(code) || !witness.hasRoomAside()) return 'wait'
  const isOne = deliveries.length === 1
  if (doubt.isNews && doubt.times >= (isOne ? TIMES_OF_ONE_MIN : TIMES_MIN)) return isOne ? 'aside' : 'cut'
  if (failures <= (doubt.times > 0 ? CUT_TRIES_MAX : WHOLE_TRIES_MAX)) return 'wait'
  if (!isOne) return 'first alone'
  // Without an answer there is nothing that speaks for the settings.
  return code !== 'DESTINATION_MISCONFIGURED' && witness.mayGuess() ? 'guess' : 'wait'
}
