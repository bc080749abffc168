import { setMaxListeners } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import type { Instance } from '../core/configuration.ts'
import type { CloudDestination, Destination } from '../core/destination.ts'
import { compileInstance } from '../core/instance.ts'
import { runInstance } from './delivery/instance.ts'
import { httpSender, type Sender } from './delivery/send.ts'
import { INDEXER, runIndexerLane } from './indexer/indexer.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { LogReader } from './log/log.ts'
import { decodedLog } from './pipeline/decoded-log.ts'
import { laneSignals } from './pipeline/lane-signal.ts'

export type ReadersDeps = {
  readonly log: LogReader
  readonly ledger: Ledger
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly instances: readonly Instance[]
  readonly giveUpAfter_ms: number
  readonly history: { readonly age_ms_max: number; readonly bytes_max: number }
  /** How often old history goes, and the log is told what no reader needs any more. */
  readonly trimEvery_ms: number
  /** For each lane, the first chunk that a reader still needs. Everything recorded so far survives a power cut. */
  readonly onTrim: (keepFrom: readonly number[]) => void
  readonly onTrouble: (readerId: string, lane: number, error: unknown) => void
  /** The clock, chance and the network; the real ones when left out. */
  readonly world?: World
}
export type World = {
  /** Never jumps, whatever is done to the machine's clock: for waits, ages and budgets. */
  readonly now_ms: () => number
  /** The machine's clock, for what is shown, dated by others or kept for long. As `now_ms` when left out. */
  readonly wall_ms?: () => number
  readonly random: () => number
  /** False when the signal fired meanwhile. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<boolean>
  readonly makeSender: (limits: { readonly connections: number }) => Sender
}

/** Starts everything that reads the log: the indexer, and each enabled instance that this server sends for. */
export async function startReaders(deps: ReadersDeps): Promise<{ readonly stop: () => Promise<void> }> {
  const { log, ledger, world = REAL_WORLD } = deps
  const compiled = deps.instances
    .filter(({ enabled }) => enabled)
    .flatMap((instance) => {
      const destination = cloudDestinationOf(deps, instance)
      return destination === undefined ? [] : [compileInstance(instance, destination)]
    })
  await prepareCursors(log, ledger, new Set(compiled.map(({ id }) => id)))
  await trimMemory(deps, wallOf(world))

  const abort = new AbortController()
  setMaxListeners(0, abort.signal) // every sleeping lane is one
  const lanes = Array.from({ length: log.lanes }, (_, lane) => lane)
  const signals = laneSignals(log)
  const sleep = (ms: number) => world.sleep(ms, abort.signal)
  const shared = { log: decodedLog(log), signals, ledger, stop: abort.signal, sleep }
  const running = [
    ...lanes.map(async (lane) => {
      while (!abort.signal.aborted) {
        await runIndexerLane({ ...shared, lane }).catch((error) => deps.onTrouble(INDEXER, lane, error))
        await sleep(1_000)
      }
    }),
    ...compiled.map((instance) =>
      runInstance({
        ...deps,
        ...shared,
        ...world,
        sleep,
        lanes: log.lanes,
        instance,
      }),
    ),
    trimNowAndThen({ ...deps, world }, sleep),
  ]

  return {
    async stop() {
      abort.abort()
      await Promise.all(running)
      signals.stop()
    },
  }
}

/** Undefined for a web destination: the page sends to it, and no reader has anything to do. */
function cloudDestinationOf({ catalogue }: ReadersDeps, { kind }: Instance): CloudDestination | undefined {
  const destination = catalogue.get(kind)
  if (destination === undefined) throw new Error(`no destination of kind ${kind}`)
  return destination.mode === 'cloud' ? destination : undefined
}

/** A new instance begins with the next event; one that was switched off or removed is forgotten. */
async function prepareCursors(log: LogReader, ledger: Ledger, enabled: ReadonlySet<string>): Promise<void> {
  const known = new Set((await ledger.cursors()).map(({ readerId }) => readerId))
  for (const readerId of known) {
    if (readerId !== INDEXER && !enabled.has(readerId)) await ledger.forget(readerId)
  }
  const lanes = Array.from({ length: log.lanes }, (_, lane) => lane)
  const ends = await Promise.all(lanes.map((lane) => log.end(lane)))
  await ledger.start(
    INDEXER,
    lanes.map(() => ({ chunk: 0, index: 0 })),
  )
  for (const readerId of enabled) await ledger.start(readerId, ends)
  // After a power cut that took its cursors with it, an instance would begin anew behind the events that came meanwhile.
  if ([INDEXER, ...enabled].some((readerId) => !known.has(readerId))) await ledger.sync()
}

/** What is remembered stays while an instance is only switched off: the receiver remembers it too. */
function trimMemory({ ledger, instances }: ReadersDeps, now_ms: number): Promise<void> {
  return ledger.trimMemory(
    instances.map(({ id }) => id),
    now_ms,
  )
}

/** For each lane, the first chunk that a reader or a parked delivery still needs. */
async function neededChunks(log: LogReader, ledger: Ledger): Promise<readonly number[]> {
  const keepFrom = Array.from({ length: log.lanes }, () => Number.MAX_SAFE_INTEGER)
  // Cursors first: what is parked between the two reads lies behind a cursor that was read.
  for (const { lane, cursor } of await ledger.cursors()) {
    keepFrom[lane] = Math.min(keepFrom[lane] ?? 0, cursor.chunk)
  }
  for (const [lane, chunk] of await ledger.parkedChunks()) {
    keepFrom[lane] = Math.min(keepFrom[lane] ?? 0, chunk)
  }
  return keepFrom
}

async function trimNowAndThen(
  deps: ReadersDeps & { readonly world: World },
  sleep: (ms: number) => Promise<boolean>,
): Promise<void> {
  const { log, ledger, history, trimEvery_ms, onTrim, onTrouble, world } = deps
  while (await sleep(trimEvery_ms)) {
    try {
      const { age_ms_max, bytes_max } = history
      await ledger.trimAttempts({ before_ms: wallOf(world) - age_ms_max, bytes_max })
      await trimMemory(deps, wallOf(world))
      const keepFrom = await neededChunks(log, ledger)
      // What was read is on the disk after this: a power cut cannot bring back a cursor that needs older chunks.
      await ledger.sync()
      onTrim(keepFrom)
    } catch (error) {
      onTrouble('trim', 0, error)
    }
  }
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

const REAL_WORLD: World = {
  now_ms: steadyClock(),
  wall_ms: Date.now,
  random: Math.random,
  sleep: sleepUntil,
  makeSender: httpSender,
}
