import { type Address, addressText, type Position } from '../../core/event.ts'
import { packAddresses } from './addresses.ts'
import { ANSWER_bytes_max, BODY_bytes_max, cutText, DEAD_ANSWER_bytes_max } from './body.ts'
import type { ErasingLedger } from './erase.ts'
import {
  type Attempt,
  type AttemptFilter,
  type Count,
  type DeadLetter,
  type Failing,
  hasSeries,
  type Ledger,
  type NewCount,
  type Page,
  type ReaderId,
  type StoredAttempt,
  type StoredRefusal,
} from './ledger.ts'
import { erasePeople } from './memory-erase.ts'
import { keptMaps } from './memory-kept.ts'
import { parkedMaps } from './memory-parked.ts'
import { deadLetterMap, isWanted, replayMap } from './memory-replays.ts'
import { seriesMap } from './memory-series.ts'
import { replayBooks } from './replay-books.ts'
import type { ReplayLedger } from './replays.ts'
import { ROW_bytes } from './tables/rows.ts'

/** For tests and trials: forgets everything at exit. Copies what it gets, and refuses what a file would refuse. */
export function memoryLedger(): Ledger {
  const progress = progressMaps()
  const history = historyLists()
  const parked = parkedMaps()
  const kept = keptMaps()
  const series = seriesMap()
  const letters = deadLetterMap()
  const replays = replayMap()
  const parts = { progress, history, parked, kept, series, letters, replays }

  return {
    ...progressAndParked(parts),
    ...replaysAndDeadLetters(parts),
    ...erasing(parts),
    cursor: async (readerId, lane) => progress.cursors.get(readerId)?.get(lane),
    async cursors() {
      return [...progress.cursors].flatMap(([readerId, lanes]) =>
        [...lanes].map(([lane, cursor]) => ({ readerId, lane, cursor })),
      )
    },
    async start(readerId, cursors) {
      if (progress.cursors.has(readerId)) return
      copy(cursors).forEach((cursor, lane) => {
        progress.setCursor(readerId, lane, cursor)
      })
    },
    failing: async (readerId, lane) => progress.failing.get(readerId)?.get(lane),
    counts: async () => [...progress.counts.values()],
    series: async (of, range) => series.points(of, range),
    attempts: async (filter, page) =>
      history.attempts.page(page, (attempt) => passes(attempt, filter)).map(shownAttempt),
    async attempt(id) {
      const found = history.attempts.all().find((one) => one.id === id)
      return found && shownAttempt(found)
    },
    deadLetters: async (filter, page) => pageOf(letters.all(), page, (letter) => isWanted(letter, filter)),
    refusals: async ({ sourceId }, page) =>
      history.refusals.page(page, (refusal) => is(sourceId, refusal.sourceId)),

    async setState(instanceId, state) {
      kept.states.set(instanceId, copy(state))
    },
    states: async () => new Map(kept.states),
    parkedSubjects: async (instanceId, subjects) =>
      new Set(subjects.filter((subject) => parked.has(instanceId, subject))),
    nextSubjects: async (instanceId, count_max, kind) => parked.next(instanceId, count_max, kind),
    parked: async (instanceId, subject, count_max) => parked.rows(instanceId, subject, count_max),
    deadLetterCount: async (filter) => letters.all().filter((letter) => isWanted(letter, filter)).length,
    parkedAt: async (address) => parked.at(address),
    parkedChunks: async () => parked.chunks(),
    recall: async (instanceId, keys, now_ms) => kept.recall(instanceId, keys, now_ms),
    trimMemory: async (instanceIds, now_ms) => kept.trim(instanceIds, now_ms),
    async reserve(instanceId, units, closed, before_ms) {
      const copied = copy(units)
      for (const use of copy(closed)) kept.closeUse(instanceId, use)
      return kept.reserve(instanceId, copied, before_ms)
    },
    async closeUses(instanceId, closed) {
      for (const use of copy(closed)) kept.closeUse(instanceId, use)
    },
    budgetUses: async (instanceId) => kept.uses(instanceId),

    trimAttempts: async ({ before_ms, bytes_max }) => history.trim(before_ms, bytes_max),
    trimRefusals: async (before_ms) => history.trimRefusals(before_ms),
    trimSeries: async (now_ms) => series.trim(now_ms),
    async shrink() {},
    async sync() {},
    async close() {},
  }
}

type Progresses = ReturnType<typeof progressMaps>
type Histories = ReturnType<typeof historyLists>
type Parts = {
  readonly progress: Progresses
  readonly history: Histories
  readonly parked: ReturnType<typeof parkedMaps>
  readonly kept: ReturnType<typeof keptMaps>
  readonly series: ReturnType<typeof seriesMap>
  readonly letters: ReturnType<typeof deadLetterMap>
  readonly replays: ReturnType<typeof replayMap>
}

function counter({ progress, series }: Parts) {
  return (added: NewCount) => {
    const { at_ms: _, ...count } = added
    progress.addCount(count)
    const { name } = count
    if (hasSeries(name)) series.add({ ...added, name })
  }
}

function booksOf(parts: Parts) {
  const { progress, parked, letters, replays } = parts
  return replayBooks({
    ...letters,
    ...replays,
    isParked: ({ instanceId, subscriptionId, address }) =>
      parked
        .at(address)
        .some((row) => row.instanceId === instanceId && row.subscriptionId === subscriptionId),
    addParked: (instanceId, added) => parked.change(instanceId, { added: [added] }),
    addCount: counter(parts),
    takeCount: progress.addCount,
  })
}

function replaysAndDeadLetters(parts: Parts): ReplayLedger {
  const { progress, letters, replays, series } = parts
  const giveUp = (letter: DeadLetter) => {
    const { instanceId: of, subscriptionId: part } = letter
    letters.removeDeadLetter(letter)
    progress.addCount({ of, part, name: 'dead', count: -1 })
    progress.addCount({ of, part, name: 'givenUp', count: 1 })
  }
  const books = booksOf(parts)
  return {
    deadLetterGroups: async (filter) => letters.groups(filter),
    deadLettersAfter: async (filter, { id, id_max, count_max }) => {
      const wanted = letters.all().filter((one) => one.id > id && one.id <= id_max && isWanted(one, filter))
      return wanted.slice(0, Math.max(0, count_max))
    },
    async giveUpDeadLetters(filter) {
      const wanted = letters.all().filter((letter) => isWanted(letter, filter))
      wanted.forEach(giveUp)
      return wanted.length
    },
    async trimDeadLetters(bytes_max, at_ms) {
      const over = letters.over(bytes_max)
      for (const letter of over) {
        giveUp(letter)
        const { instanceId: of, subscriptionId: part } = letter
        series.add({ of, part, name: 'givenUp', count: 1, at_ms })
      }
      return over.length
    },
    trimReplays: async (before_ms) => replays.trim(before_ms),
    addReplay: async (replay) => replays.add(copy(replay)),
    replays: async ({ instanceId }) => replays.all().filter((one) => is(instanceId, one.instanceId)),
    replay: async (id) => replays.get(id),
    nextReplay: async (instanceId) =>
      replays.all().findLast((one) => one.instanceId === instanceId && one.state === 'running'),
    async changeReplay(id, from, to) {
      const replay = replays.get(id)
      if (replay === undefined || !from.includes(replay.state)) return false
      replays.changeReplay(id, copy(to))
      return true
    },
    async feedReplay(id, given) {
      const step = copy(given)
      const replay = replays.get(id)
      if (replay?.state !== 'running') return false
      books.feed(replay, step)
      return true
    },
  }
}

function erasing(parts: Parts): ErasingLedger {
  const { history, letters, parked, kept, replays, progress } = parts
  return erasePeople({
    ...{ ...history, letters, parked, kept, replays, states: kept.states, failing: progress.failing },
    ...{ addCount: progress.addCount, endReplayed: booksOf(parts).end },
  })
}

/** What changes several things at once, all of them or none: everything that can throw comes before the first change. */
function progressAndParked(parts: Parts) {
  const { progress, history, parked, kept, series, letters, replays } = parts
  const addCount = counter(parts)
  const { end } = booksOf(parts)
  const addAttempts = (attempts: readonly KeptAttempt[]) => {
    history.add(attempts, [])
    for (const { outcome, instanceId: of, startedAt_ms: at_ms } of attempts) {
      if (outcome === 'retry') series.add({ of, part: '', name: 'retried', count: 1, at_ms })
    }
  }
  return {
    aside: async () => parked.aside(),
    async forget(readerId) {
      progress.cursors.delete(readerId)
      progress.failing.delete(readerId)
      kept.states.delete(readerId)
      for (const [part, count] of parked.forget(readerId)) {
        progress.addCount({ of: readerId, part, name: 'forgotten', count })
        progress.addCount({ of: readerId, part, name: 'parked', count: -count })
      }
      replays.fail(readerId)
    },
    async record(added) {
      const { readerId, lane, cursor, counts, deadLetters, refusals, ...rest } = copy({
        ...added,
        attempts: [],
      })
      const attempts = added.attempts.map(keptAttempt)
      if (cursor !== undefined) progress.setCursor(readerId, lane, cursor)
      progress.setFailing(readerId, lane, undefined)
      counts.forEach(addCount)
      addAttempts(attempts)
      history.add([], refusals)
      deadLetters.map(keptLetter).forEach(letters.addDeadLetter)
      kept.remember(readerId, rest.remembered ?? [])
      if (rest.parked !== undefined) parked.change(readerId, rest.parked)
      if (rest.replayed !== undefined) end(readerId, rest.replayed)
    },
    async recordFailing(readerId, lane, failing, added) {
      const copied = copy(failing)
      const attempts = added.map(keptAttempt)
      progress.setFailing(readerId, lane, copied)
      addAttempts(attempts)
    },
  } satisfies Partial<Ledger>
}

function progressMaps() {
  const cursors = new Map<ReaderId, Map<number, Position>>()
  const failing = new Map<ReaderId, Map<number, Failing>>()
  const counts = new Map<string, Count>()
  return {
    cursors,
    failing,
    counts,
    setCursor(readerId: ReaderId, lane: number, cursor: Position): void {
      cursors.set(readerId, (cursors.get(readerId) ?? new Map()).set(lane, cursor))
    },
    setFailing(readerId: ReaderId, lane: number, value: Failing | undefined): void {
      if (value === undefined) failing.get(readerId)?.delete(lane)
      else failing.set(readerId, (failing.get(readerId) ?? new Map()).set(lane, value))
    },
    addCount(added: Count): void {
      const id = key(added.of, added.part, added.name)
      counts.set(id, { ...added, count: (counts.get(id)?.count ?? 0) + added.count })
    },
  }
}

type KeptAttempt = Attempt & { readonly bytes: number }

function historyLists() {
  const attempts = list<KeptAttempt>()
  const refusals = list<StoredRefusal>()
  return {
    attempts,
    refusals,
    add(newAttempts: readonly KeptAttempt[], newRefusals: readonly StoredRefusal[]): void {
      for (const attempt of newAttempts) attempts.add(attempt)
      for (const refusal of newRefusals) refusals.add(refusal, addressText(refusal.address))
    },
    trimRefusals(before_ms: number): number {
      const old = refusals.all().filter(({ at_ms }) => at_ms < before_ms)
      for (const { id } of old) refusals.remove(id)
      return old.length
    },
    trim(before_ms: number, bytes_max: number): number {
      const oldest = attempts.all().toSorted((a, b) => a.startedAt_ms - b.startedAt_ms || a.id - b.id)
      let held_bytes = oldest.reduce((sum, { bytes }) => sum + bytes, 0)
      let removed = 0
      for (const { startedAt_ms, bytes, id } of oldest) {
        if (startedAt_ms >= before_ms && held_bytes <= bytes_max) break
        attempts.remove(id)
        held_bytes -= bytes
        removed += 1
      }
      return removed
    },
  }
}

/** Things in the order in which they came, with rising ids; of those with the same key only the first. */
function list<Thing>() {
  const things = new Map<number, Thing & { readonly id: number }>()
  const keys = new Set<string>()
  let last = 0
  return {
    add(thing: Thing, once?: string): void {
      if (once !== undefined && keys.has(once)) return
      if (once !== undefined) keys.add(once)
      last += 1
      things.set(last, { ...thing, id: last })
    },
    all: () => [...things.values()],
    remove: (id: number) => things.delete(id),
    replace: (thing: Thing & { readonly id: number }) => things.set(thing.id, thing),
    page: (page: Page, wanted: (thing: Thing) => boolean) => pageOf([...things.values()], page, wanted),
  }
}

function pageOf<Thing extends { readonly id: number }>(
  things: readonly Thing[],
  { before = Number.POSITIVE_INFINITY, count_max }: Page,
  wanted: (thing: Thing) => boolean,
): readonly Thing[] {
  const found = things.filter((thing) => thing.id < before && wanted(thing))
  return found.reverse().slice(0, Math.max(0, count_max))
}

function passes(attempt: Attempt, filter: AttemptFilter): boolean {
  const { instanceId, subscriptionId, outcome, status } = filter
  const { from_ms = 0, to_ms = Number.POSITIVE_INFINITY, carried } = filter
  return (
    is(instanceId, attempt.instanceId) &&
    (subscriptionId === undefined || attempt.subscriptionIds?.includes(subscriptionId) === true) &&
    is(outcome, attempt.outcome) &&
    (status === undefined || hasStatus(attempt, status)) &&
    attempt.startedAt_ms >= from_ms &&
    attempt.startedAt_ms < to_ms &&
    (carried === undefined || carriesOne(attempt, new Set(carried.map(addressText))))
  )
}

function hasStatus({ status: had }: Attempt, status: NonNullable<AttemptFilter['status']>): boolean {
  if (status === 'none' || had === undefined) return status === 'none' && had === undefined
  return had >= status.first && had <= status.last
}

function carriesOne({ addresses }: { readonly addresses: readonly Address[] }, wanted: ReadonlySet<string>) {
  return addresses.some((address) => wanted.has(addressText(address)))
}

function shownAttempt({ bytes: _, ...attempt }: KeptAttempt & { readonly id: number }): StoredAttempt {
  return attempt
}

function is(wanted: string | undefined, id: string): boolean {
  return wanted === undefined || wanted === id
}

function key(...parts: readonly string[]): string {
  return JSON.stringify(parts)
}

function keptAttempt(attempt: Attempt): KeptAttempt {
  const copied = copy(attempt)
  const requestBody = cutText(copied.requestBody, BODY_bytes_max)
  const responseBody = cutText(copied.responseBody, ANSWER_bytes_max)
  const adjustments = copied.adjustments === undefined ? '' : JSON.stringify(copied.adjustments)
  const bytes =
    ROW_bytes +
    packAddresses(copied.addresses).length +
    requestBody.length +
    responseBody.length +
    adjustments.length
  return { ...copied, requestBody, responseBody, bytes }
}

function keptLetter(letter: DeadLetter): DeadLetter {
  const { response } = letter
  if (response === undefined) return letter
  return { ...letter, response: { ...response, body: cutText(response.body, DEAD_ANSWER_bytes_max) } }
}

/** Halves of surrogate pairs become U+FFFD, as they do in UTF-8. */
function copy<Value>(value: Value): Value
function copy(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map((item) => copy(item))
  if (value instanceof Map) return new Map([...value].map(([name, item]) => [name, copy(item)]))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copy(item)]))
  }
  if (value === undefined || value === null || typeof value === 'boolean') return value
  if (typeof value === 'number' && !Number.isNaN(value)) return value
  throw new TypeError(`${String(value)} cannot be stored`)
}
