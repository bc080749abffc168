import type { Position } from '../../../core/event.ts'
import type { Ledger, NewParked, Progress } from '../../../server/ledger/ledger.ts'
import type { ReplaySelection, ReplayStep, StoredReplay } from '../../../server/ledger/replays.ts'
import { type Choices, type Expected, expectedOf as expectedNow, type InstanceId } from '../world/settings.ts'
import { type Fail, isBefore, type Journal, type Logged } from './journal.ts'
import { endLists, placeOf } from './lists.ts'
import type { Bound } from './lives.ts'

const ALL_MAX = 1_000_000
/** And the second action of the last event. */
const ON_THEIR_WAY_MAX = 1_000 + 1

export type ReplaysDeps = {
  readonly journal: Journal
  readonly lanes: number
  readonly fail: Fail
  /** What the instance that runs now is bound for; undefined before any has begun. */
  readonly expectedOf: (id: InstanceId) => Expected | undefined
  /** It may be sent once more, under this key. */
  readonly onFed: (id: InstanceId, key: string) => void
  /** The ledger has lost that it was. */
  readonly onUnfed: (id: InstanceId, key: string) => void
}
/** What a replay has fed: where it is, and under which key it goes. */
type FedOne = { readonly place: string; readonly to: InstanceId; readonly key: string }
type Range = Extract<ReplaySelection, { kind: 'events' }>
type Is = 'on its way' | 'dead' | 'new' | 'gone'
type Found = { readonly one: Of; readonly is: Is }
type Of = Pick<NewParked, 'subscriptionId' | 'address'>

/**
 * What replays were allowed to do, and did: each portion goes on where the one before ended, and holds all that the replay
 * is about and nothing else; what it adds to the deliveries is known, so that the counts can be checked.
 */
export function replays({ journal, lanes, fail, expectedOf, onFed, onUnfed }: ReplaysDeps) {
  /** Deliveries of events that had none, or had theirs already. */
  const added = endLists()
  const extras = new Map<string, Bound>()
  const forgotten = endLists()
  const givenUp = endLists()
  const fed = new Map<number, FedOne[]>()

  /** Its reads are made at once, so that nothing comes between them and the feeding. */
  async function look(ledger: Ledger, id: number, { parked, ended, place }: ReplayStep) {
    const asked = ledger.replay(id)
    const states = [...parked, ...ended].map((one) => [
      ledger.parkedAt(one.address),
      ledger.deadLetters({ address: one.address, subscriptionId: one.subscriptionId }, { count_max: 10 }),
    ]) as [ReturnType<Ledger['parkedAt']>, ReturnType<Ledger['deadLetters']>][]
    const id_max = 'id' in place ? place.id : 0
    const letters = ledger.deadLettersAfter({}, { id: 0, id_max, count_max: ALL_MAX })
    const replay = await asked
    if (replay === undefined) return undefined
    const isMine = ({ instanceId }: { readonly instanceId: string }) => instanceId === replay.instanceId
    const found = await Promise.all(
      [...parked, ...ended].map(async ({ subscriptionId, address }, at): Promise<Found> => {
        const [rows, dead] = states[at] ?? []
        const isParked = (await rows)?.some((row) => isMine(row) && row.subscriptionId === subscriptionId)
        const isDead = (await dead)?.some(isMine) === true
        const otherwise = replay.selection.kind === 'events' ? 'new' : 'gone'
        return {
          one: { subscriptionId, address },
          is: isParked === true ? 'on its way' : isDead ? 'dead' : otherwise,
        }
      }),
    )
    return { replay, found, letters: (await letters).filter(isMine) }
  }

  function checkPortion(
    replay: StoredReplay,
    { place, parked, ended }: ReplayStep,
    wanted: readonly Wanted[],
  ): void {
    const has = new Set([...parked, ...ended].map((one) => placeOf(one.address, one.subscriptionId)))
    for (const { at, isCertain } of wanted) {
      if (isCertain && !has.has(at)) fail(`replay ${replay.id} passes over ${at}`)
      has.delete(at)
    }
    for (const at of has) {
      fail(
        `replay ${replay.id} has ${at} between ${JSON.stringify(replay.place)} and ${JSON.stringify(place)}`,
      )
    }
    const onTheirWay = replay.fed - replay.ended + parked.length
    if (onTheirWay > ON_THEIR_WAY_MAX) fail(`replay ${replay.id} has ${onTheirWay} on their way`)
  }

  type Wanted = { readonly at: string; readonly isCertain: boolean }
  function eventsBetween(id: InstanceId, range: Range, from: Position, to: Position): readonly Wanted[] {
    const expected = expectedOf(id)
    if (expected === undefined) return []
    return Array.from({ length: lanes }, (_, lane) => {
      const end = range.ends[lane] ?? { chunk: 0, index: 0 }
      return journal
        .logged(lane)
        .filter((one) => !isBefore(one, from) && isBefore(one, to) && isBefore(one, end))
        .filter((one) => isInRange(one, range) && expected.sources.includes(one.sourceId))
        .flatMap((one) =>
          expected
            .subscriptionsOf(one.event)
            .filter((each) => range.subscriptionId === undefined || range.subscriptionId === each)
            .map((each) => ({
              at: placeOf({ lane, ...one }, each),
              isCertain: !journal.mayBeGone(one.chunk),
            })),
        )
    }).flat()
  }

  function note(replay: StoredReplay, { parked, ended }: ReplayStep, found: readonly Found[]): void {
    const id = replay.instanceId as InstanceId
    const known = fed.get(replay.id) ?? []
    fed.set(replay.id, known)
    for (const [at, { one, is }] of found.entries()) {
      const isParked = at < parked.length
      if (is === 'gone' || is === 'on its way') continue
      if (!isParked && ended[at - parked.length]?.end.status !== 'refused') continue
      const bound = boundOf(one)
      if (bound === undefined) {
        fail(`replay ${replay.id} has ${placeOf(one.address, one.subscriptionId)}, which is no event`)
        continue
      }
      if (is === 'new') {
        added.add(id, one.subscriptionId, one.address)
        extras.set(placeOf(one.address, one.subscriptionId), bound)
      }
      if (!isParked) continue
      const place = placeOf(one.address, one.subscriptionId)
      if (known.some((each) => each.place === place)) fail(`replay ${replay.id} sends ${place} a second time`)
      const { sourceId, event } = bound.entry
      const key = `mr1:${sourceId}:${id}:${one.subscriptionId}:${event.messageId}`
      known.push({ place, to: id, key })
      onFed(id, key)
    }
  }

  function boundOf({ address, subscriptionId }: Of): Bound | undefined {
    const { lane } = address
    const entry = journal.at(address)
    return entry && { entry, lane, subscriptionId }
  }

  return {
    givenUp,
    forgotten,
    added,
    /** What replays of the log have added to an instance's deliveries, each as often as it was. */
    extras: (id: InstanceId): readonly Bound[] =>
      [...extras].flatMap(([place, bound]) => Array.from({ length: added.times(id, place) }, () => bound)),
    async feed(ledger: Ledger, id: number, step: ReplayStep): Promise<boolean> {
      const looked = look(ledger, id, step)
      const isFed = await ledger.feedReplay(id, step)
      const before = await looked
      if (!isFed || before === undefined) return isFed
      const { replay, found, letters } = before
      const instanceId = replay.instanceId as InstanceId
      const { selection, place } = replay
      if (selection.kind === 'events' && 'chunk' in place && 'chunk' in step.place) {
        checkPortion(replay, step, eventsBetween(instanceId, selection, place, step.place))
      } else if (selection.kind === 'dead letters' && 'id' in place) {
        const { id: from } = place
        const those = letters.filter((one) => one.id > from && isOf(one, selection))
        const wanted = those.map((one) => ({ at: placeOf(one.address, one.subscriptionId), isCertain: true }))
        // What was given up since the portion was read is in it, and does nothing.
        const gone = found.filter(({ is }) => is === 'gone' || is === 'on its way').map(({ one }) => one)
        const may = gone.map((one) => ({ at: placeOf(one.address, one.subscriptionId), isCertain: false }))
        checkPortion(replay, step, [...wanted, ...may])
      }
      note(replay, step, found)
      return isFed
    },
    ended({ readerId, replayed = [] }: Progress): void {
      for (const { replay, subscriptionId, address, end } of replayed) {
        if (!replay.isDead && end.status === 'skipped') forgotten.add(readerId, subscriptionId, address)
      }
    },
    /** The ledger may have fallen back: what it does not count any more has not been. */
    async opened(ledger: Ledger): Promise<void> {
      const counts = new Map(
        (await ledger.counts()).map(({ of, part, name, count }) => [`${of} ${part} ${name}`, count]),
      )
      const countOf = (name: string) => (id: string, part: string) => counts.get(`${id} ${part} ${name}`) ?? 0
      added.fallBack(countOf('replayed'))
      forgotten.fallBack(countOf('forgotten'))
      givenUp.fallBack(countOf('givenUp'))
      const stored = new Map((await ledger.replays({})).map((one) => [one.id, one]))
      for (const [id, known] of fed) {
        const lost = known.splice(stored.get(id)?.fed ?? 0)
        for (const { to, key } of lost.toReversed()) onUnfed(to, key)
        if (known.length === 0) fed.delete(id)
      }
    },
    /** What a person, or an operator's limit, gives up. They are few: all of them go at once. */
    async giveUp(ledger: Ledger, work: () => Promise<number>): Promise<number> {
      const before = lettersOf(ledger)
      const working = work()
      const later = lettersOf(ledger)
      const count = await working
      const after = new Set((await later).map(({ id }) => id))
      const gone = (await before).filter(({ id }) => !after.has(id))
      for (const { instanceId, subscriptionId, address } of gone) {
        givenUp.add(instanceId, subscriptionId, address)
      }
      if (gone.length !== count) fail(`${count} dead letters were given up, and ${gone.length} are gone`)
      return count
    },
    /** What is not at its end: those that run, and those that were stopped and can go on. */
    open: async (ledger: Ledger, choices: Choices): Promise<readonly string[]> =>
      (await ledger.replays({}))
        .filter(({ state, instanceId }) =>
          state === 'stopped' ? expectedNow(instanceId as InstanceId, choices).isOn : state === 'running',
        )
        .map(({ id, state, instanceId }) => `replay ${id} of ${instanceId} is ${state}`),
  }
}
export type Replays = ReturnType<typeof replays>

function lettersOf(ledger: Ledger) {
  return ledger.deadLetters({}, { count_max: ALL_MAX })
}

function isInRange({ sourceId, received_ms }: Logged, range: Range): boolean {
  return (
    received_ms >= range.from_ms &&
    received_ms < range.to_ms &&
    (range.sourceId === undefined || range.sourceId === sourceId)
  )
}

function isOf(
  letter: {
    readonly id: number
    readonly subscriptionId: string
    readonly reason: { readonly code: string }
  },
  { filter, id_max }: Extract<ReplaySelection, { kind: 'dead letters' }>,
): boolean {
  const { code, subscriptionId, ids } = filter
  return (
    letter.id <= id_max &&
    (code === undefined || code === letter.reason.code) &&
    (subscriptionId === undefined || subscriptionId === letter.subscriptionId) &&
    (ids === undefined || ids.includes(letter.id))
  )
}
