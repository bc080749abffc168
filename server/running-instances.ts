import { setMaxListeners } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import { nextDelay_ms } from '../core/backoff.ts'
import type { CloudDestination, Destination } from '../core/destination.ts'
import type { Position } from '../core/event.ts'
import { compileInstance } from '../core/instance.ts'
import type { ConnectedInstance } from '../core/transform/connected.ts'
import type { Transformings } from '../core/transform/transforming.ts'
import { heldBatches } from './delivery/held.ts'
import { type InstanceDeps, runInstance } from './delivery/instance.ts'
import { type OthersWork, othersWork } from './delivery/others-work.ts'
import { INDEXER } from './indexer/indexer.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { LogReader } from './log/log.ts'
import type { ThreadTimes } from './pipeline/busy-thread.ts'
import { skimmer } from './pipeline/skimmer.ts'

/** A person who removed a destination can take that back within this time, and nothing that waited is lost. */
export const UNDO_MS = 600_000
const RETRY_MS_MAX = 60_000

export type RunningInstancesDeps = Omit<
  InstanceDeps,
  'instance' | 'lanes' | 'stop' | 'sleep' | 'log' | 'batches' | 'others' | 'skimmer'
> & {
  /** Whether delivery is behind the log's end; never, when left out. */
  readonly isBehind?: () => boolean
  /** How busy the thread is; never, when left out. */
  readonly threadTimes?: () => ThreadTimes
  readonly log: LogReader
  readonly decoded: InstanceDeps['log']
  readonly ledger: Ledger
  readonly catalogue: ReadonlyMap<string, Destination>
  /** Of this installation, for redaction rules that hash. */
  readonly salt?: string | undefined
  /** Left out, there are no transformations. */
  readonly transformings?: Transformings
  /** Whether this process says which readers there are, and where they start. Left out: always. */
  readonly leads?: () => boolean
}

/** What is to be done with an instance: `off` also for one that only pages have to do with. */
type Wanted =
  | { readonly state: 'run' | 'pause' | 'off'; readonly instance: ConnectedInstance }
  | { readonly state: 'removed'; readonly instance: undefined }
const REMOVED: Wanted = { state: 'removed', instance: undefined }
type RunDeps = RunningInstancesDeps & Pick<InstanceDeps, 'batches' | 'others' | 'skimmer'>
type Running = { readonly end: () => Promise<void> }

/**
 * Runs the instances that are enabled and that this server sends for, and follows every change of them while it runs.
 * One that changes ends what is on its way under its old configuration, and goes on from its cursors under the new one:
 * no event is skipped or handled twice by that. Changes of an instance that come meanwhile are one change.
 *
 * Switched off, it is forgotten at once: events pass it by. Paused, its cursors stay, and so does the log behind them.
 * Removed, they stay for `UNDO_MS`.
 */
export function runningInstances(given: RunningInstancesDeps) {
  const { ledger, now_ms, onTrouble, random, sleepUntil } = given
  const stopping = new AbortController()
  const others = given.owned.isShared ? othersOf(given, stopping.signal) : undefined
  const looking = others?.run()
  const deps = { ...given, others, ...sharedBy(given, stopping.signal) }
  const wanted = new Map<string, Wanted>()
  const removedAt_ms = new Map<string, number>()
  const configure = (instances: readonly ConnectedInstance[]) => want(wanted, instances, deps.catalogue)
  const follower = followEach(deps, wanted, (id, { state }) => {
    if (state !== 'removed') removedAt_ms.delete(id)
    else removedAt_ms.set(id, now_ms())
  })

  /** A ledger that fails for a moment must not leave an instance standing: it is tried until it is as it is wanted. */
  async function settleAtLast(id: string): Promise<void> {
    for (let failures = 1; !stopping.signal.aborted; failures++) {
      try {
        return await follower.settle(id)
      } catch (error) {
        onTrouble(id, 0, error)
        await sleepUntil(nextDelay_ms(failures, random, { cap_ms: RETRY_MS_MAX }), stopping.signal)
      }
    }
  }

  return {
    /** At the start of the server: what is not there any more is forgotten, and what is begins. */
    async start(instances: readonly ConnectedInstance[]): Promise<void> {
      configure(instances)
      if (!given.owned.isShared) await forgetStrangers(ledger, wanted)
      await Promise.all(instances.map(({ id }) => follower.settle(id)))
    },
    /**
     * Others said until now which readers there are. What is not configured may be so for another process already: it is
     * forgotten as if it had been removed now.
     */
    async lead(): Promise<void> {
      for (const id of await strangers(ledger, wanted)) {
        wanted.set(id, REMOVED)
        removedAt_ms.set(id, now_ms())
      }
      for (const [id, { state }] of wanted) await keepReader(deps, id, state)
    },
    /** Follows a change of the configuration; resolves when everything runs as it says. */
    async reconfigure(instances: readonly ConnectedInstance[]): Promise<void> {
      configure(instances)
      await Promise.all([...wanted.keys()].map(settleAtLast))
    },
    /** Forgets what was removed so long ago that nobody takes it back. */
    async forgetRemoved(): Promise<void> {
      for (const id of longGone(removedAt_ms, now_ms())) {
        removedAt_ms.delete(id)
        wanted.delete(id)
        await ledger.forget(id)
      }
    },
    failStrayReplays: () => failStrayReplays(ledger, wanted),
    rest: (id: string, work: () => Promise<void>): Promise<void> =>
      follower.rest(id, work).finally(() => settleAtLast(id)),
    isReadTogether: () => isReadTogether(deps, follower.runningCount()),
    /** All that is configured, and what was removed and may come back. */
    knownIds: (): readonly string[] => [...wanted.keys()],
    async stop(): Promise<void> {
      stopping.abort()
      wanted.clear()
      await Promise.all([follower.stop(), looking])
    },
  }
}

/**
 * Whether several read the same of the log at about the same time. Those that are quiet have one reader; while the only other instance is
 * behind, that one reads alone. Where the log is on other machines, nothing is asked of it twice.
 */
function isReadTogether({ skimmer, log, owned, isBehind }: RunDeps, running: number): boolean {
  if (running < 2 || owned.isShared || isBehind?.() !== true) return running > 1
  const quiet = skimmer.quiet(log.lanes)
  return running - quiet.instances > 1 || quiet.readers > 1
}

function othersOf(
  { ledger, replaying, sleepUntil, onTrouble }: RunningInstancesDeps,
  stop: AbortSignal,
): OthersWork {
  return othersWork({
    ...{ ledger, replaying, sleep: (ms) => sleepUntil(ms, stop) },
    onTrouble: (error) => onTrouble('readers', 0, error),
  })
}

function longGone(removedAt_ms: ReadonlyMap<string, number>, now_ms: number): readonly string[] {
  return [...removedAt_ms].filter(([, at_ms]) => now_ms - at_ms >= UNDO_MS).map(([id]) => id)
}

function want(
  wanted: Map<string, Wanted>,
  instances: readonly ConnectedInstance[],
  catalogue: RunDeps['catalogue'],
): void {
  const here = new Set(instances.map(({ id }) => id))
  for (const id of wanted.keys()) if (!here.has(id)) wanted.set(id, REMOVED)
  for (const instance of instances) wanted.set(instance.id, wantedOf(instance, catalogue))
}

/** Readers that are in the ledger and not in the configuration. */
async function strangers(ledger: Ledger, wanted: ReadonlyMap<string, Wanted>): Promise<readonly string[]> {
  const known = new Set((await ledger.cursors()).map(({ readerId }) => readerId))
  return [...known].filter((readerId) => readerId !== INDEXER && !wanted.has(readerId))
}

async function forgetStrangers(ledger: Ledger, wanted: ReadonlyMap<string, Wanted>): Promise<void> {
  for (const readerId of await strangers(ledger, wanted)) await ledger.forget(readerId)
}

/** One that was begun in the moment in which its destination was switched off runs nowhere, and would hold the log for ever. */
async function failStrayReplays(ledger: Ledger, wanted: ReadonlyMap<string, Wanted>): Promise<void> {
  for (const { instanceId, state } of await ledger.replays({})) {
    const { state: is = 'off' } = wanted.get(instanceId) ?? {}
    if (state === 'running' && is === 'off') await ledger.forget(instanceId)
  }
}

/** What all instances use together. */
function sharedBy(deps: RunningInstancesDeps, stop: AbortSignal): Pick<InstanceDeps, 'batches' | 'skimmer'> {
  const { threadTimes, sleepUntil, decoded: log } = deps
  const batches = heldBatches({ ...(threadTimes && { threadTimes }), pause: (ms) => sleepUntil(ms, stop) })
  return { batches, skimmer: skimmer({ ...deps, log, room: batches.of(stop).room }) }
}

/** Brings each instance to what is wanted of it, one change of it after the other. */
function followEach(
  deps: RunDeps,
  wanted: ReadonlyMap<string, Wanted>,
  onSettled: (id: string, wanted: Wanted) => void,
) {
  const settled = new Map<string, Wanted>()
  const running = new Map<string, Running>()
  const settling = new Map<string, Promise<void>>()

  async function follow(id: string): Promise<void> {
    for (;;) {
      const target = wanted.get(id)
      const before = settled.get(id)
      if (target === undefined || (before !== undefined && isAlike(before, target))) return
      settled.delete(id)
      await running.get(id)?.end()
      running.delete(id)
      await begin(id, target)
      settled.set(id, target)
      onSettled(id, target)
    }
  }

  async function begin(id: string, { state, instance }: Wanted): Promise<void> {
    await keepReader(deps, id, state)
    if (state === 'run') running.set(id, await run(deps, instance))
  }

  /** One thing at a time is done to an instance. */
  function inTurn(id: string, work: () => Promise<void>): Promise<void> {
    const done = work().finally(() => settling.delete(id))
    settling.set(id, done)
    return done
  }

  return {
    runningCount: () => running.size,
    /** Resolves when the instance is as it is wanted. */
    settle: (id: string): Promise<void> => settling.get(id) ?? inTurn(id, () => follow(id)),
    /** Ends what the instance does, works on what it has stored, and lets it begin anew. */
    async rest(id: string, work: () => Promise<void>): Promise<void> {
      await settling.get(id)
      await inTurn(id, async () => {
        await running.get(id)?.end()
        running.delete(id)
        settled.delete(id)
        await work()
        await follow(id)
      })
    },
    async stop(): Promise<void> {
      await Promise.allSettled(settling.values())
      await Promise.all([...running.values()].map(({ end }) => end()))
    },
  }
}

/** @throws {Error} for a kind that is not in the catalogue: a bug, since whoever configures is told. */
function wantedOf(instance: ConnectedInstance, catalogue: ReadonlyMap<string, Destination>): Wanted {
  const destination = catalogue.get(instance.kind)
  if (destination === undefined) throw new Error(`no destination of kind ${instance.kind}`)
  if (!instance.enabled || destination.mode === 'web') return { state: 'off', instance }
  return { state: instance.paused === true ? 'pause' : 'run', instance }
}

/** Another name of the instance or of an action is no reason to begin anew. */
function isAlike(one: Wanted, other: Wanted): boolean {
  if (one.state !== 'run' || other.state !== 'run') return one.state === other.state
  return isDeepStrictEqual(withoutNames(one.instance), withoutNames(other.instance))
}

function withoutNames(instance: ConnectedInstance) {
  return { ...instance, name: '', subscriptions: instance.subscriptions.map((one) => ({ ...one, name: '' })) }
}

/** One process says which readers there are: two that said it would take what the other has just said for old. */
async function keepReader(deps: RunningInstancesDeps, id: string, state: Wanted['state']): Promise<void> {
  if (deps.leads?.() === false) return
  switch (state) {
    case 'removed':
      return
    case 'off':
      return deps.ledger.forget(id)
    case 'pause':
    case 'run':
      return beginReading({ ...deps, ends: endsOnce(deps.log) }, id)
  }
}

/**
 * Begins a reader for each of these that has none, where whoever leads the readers may hear of them later than ingest does: what
 * is taken from now on is theirs.
 */
export async function beginNewReaders(
  deps: Pick<RunningInstancesDeps, 'ledger' | 'catalogue' | 'onTrouble'> & {
    readonly log: Pick<LogReader, 'lanes' | 'end'>
  },
  instances: readonly ConnectedInstance[],
): Promise<void> {
  const ends = endsOnce(deps.log)
  for (const instance of instances) {
    if (wantedOf(instance, deps.catalogue).state === 'off') continue
    if ((await deps.ledger.cursor(instance.id, 0)) === undefined)
      await beginReading({ ...deps, ends }, instance.id)
  }
}

/** The ends of all lanes, looked up when they are first wanted: many that begin together begin at the same place. */
function endsOnce(log: Pick<LogReader, 'lanes' | 'end'>): () => Promise<readonly Position[]> {
  let ends: Promise<readonly Position[]> | undefined
  return () => {
    ends ??= Promise.all(Array.from({ length: log.lanes }, (_, lane) => log.end(lane)))
    return ends
  }
}

/**
 * A new reader begins with the next event; one that is known goes on. After a power cut that took its cursors with it, a
 * new one would begin anew, behind what had come meanwhile: so they are on the disk before it reads.
 */
async function beginReading(
  {
    ledger,
    onTrouble,
    ends,
  }: Pick<RunningInstancesDeps, 'ledger' | 'onTrouble'> & {
    readonly ends: () => Promise<readonly Position[]>
  },
  id: string,
): Promise<void> {
  const isNew = (await ledger.cursor(id, 0)) === undefined
  // The ledger hears of one that goes on, too; there is nothing to look up for it.
  await ledger.start(id, isNew ? await ends() : [])
  if (isNew) await ledger.sync().catch((error) => onTrouble(id, 0, error))
}

async function run(deps: RunDeps, instance: ConnectedInstance): Promise<Running> {
  const destination = deps.catalogue.get(instance.kind) as CloudDestination
  const transforming = await deps.transformings?.of(instance)
  const { formerSecrets } = instance
  const compiled = compileInstance(instance, destination, { salt: deps.salt, transforming, formerSecrets })
  const abort = new AbortController()
  setMaxListeners(0, abort.signal) // every sleeping lane is one
  const ended = runInstance({
    ...deps,
    log: deps.decoded,
    lanes: deps.log.lanes,
    instance: compiled,
    stop: abort.signal,
    sleep: (ms) => deps.sleepUntil(ms, abort.signal),
  })
  return {
    async end() {
      abort.abort()
      await ended
      transforming?.end()
    },
  }
}
