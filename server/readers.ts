import { setMaxListeners } from 'node:events'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
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
import type { Ledger } from './ledger/ledger.ts'
import type { LogReader } from './log/log.ts'
import { type Allowed, addressRule } from './net/address-rule.ts'
import { deliveryBacklog } from './pipeline/backlog.ts'
import type { ThreadTimes } from './pipeline/busy-thread.ts'
import { type DecodedLog, decodedLog } from './pipeline/decoded-log.ts'
import { laneSignals } from './pipeline/lane-signal.ts'
import { runningInstances } from './running-instances.ts'
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
  readonly stop: () => Promise<void>
}

/** Starts everything that reads the log: the indexer, and each enabled instance that this server sends for. */
export async function startReaders(deps: ReadersDeps): Promise<Readers> {
  const { log, ledger, world = realWorld(deps.allowPrivate ?? []) } = deps
  const abort = new AbortController()
  setMaxListeners(0, abort.signal) // every sleeping lane is one
  const lanes = Array.from({ length: log.lanes }, (_, lane) => lane)
  const signals = laneSignals(log)
  const sleep = (ms: number) => world.sleep(ms, abort.signal)
  const shared = { log: decodedLog(log), signals, ledger, stop: abort.signal, sleep }
  await ledger.start(
    INDEXER,
    lanes.map(() => ({ chunk: 0, index: 0 })),
  )
  const replaying = changeSign()
  const backlog = deliveryBacklog({ now_ms: world.now_ms, wall_ms: () => wallOf(world) })
  const instances = runningInstances({
    ...deps,
    ...world,
    backlog,
    replaying,
    signals,
    decoded: shared.log,
    sleepUntil: world.sleep,
    transformings: transformings(),
  })
  await instances.start(deps.instances)
  await ledger.trimMemory(instances.knownIds(), wallOf(world))
  const onIndexTrouble = (error: unknown) => deps.onTrouble(EVENT_INDEXER, 0, error)
  const inTurn = pace({ ...world, sleep, isBehind: backlog.isThere })
  const indexing = keepIndexed({
    ...{ ...shared, inTurn, openIndex: deps.openIndex, clearIndex: deps.clearIndex },
    ...{ sleep: world.sleep, onTrouble: onIndexTrouble },
  })
  let configured = deps.instances
  const counting = { ...shared, inTurn: oneAfterTheOther(inTurn) }
  const running = [
    ...lanes.map((lane) => keepCounted({ ...counting, lane }, deps.onTrouble)),
    indexing.ended,
    trimNowAndThen(
      { ...deps, world, decoded: shared.log, configured: () => configured },
      instances,
      indexing.index,
      sleep,
    ),
  ]

  return {
    reconfigure(next) {
      configured = next
      return instances.reconfigure(next)
    },
    wakeReplays: replaying.raise,
    erase: (person) =>
      eraseInReaders(
        {
          ...{ ledger, decoded: shared.log, knownIds: instances.knownIds, rest: instances.rest, sleep },
          ...{ rebuildIndex: indexing.rebuild, wall_ms: () => wallOf(world) },
        },
        person,
      ),
    async stop() {
      abort.abort()
      await Promise.all([...running, instances.stop()])
      signals.stop()
    },
  }
}

/** Goes on from the stored cursor after an error. */
async function keepCounted(deps: IndexerDeps, onTrouble: ReadersDeps['onTrouble']): Promise<void> {
  while (!deps.stop.aborted) {
    await runIndexerLane(deps).catch((error) => onTrouble(INDEXER, deps.lane, error))
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

async function trimNowAndThen(
  deps: ReadersDeps & {
    readonly world: World
    readonly decoded: DecodedLog
    readonly configured: () => readonly ConnectedInstance[]
  },
  instances: ReturnType<typeof runningInstances>,
  index: () => EventIndex | undefined,
  sleep: (ms: number) => Promise<boolean>,
): Promise<void> {
  const { log, ledger, trimEvery_ms, onTrim, onTrouble, world } = deps
  while (await sleep(trimEvery_ms)) {
    try {
      await trimHistory(deps, wallOf(world))
      await instances.forgetRemoved()
      await instances.failStrayReplays()
      // What is remembered stays while an instance is only switched off: the receiver remembers it too.
      await ledger.trimMemory(instances.knownIds(), wallOf(world))
      const cut = await expireOver({
        ...{ log, ledger, decoded: deps.decoded, instances: deps.configured(), rest: instances.rest },
        ...{ bytes_max: deps.logBytesHard_max ?? 0, now_ms: world.wall_ms ?? world.now_ms },
      })
      await ledger.shrink()
      const keepFrom = (await neededChunks(log, ledger)).map((chunk) => Math.max(chunk, cut))
      // What was read is on the disk after this: a power cut cannot bring back a cursor that needs older chunks.
      await ledger.sync()
      index()?.sync()
      onTrim(keepFrom)
      // The index follows the log, and never holds it: what is gone before it was indexed could not be shown anyway.
      index()?.trim(await log.firstAt(0))
    } catch (error) {
      onTrouble('trim', 0, error)
    }
  }
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

/** A longer wait would overflow Node's timers and end at once. */
const WAIT_MS_MAX = 2 ** 31 - 1

/** @returns false when the wait was cut short. */
async function sleepUntil(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(Math.min(ms, WAIT_MS_MAX), undefined, { signal })
    return true
  } catch {
    return false
  }
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
