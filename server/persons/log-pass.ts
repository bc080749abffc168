import { AppError } from '../../core/errors.ts'
import type { EventEnvelope } from '../../core/event.ts'
import { personFinder } from '../../core/persons/finder.ts'
import { mayName, type PersonIds } from '../../core/persons/person.ts'
import { readEnvelopes } from '../log/envelope.ts'
import type { Chunk, EventLog } from '../log/log.ts'

/** Some milliseconds: looked through, and parsed only where an id stands. */
const READ_LIMITS = { count_max: 5_000, bytes_max: 1_000_000 }
/** Each round finds ids that the one before led to. Nobody has been aliased so often. */
const ROUNDS_MAX = 10

export type Place = { readonly chunk: number; readonly last: number }
export type PassDeps = {
  readonly log: EventLog
  /** Others get their turn; throws when the work is to stop. */
  readonly breathe: () => Promise<void>
  readonly onPlace?: (place: Place) => Promise<void> | void
}

/** Every chunk of the log in the order of writing, up to what there is at the end. What is damaged is set aside. */
export async function* allChunks({ log, breathe, onPlace }: PassDeps): AsyncGenerator<Chunk> {
  let after = 0
  for (;;) {
    const chunks = await readAfter(log, after)
    for (const chunk of chunks) yield chunk
    const last = chunks.at(-1)
    if (last === undefined) return
    after = last.chunk
    await onPlace?.({ chunk: after, last: (await log.firstAt(Number.POSITIVE_INFINITY)) - 1 })
    await breathe()
  }
}

async function readAfter(log: EventLog, after: number): Promise<readonly Chunk[]> {
  for (;;) {
    try {
      return await log.after(after, READ_LIMITS)
    } catch (error) {
      const isDamage = error instanceof AppError && error.code === 'CHUNK_DAMAGED'
      if (!isDamage || (await log.setAside(Number(error.details['chunk']))) === 0) throw error
    }
  }
}

export type FoundPerson = {
  readonly ids: PersonIds
  /** Visitor ids that several people have used. */
  readonly shared: readonly string[]
}

/**
 * Goes through the log until it is known by which ids somebody is known. `onEvent` is told the person's events, in each
 * round anew: `onRound` says that one begins.
 *
 * @throws {AppError} PERSON_UNCLEAR when these are so many ids that it is no person.
 */
export async function findInLog(
  deps: PassDeps,
  asked: PersonIds,
  on: { readonly round: () => void; readonly event: (event: EventEnvelope) => void } = {
    round() {},
    event() {},
  },
): Promise<FoundPerson> {
  const finder = personFinder(asked)
  for (let round = 0; round < ROUNDS_MAX; round++) {
    on.round()
    const may = mayName(finder.ids())
    for await (const chunk of allChunks(deps)) {
      if (!may(chunk.text)) continue
      for (const envelope of readEnvelopes(chunk)) {
        if (envelope.kind !== 'event') continue
        finder.learn(envelope.event)
        if (finder.isOf(envelope.event)) on.event(envelope)
      }
    }
    if (finder.isFull()) throw new AppError('PERSON_UNCLEAR', { ids: 'too many' })
    if (!finder.endRound()) break
  }
  return { ids: finder.ids(), shared: finder.shared() }
}
