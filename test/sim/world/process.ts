import type { Configuration, Source } from '../../../core/configuration.ts'
import type { Destination } from '../../../core/destination.ts'
import { type Asked, freeze } from '../../../server/admin/replay-selection.ts'
import type { Sender } from '../../../server/delivery/send.ts'
import { DEFAULT_LIMITS, ingest } from '../../../server/ingest/ingest.ts'
import { rememberedIds } from '../../../server/ingest/remembered-ids.ts'
import type { Ledger } from '../../../server/ledger/ledger.ts'
import type { ReplayState } from '../../../server/ledger/replays.ts'
import { sqliteLedger } from '../../../server/ledger/sqlite.ts'
import type { EventLog } from '../../../server/log/log.ts'
import { sqliteLog, sqliteLogReader } from '../../../server/log/sqlite.ts'
import { startReaders } from '../../../server/readers.ts'
import type { SimClock } from './clock.ts'
import type { Crash, SimDisk } from './disk.ts'
import { type CrashPlan, type Fence, fence } from './fence.ts'
import { fencedLedger, fencedLog, fencedReader } from './fenced.ts'

export const DEDUPE = { window_ms: 3_600_000, ids_max: 100_000 }
const TRIM_EVERY_MS = 20_000
const HISTORY = { age_ms_max: 60_000, bytes_max: 2_000_000 }
const LOG_BYTES_MAX = 1_000_000_000

/** How long things are kept. */
export type Limits = {
  /** Often shorter than anybody would set it, so that whatever is trimmed too early is missed. */
  readonly logAge_ms_max: number
  /** 0: for ever. */
  readonly deadLetterAge_ms_max: number
  readonly deadLetterBytes_max: number
}

export type ProcessDeps = {
  readonly clock: SimClock
  readonly disk: SimDisk
  readonly random: () => number
  readonly configuration: Configuration
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly lanes: number
  readonly giveUpAfter_ms: number
  readonly limits: Limits
  readonly nextCrash: () => CrashPlan | undefined
  /** In place of the ledger, for a mutant. */
  readonly ledgerDouble: (ledger: Ledger) => Ledger
  readonly makeSender: (fence: Fence) => Sender
  /** The files are open, and nothing reads or writes yet. */
  readonly onOpened: (log: EventLog, ledger: Ledger) => Promise<void>
  readonly watchLedger: (ledger: Ledger) => Ledger
  readonly watchLog: (log: EventLog) => EventLog
  readonly onDeath: (crash: Crash, what: string) => void
  readonly onTrouble: (readerId: string, error: unknown) => void
  readonly newMessageId: () => string
}

/** What the server is made of, put together as `server/app.ts` does, on a simulated clock, disk and network. */
export async function startProcess(deps: ProcessDeps) {
  const { clock, disk, configuration } = deps
  const owner = {}
  const life = fence({
    touch: clock.touch,
    onWritten: disk.observe,
    onDeath(crash, what) {
      clock.forget(owner)
      deps.onDeath(crash, what)
    },
  })
  const connect = (file: 'log' | 'ledger') => () => disk.open(file)
  const log = sqliteLog(disk.path('log'), {
    lanes: deps.lanes,
    now: clock.wall_ms,
    seed: 1,
    connect: connect('log'),
  })
  const reader = sqliteLogReader(disk.path('log'), connect('log'))
  const ledger = sqliteLedger(disk.path('ledger'), { connect: connect('ledger') })
  await deps.onOpened(log, ledger)
  life.plan(deps.nextCrash())
  const fenced = deps.watchLog(fencedLog(log, life))
  const outer = fencedLedger(deps.ledgerDouble(deps.watchLedger(ledger)), life)
  const dedupe = await rememberedIds(log, DEDUPE, { now_ms: clock.wall_ms() })
  log.onAppend((lane) => reader.wake([lane]))

  function leave(): void {
    life.end()
    clock.forget(owner)
    disk.closeAll()
  }
  async function trim(keepFrom: readonly number[]): Promise<void> {
    const before_ms = clock.wall_ms() - deps.limits.logAge_ms_max
    const policy = { before_ms, bytes_max: LOG_BYTES_MAX, keepFrom }
    await fenced.trim(policy).catch((error) => deps.onTrouble('trim', error))
    await life.effect('checkpoint', reader.checkpoint, 'log')
  }

  const readers = startReaders({
    log: fencedReader(reader, life),
    ledger: outer,
    catalogue: deps.catalogue,
    instances: configuration.instances,
    giveUpAfter_ms: deps.giveUpAfter_ms,
    history: HISTORY,
    deadLetterAge_ms_max: deps.limits.deadLetterAge_ms_max,
    deadLetterBytes_max: deps.limits.deadLetterBytes_max,
    trimEvery_ms: TRIM_EVERY_MS,
    onTrim: (keepFrom) => void trim(keepFrom),
    onTrouble: (readerId, _lane, error) => {
      if (!life.isDead()) deps.onTrouble(readerId, error)
    },
    world: {
      now_ms: clock.steady(),
      wall_ms: clock.wall_ms,
      random: deps.random,
      sleep: (ms, signal) => clock.sleep(ms, owner, signal),
      makeSender: () => deps.makeSender(life),
    },
  })
  const started = await Promise.race([readers, life.died]).catch((error) => {
    leave()
    throw error
  })
  let now = configuration
  let byWriteKey = writeKeysOf(configuration)
  const inFlight = new Set<Promise<unknown>>()
  const take = ingest({
    log: fenced,
    dedupe,
    sourceOf: (writeKey) => byWriteKey.get(writeKey),
    limits: DEFAULT_LIMITS,
    now_ms: clock.wall_ms,
    newMessageId: deps.newMessageId,
    unwell: () => undefined,
  })

  return {
    log,
    ledger,
    life,
    async post(body: Uint8Array, writeKey: string): Promise<number> {
      const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
      const given = { type: undefined, authorization, contentEncoding: undefined, isStrict: false, body }
      const taken = take(given).then(({ status }) => status)
      inFlight.add(taken)
      return taken.finally(() => inFlight.delete(taken))
    },
    /** A person changes the configuration while it runs. */
    async reconfigure(next: Configuration): Promise<void> {
      now = next
      byWriteKey = writeKeysOf(next)
      await started?.reconfigure(next.instances)
    },
    /** What a person asks of the admin side. */
    people: {
      async replay(asked: Asked, perSecond_max: number): Promise<number> {
        const { catalogue } = deps
        const frozen = await freeze({ ledger: outer, log: reader, catalogue }, asked, now)
        const { instance, selection, place, total } = frozen
        const of = { instanceId: instance.id, asked: {}, selection, place, total }
        const { id } = await outer.addReplay({ ...of, perSecond_max, startedAt_ms: clock.wall_ms() })
        started?.wakeReplays()
        return id
      },
      /** One of a destination that is switched off cannot go on: `replay-routes.ts`. */
      async changeReplay(id: number, from: ReplayState, to: ReplayState): Promise<boolean> {
        const instanceId = (await outer.replay(id))?.instanceId
        const isOn = now.instances.some((one) => one.id === instanceId && one.enabled)
        if (to === 'running' && !isOn) return false
        const isChanged = await outer.changeReplay(id, [from], { state: to, at_ms: clock.wall_ms() })
        started?.wakeReplays()
        return isChanged
      },
      giveUp: (instanceId: string) => outer.giveUpDeadLetters({ instanceId }),
    },
    /** As on SIGTERM: what is on its way ends first. */
    async stop(): Promise<void> {
      await Promise.race([Promise.allSettled(inFlight), life.died])
      if (started !== undefined) await Promise.race([started.stop(), life.died])
      if (!life.isDead()) leave()
    },
  }
}
export type Process = Awaited<ReturnType<typeof startProcess>>

function writeKeysOf({ sources }: Configuration): ReadonlyMap<string, Source> {
  return new Map(sources.map((source) => [source.writeKey, source]))
}
