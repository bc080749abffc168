import type { Count, DeadLetter, NewCount, NewParked } from './ledger.ts'
import type { Replayed, ReplayPlace, ReplayStep, StoredReplay } from './replays.ts'
import { NO_TALLY, type ReplayTally } from './tables/replays.ts'

type Key = Pick<DeadLetter, 'instanceId' | 'subscriptionId' | 'address'>

/** What a ledger writes to, inside of one transaction. */
export type Books = {
  readonly isParked: (key: Key) => boolean
  readonly addParked: (instanceId: string, parked: NewParked) => void
  readonly hasDeadLetter: (key: Key) => boolean
  readonly addDeadLetter: (letter: DeadLetter) => void
  /** False when there was none. */
  readonly removeDeadLetter: (key: Key) => boolean
  readonly addCount: (count: NewCount) => void
  /** What falls has no series. */
  readonly takeCount: (count: Count) => void
  readonly moveReplay: (id: number, place: ReplayPlace, isRead: boolean) => void
  readonly countReplay: (id: number, tally: ReplayTally, at_ms: number) => void
}

/**
 * How replays are accounted for: an instance's `deliveries` are always the sum of their ends. A dead letter that is
 * replayed stays one until it is delivered. An event that has none is one more delivery, `replayed`.
 */
export function replayBooks(books: Books) {
  return {
    feed: (replay: StoredReplay, step: ReplayStep) => feed(books, replay, step),
    end: (instanceId: string, ended: readonly Replayed[]) => end(books, instanceId, ended),
  }
}

function feed(books: Books, { id, instanceId, selection }: StoredReplay, step: ReplayStep): void {
  const { at_ms } = step
  let { fed, refused, skipped } = { ...NO_TALLY, skipped: step.skipped }

  /** Undefined for a dead letter that was given up meanwhile. */
  function known(key: Key): 'on its way' | 'dead' | 'new' | undefined {
    if (books.isParked(key)) return 'on its way'
    if (books.hasDeadLetter(key)) return 'dead'
    return selection.kind === 'dead letters' ? undefined : 'new'
  }
  function addNew(part: string, name: 'parked' | 'dead'): void {
    for (const one of ['deliveries', 'replayed', name] as const) {
      books.addCount({ of: instanceId, part, name: one, count: 1, at_ms })
    }
  }

  for (const one of step.parked) {
    const is = known({ ...one, instanceId })
    if (is === 'on its way') skipped += 1
    if (is !== 'dead' && is !== 'new') continue
    if (is === 'new') addNew(one.subscriptionId, 'parked')
    books.addParked(instanceId, { ...one, replay: { id, isDead: is === 'dead' } })
    fed += 1
  }
  for (const { subscriptionId, address, end } of step.ended) {
    const key = { instanceId, subscriptionId, address }
    const is = known(key)
    if (is === undefined) continue
    if (is === 'on its way' || end.status !== 'refused') {
      skipped += 1
      continue
    }
    if (is === 'new') addNew(subscriptionId, 'dead')
    else books.removeDeadLetter(key)
    books.addDeadLetter(end.letter)
    refused += 1
  }
  books.moveReplay(id, step.place, step.isRead)
  books.countReplay(id, { ...NO_TALLY, looked: step.looked, fed, refused, skipped }, at_ms)
}

function end(books: Books, instanceId: string, all: readonly Replayed[]): void {
  const tallies = new Map<number, ReplayTally & { readonly at_ms: number }>()
  for (const one of all) {
    const { replay, subscriptionId, address, end, at_ms } = one
    if (replay.isDead) endDead(books, { instanceId, subscriptionId, address }, one)
    else endNew(books, instanceId, one)
    const { ended, sent, refused, skipped } = tallies.get(replay.id) ?? NO_TALLY
    const [isSent, isRefused] = [end.status === 'delivered', end.status === 'refused']
    tallies.set(replay.id, {
      ...NO_TALLY,
      at_ms,
      ended: ended + 1,
      sent: sent + (isSent ? 1 : 0),
      refused: refused + (isRefused ? 1 : 0),
      skipped: skipped + (isSent || isRefused ? 0 : 1),
    })
  }
  for (const [id, { at_ms, ...tally }] of tallies) books.countReplay(id, tally, at_ms)
}

/** One that was given up meanwhile is counted as that, whatever becomes of it. */
function endDead(books: Books, key: Key, { end, at_ms }: Replayed): void {
  if (end.status === 'skipped' || !books.removeDeadLetter(key)) return
  if (end.status === 'refused') {
    books.addDeadLetter(end.letter)
    return
  }
  const of = { of: key.instanceId, part: key.subscriptionId }
  books.takeCount({ ...of, name: 'dead', count: -1 })
  books.addCount({ ...of, name: end.status, count: 1, at_ms })
}

function endNew(books: Books, instanceId: string, { subscriptionId, end, at_ms }: Replayed): void {
  const of = { of: instanceId, part: subscriptionId, at_ms }
  books.addCount({ ...of, name: 'parked', count: -1 })
  if (end.status === 'refused') {
    books.addCount({ ...of, name: 'dead', count: 1 })
    books.addDeadLetter(end.letter)
  } else {
    books.addCount({ ...of, name: end.status === 'skipped' ? 'forgotten' : end.status, count: 1 })
  }
}

/** Why replays of an instance that was switched off or removed cannot go on. */
export const INSTANCE_GONE = {
  code: 'REPLAY_IMPOSSIBLE',
  text: 'The destination was switched off or removed while it ran.',
} as const
