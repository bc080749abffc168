import { setMaxListeners } from 'node:events'
import { performance } from 'node:perf_hooks'
import type { Destination } from '../core/destination.ts'
import type { ConnectedInstance } from '../core/transform/connected.ts'
import type { OnAttempt } from './delivery/runtime.ts'
import { httpSender, type Sender } from './delivery/send.ts'
import { changeSign } from './delivery/sign.ts'
import { eraseInReaders } from './erase-in-readers.ts'
import type { EventIndex } from './event-index/index-file.ts'
import { expireOver } from './expire.ts'
import { INDEXER, type IndexerDeps, runIndexerLane } from './indexer/indexer.ts'
import { oneAfterTheOther, pace } from './indexer/pace.ts'
import { keepIndexed } from './keep-indexed.ts'
import type { ErasedRows, Erasure } from './ledger/erase.ts'
import type { SharedLedger } from './ledger/fence.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { LogReader } from './log/log.ts'
import { type Allowed, addressRule } from './net/address-rule.ts'
import { deliveryBacklog } from './pipeline/backlog.ts'
import type { ThreadTimes } from './pipeline/busy-thread.ts'
import { type CopiesDeps, copies } from './pipeline/copies.ts'
import { type DecodedLog, decodedLog } from './pipeline/decoded-log.ts'
import { laneSignals } from './pipeline/lane-signal.ts'
import { leaderOf } from './pipeline/leader.ts'
import { allLanes, fired, isLaneLost, NO_LANES, type OwnedLanes } from './pipeline/owned-lanes.ts'
import { EVERY_ROLE, type Roles } from './roles.ts'
import { runningInstances } from './running-instances.ts'
import { sleepUntil } from './sleep-until.ts'
import { transformings } from './transform/transforming.ts'

export type ReadersDeps = {
  readonly log: LogReader
  readonly ledger: Ledger
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly instances: readonly ConnectedInstance[]
  /** Of this installation, for redaction rules that hash. */
  readonly salt?: string
  /** Opens the event index; left out, there is none. */
  readonly openIndex?: () => EventIndex
  /** Empties its file; false when it has to be done again. */
  readonly clearIndex?: () => boolean
  readonly giveUpAfter_ms: number
  readonly history: { readonly age_ms_max: number; readonly bytes_max: number }
  /** Older dead letters are given up; 0 or left out: never. */
  readonly deadLetterAge_ms_max?: number
  /** The oldest dead letters are given up while all of them hold more; 0 or left out: no limit. */
  readonly deadLetterBytes_max?: number
  /** How often old history goes, and the log is told what no reader needs any more. */
  readonly trimEvery_ms: number
  /** The size that the log may have whatever readers need; 0 or left out: no limit. */
  readonly logBytesHard_max?: number
  /** For each lane, the first chunk that a reader still needs. Everything recorded so far survives a power cut. */
  readonly onTrim: (keepFrom: readonly number[]) => void
  readonly onTrouble: (readerId: string, lane: number, error: unknown) => void
  /** Hears of each request once it was judged. */
  readonly onAttempt?: OnAttempt
  /** Addresses that receivers may have beside public ones; left out: none. */
  readonly allowPrivate?: Allowed
  /** What of it this process does; all of it, when left out. */
  readonly roles?: Roles
  /** Where several processes take events: how copies that they cannot know of are found. Left out: there are none. */
  readonly dedupe?: Pick<CopiesDeps, 'window_ms' | 'ids_max'>
  /** The lanes of this process; all of them, when left out. Whoever owns the first one does what is to be done once. */
  readonly owned?: { readonly delivery: OwnedLanes; readonly indexer: OwnedLanes }
  /** The clock, chance and the network; the real ones when left out. */
  readonly world?: World
}
export type World = {
  /** Never jumps, whatever is done to the machine's clock: for waits, ages and budgets. */
  readonly now_ms: () => number
  /** The machine's clock, for what is shown, dated by others or kept for long. As `now_ms` when left out. */
  readonly wall_ms?: () => number
  readonly random: () => number
  /** How busy the thread is; never, when left out. */
  readonly threadTimes?: () => ThreadTimes
  /** False when the signal fired meanwhile. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<boolean>
  readonly makeSender: (limits: { readonly connections: number }) => Sender
}

const EVENT_INDEXER = 'event indexer'

export type Readers = {
  /** Follows a change of the configuration; resolves when every instance runs as it says. */
  readonly reconfigure: (instances: readonly ConnectedInstance[]) => Promise<void>
  /** A replay was begun, stopped or resumed in the ledger. */
  readonly wakeReplays: () => void
  /** Takes a person out of what the readers keep, once the log has nothing of them any more. */
  readonly erase: (person: Erasure) => Promise<ErasedRows>
  /** Chunks of the log were rewritten by another process: what was derived from them is made anew. */
  readonly forget: () => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Starts everything that reads the log: the indexer, and each enabled instance that this server sends for; of the lanes that
 * are this process's.
 */
export async function startReaders(deps: ReadersDeps): Promise<Readers> {
  const { log, ledger, roles = EVERY_ROLE, world = realWorld(deps.allowPrivate ?? []) } = deps
  const abort = new AbortController()
  setMaxListeners(0, abort.signal) // every sleeping lane is one
  const owned = deps.owned ?? everyLane(deps)
  const signals = laneSignals(log)
  const sleep = (ms: number) => world.sleep(ms, abort.signal)
  const decoded = decodedLog(log, copiesIn(deps), { isShared: () => instances.isReadTogether() })
  const shared = { log: decoded, signals, ledger, stop: abort.signal, sleep }
  await startCounting(ledger, log.lanes)
  const replaying = changeSign()
  const backlog = deliveryBacklog({ now_ms: world.now_ms, wall_ms: () => wallOf(world) })
  const instances = runningInstances({
    ...deps,
    ...world,
    ...{ backlog, isBehind: backlog.isThere, replaying, signals, owned: owned.delivery },
    leads: () => leader.leads(),
    ...{ decoded, sleepUntil: world.sleep, transformings: transformings() },
  })
  const onLead = () => void (owned.delivery.isShared && lead(deps, instances.lead, sleep))
  const leader = leaderOf(roles.has('delivery') ? owned.delivery : NO_LANES, abort.signal, onLead)
  const forgetting = forgetEachTaken(owned, abort.signal, decoded)
  if (roles.has('delivery')) await instances.start(deps.instances)
  if (!owned.delivery.isShared) await ledger.trimMemory(instances.knownIds(), wallOf(world))
  const inTurn = pace({ ...world, sleep, isBehind: backlog.isThere })
  const indexing = keepIndexed({
    ...{ ...shared, inTurn, clearIndex: deps.clearIndex },
    ...{ openIndex: roles.has('admin') ? deps.openIndex : undefined },
    ...{ sleep: world.sleep, onTrouble: (error) => deps.onTrouble(EVENT_INDEXER, 0, error) },
  })
  const erasing = {
    ...(owned.delivery.isShared && { fenceOthers: () => fenceAll(ledger, log.lanes) }),
    ...{ ledger, decoded, knownIds: instances.knownIds, rest: instances.rest, sleep },
    ...{ rebuildIndex: indexing.rebuild, wall_ms: () => wallOf(world) },
  }
  let configured = deps.instances
  const counting = { ...shared, inTurn: oneAfterTheOther(inTurn) }
  const running = [
    forgetting,
    roles.has('indexer') ? count(counting, owned.indexer, world, deps.onTrouble) : undefined,
    indexing.ended,
    leader.ended,
    trimNowAndThen(
      { ...deps, world, decoded, configured: () => configured, leads: leader.leads },
      instances,
      indexing.index,
      sleep,
    ),
  ]

  return {
    reconfigure(next) {
      configured = next
      return roles.has('delivery') ? instances.reconfigure(next) : Promise.resolve()
    },
    wakeReplays: replaying.raise,
    erase: (person) => eraseInReaders(erasing, person),
    forget() {
      decoded.forget()
      return indexing.rebuild()
    },
    async stop() {
      abort.abort()
      await Promise.all([...running, instances.stop()])
      signals.stop()
    },
  }
}

/** Says which readers there are, from now on: until it is done, or another leads. */
async function lead(
  { onTrouble }: ReadersDeps,
  begin: () => Promise<void>,
  sleep: (ms: number) => Promise<boolean>,
): Promise<void> {
  const began = () =>
    begin().then(
      () => true,
      (error) => {
        onTrouble('readers', 0, error)
        return false
      },
    )
  while (!(await began())) if (!(await sleep(AGAIN_AFTER_MS))) return
}
const AGAIN_AFTER_MS = 1_000

/** What was read before another had the lane may have been rewritten since; what this process does not read any more, it does not keep. */
async function forgetEachTaken(
  { delivery, indexer }: { readonly delivery: OwnedLanes; readonly indexer: OwnedLanes },
  stop: AbortSignal,
  decoded: DecodedLog,
): Promise<void> {
  if (!delivery.isShared) return
  await Promise.all(
    [delivery, indexer].map((lanes) =>
      lanes.each(stop, async ({ stop: given }) => {
        decoded.forget()
        await fired(given)
        decoded.forget()
      }),
    ),
  )
}

/**
 * Takes every lane from its owner, who hears of it within a second or before it sends something, takes it again and begins where the
 * ledger says; the engine's owners stay as they are.
 */
async function fenceAll(ledger: Ledger, lanes: number): Promise<void> {
  const { claim } = ledger as SharedLedger
  for (const group of ['delivery', 'indexer'] as const)
    await Promise.all(Array.from({ length: lanes }, (_, lane) => claim(group, lane)))
}

/** A lane of delivery, whoever had it before. */
async function taken({ claim, ownedBy }: SharedLedger, lane: number): Promise<Ledger> {
  return ownedBy({ readerId: 'delivery', lane, epoch: await claim('delivery', lane) })
}

function everyLane({ log, ledger }: ReadersDeps) {
  const all = allLanes(log.lanes, ledger)
  return { delivery: all, indexer: all }
}

function copiesIn({ log, dedupe, roles = EVERY_ROLE }: ReadersDeps) {
  if (dedupe === undefined || dedupe.window_ms === 0) return undefined
  return copies({ log, ...dedupe, isKeeper: roles.has('delivery') })
}

/** From the beginning of the log, if it is the first time. */
function startCounting(ledger: Ledger, lanes: number): Promise<void> {
  return ledger.start(
    INDEXER,
    Array.from({ length: lanes }, () => ({ chunk: 0, index: 0 })),
  )
}

/** Counts the lanes that are this process's. */
async function count(
  deps: Omit<IndexerDeps, 'lane'>,
  owned: OwnedLanes,
  { sleep }: World,
  onTrouble: ReadersDeps['onTrouble'],
): Promise<void> {
  await owned.each(deps.stop, ({ lane, ledger, stop }) =>
    keepCounted({ ...deps, lane, ledger, stop, sleep: (ms) => sleep(ms, stop) }, onTrouble),
  )
}

/** Goes on from the stored cursor after an error. */
async function keepCounted(deps: IndexerDeps, onTrouble: ReadersDeps['onTrouble']): Promise<void> {
  while (!deps.stop.aborted) {
    await runIndexerLane(deps).catch((error) => {
      if (!isLaneLost(error)) onTrouble(INDEXER, deps.lane, error)
    })
    await deps.sleep(1_000)
  }
}

/** For each lane, the first chunk that a reader, a parked delivery or a running replay still needs. */
async function neededChunks(log: LogReader, ledger: Ledger): Promise<readonly number[]> {
  const keepFrom = Array.from({ length: log.lanes }, () => Number.MAX_SAFE_INTEGER)
  // Cursors first: what is parked between the two reads lies behind a cursor that was read.
  for (const { lane, cursor } of await ledger.cursors()) {
    keepFrom[lane] = Math.min(keepFrom[lane] ?? 0, cursor.chunk)
  }
  for (const [lane, chunk] of await ledger.parkedChunks()) {
    keepFrom[lane] = Math.min(keepFrom[lane] ?? 0, chunk)
  }
  // Places in the log as a whole: a chunk's number is its own over all lanes.
  const places = (await ledger.replays({})).flatMap(({ state, place }) =>
    state === 'running' && 'chunk' in place ? [place.chunk] : [],
  )
  return keepFrom.map((chunk) => Math.min(chunk, ...places))
}

type TrimDeps = ReadersDeps & {
  readonly world: World
  readonly decoded: DecodedLog
  readonly configured: () => readonly ConnectedInstance[]
  readonly leads: () => boolean
}

async function trimNowAndThen(
  deps: TrimDeps,
  instances: ReturnType<typeof runningInstances>,
  index: () => EventIndex | undefined,
  sleep: (ms: number) => Promise<boolean>,
): Promise<void> {
  const { log, trimEvery_ms, onTrim, onTrouble, leads } = deps
  while (await sleep(trimEvery_ms)) {
    try {
      const keepFrom = leads() ? await trimLedger(deps, instances) : undefined
      index()?.sync()
      if (keepFrom !== undefined) onTrim(keepFrom)
      // The index follows the log, and never holds it: what is gone before it was indexed could not be shown anyway.
      index()?.trim(await log.firstAt(0))
    } catch (error) {
      onTrouble('trim', 0, error)
    }
  }
}

/** @returns the first chunk of each lane that is needed still. All that was read is on the disk then: a power cut cannot bring back a cursor that needs older ones. */
async function trimLedger(
  deps: TrimDeps,
  instances: ReturnType<typeof runningInstances>,
): Promise<readonly number[]> {
  const { log, ledger, world, owned } = deps
  await trimHistory(deps, wallOf(world))
  await instances.forgetRemoved()
  await instances.failStrayReplays()
  // What is remembered stays while an instance is only switched off: the receiver remembers it too.
  await ledger.trimMemory(instances.knownIds(), wallOf(world))
  const cut = await expireOver({
    ...{ log, ledger, decoded: deps.decoded, instances: deps.configured(), rest: instances.rest },
    ...(owned?.delivery.isShared && { take: (lane) => taken(ledger as SharedLedger, lane) }),
    bytes_max: deps.logBytesHard_max ?? 0,
    now_ms: world.wall_ms ?? world.now_ms,
  })
  await ledger.shrink()
  const keepFrom = (await neededChunks(log, ledger)).map((chunk) => Math.max(chunk, cut))
  await ledger.sync()
  return keepFrom
}

/** What is kept for people to see, as long as it may be. */
async function trimHistory(
  {
    ledger,
    history: { age_ms_max, bytes_max },
    deadLetterAge_ms_max = 0,
    deadLetterBytes_max = 0,
  }: ReadersDeps,
  wall_ms: number,
): Promise<void> {
  const before_ms = wall_ms - age_ms_max
  await ledger.trimAttempts({ before_ms, bytes_max })
  await ledger.trimRefusals(before_ms)
  await ledger.trimReplays(before_ms)
  if (deadLetterAge_ms_max > 0) await ledger.giveUpDeadLetters({ to_ms: wall_ms - deadLetterAge_ms_max })
  if (deadLetterBytes_max > 0) await ledger.trimDeadLetters(deadLetterBytes_max, wall_ms)
  await ledger.trimSeries(wall_ms)
}

function wallOf({ now_ms, wall_ms = now_ms }: World): number {
  return wall_ms()
}

/** What the clock said at the start, and the time since then. */
function steadyClock(): () => number {
  const begun_ms = Date.now() - performance.now()
  return () => Math.round(begun_ms + performance.now())
}

function realWorld(allowPrivate: Allowed): World {
  const rule = addressRule(allowPrivate)
  return {
    now_ms: steadyClock(),
    wall_ms: Date.now,
    random: Math.random,
    threadTimes: () => performance.eventLoopUtilization(),
    sleep: sleepUntil,
    makeSender: (limits) => httpSender({ ...limits, rule }),
  }
}
