import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { PASSED_MS_MAX } from '../../server/pipeline/skimmer.ts'
import { type Doubles, NO_DOUBLES } from './mutants/doubles.ts'
import { simOracle } from './oracle/oracle.ts'
import { type Phase, type Scenario, streamOf, WELL } from './scenario.ts'
import { simClient } from './world/client.ts'
import { OUTSIDE, simClock } from './world/clock.ts'
import { type Crash, simDisk } from './world/disk.ts'
import type { CrashPlan } from './world/fence.ts'
import { simNetwork } from './world/network.ts'
import { startProcess } from './world/process.ts'
import { replayer } from './world/replayer.ts'
import {
  type Choices,
  changed,
  configurationOf,
  FIRST_CHOICES,
  INSTANCES,
  type InstanceId,
  SOURCES,
  type SourceId,
} from './world/settings.ts'
import { supervisor } from './world/supervisor.ts'
import { simTrace } from './world/trace.ts'

const START_MS = Date.parse('2026-01-01T00:00:00Z')
const MINUTE_MS = 60_000
/** The clients are done by then, and what they sent is on its way. */
const CALM_MS = 20_000
/** All that can be waiting is over by then: parked deliveries, closed gates, a clock that was put back by a day. */
const HEAL_MS = 30 * 3_600_000
const LOOK_EVERY_MS = 5_000
const MEMORY_DISK = '/dev/shm'
const SHARE_OF_APP = 0.08
const SHARE_OF_LATE = 0.25

export type RunResult = {
  readonly failures: readonly string[]
  readonly trace: readonly string[]
  readonly hash: string
  readonly events: number
  readonly deaths: number
  readonly virtual_ms: number
}
export type RunOptions = { readonly doubles?: Doubles; readonly print?: (line: string) => void }

/** Runs a scenario from beginning to end: the same one gives the same trace, line by line. */
export async function runScenario(scenario: Scenario, options: RunOptions = {}): Promise<RunResult> {
  const world = simWorld(scenario, options)
  try {
    for (const [at, phase] of scenario.phases.entries()) {
      await world.runPhase(at, phase)
      if (world.oracle.failures.length > 0) break
    }
    if (world.oracle.failures.length === 0) await world.heal()
  } finally {
    world.remove()
  }
  return world.result()
}

function simWorld(scenario: Scenario, { doubles = NO_DOUBLES, print }: RunOptions) {
  const { seed, lanes, giveUpAfter_ms, limits } = scenario
  const clock = simClock(START_MS)
  const trace = simTrace(() => clock.true_ms() - START_MS, print)
  const stream = (purpose: string) => streamOf(seed, purpose)
  const disk = simDisk({
    root: mkdtempSync(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'millrace-sim-')),
    random: stream('disk'),
    connect: doubles.connect,
    trace: trace.note,
  })
  let choices: Choices = FIRST_CHOICES
  let net: Phase['net'] = { heap: WELL, bulk: WELL, single: WELL }
  let deaths = 0
  let isAllOnDisk = true
  let ids = 0
  const oracle = simOracle({ clock, lanes, giveUpAfter_ms, choices: () => choices, trace: trace.note })
  const network = simNetwork({
    clock,
    random: stream('network'),
    faultOf: (to) => net[to],
    isPoison: (to, { id }) => oracle.events.get(id)?.poison === to,
    watch: oracle.network,
    trace: trace.note,
  })
  const serverRandom = stream('server')

  function onDeath(crash: Crash, what: string): void {
    deaths += 1
    isAllOnDisk = crash.isPower
    trace.note(`dies at ${what}${crash.isPower ? ', without power' : ''}${crash.isTorn ? ', torn' : ''}`)
    disk.crash(crash)
  }

  const start = (nextCrash: () => CrashPlan | undefined) =>
    startProcess({
      clock,
      disk,
      lanes,
      giveUpAfter_ms,
      limits,
      nextCrash,
      configuration: configurationOf(choices),
      catalogue: doubles.catalogue,
      ledgerDouble: doubles.ledger,
      random: serverRandom.next,
      makeSender: network.sender,
      watchLedger: oracle.watchLedger,
      watchLog: oracle.watchLog,
      onDeath,
      async onOpened(log, ledger) {
        disk.opened(isAllOnDisk)
        isAllOnDisk = true
        await oracle.opened(log, ledger)
      },
      onTrouble(readerId, error) {
        trace.note(`trouble: ${readerId}: ${error}`)
        if ((INSTANCES as readonly string[]).includes(readerId)) {
          oracle.receipts.forgetAnswers(readerId as InstanceId)
        }
      },
      newMessageId: () => `made-${++ids}`,
    })
  const server = supervisor({ clock, random: stream('supervisor'), start, trace: trace.note })

  const people = replayer({ clock, current: server.current, fail: oracle.fail, trace: trace.note })
  const sent = new Set<InstanceId>()

  async function post(body: Uint8Array, writeKey: string): Promise<boolean> {
    const process = server.current()
    if (process === undefined) return false
    const answered = process.post(body, writeKey).then(
      (status) => status === 200,
      (error) => {
        if (!(error instanceof AppError)) oracle.fail(`ingest threw ${error}`)
        return false
      },
    )
    return Promise.race([answered, process.life.died.then(() => false)])
  }
  const clients = new Map(
    SOURCES.map((source) => [
      source,
      simClient({
        source,
        random: stream(`client ${source}`),
        events: stream(`events ${source}`),
        pause: clock.pause,
        post,
        onSent: (event) => oracle.events.set(event.id, event),
        onAcknowledged(events) {
          for (const { id, kind } of events) if (kind !== 'broken') oracle.journal.acknowledge(id)
        },
      }),
    ]),
  )
  const areIdle = () => [...clients.values()].every((client) => client.isIdle())

  function load({ events, batch_max, pause_ms }: Phase): void {
    const app = Math.ceil(events * SHARE_OF_APP)
    const late = choices.hasLateSource ? Math.ceil(events * SHARE_OF_LATE) : 0
    const counts: Record<SourceId, number> = { app, late, web: Math.max(0, events - app - late) }
    for (const source of SOURCES) {
      if (counts[source] > 0) clients.get(source)?.load({ events: counts[source], batch_max, pause_ms })
    }
  }

  function change(next: Choices, isLive: boolean): void {
    choices = next
    oracle.onChange()
    trace.note(`change: ${JSON.stringify(choices)}`)
    const process = server.current()
    if (!isLive || process === undefined) server.restart()
    else process.reconfigure(configurationOf(choices)).then(() => trace.note('it has changed'))
  }

  async function check(): Promise<void> {
    const process = server.current()
    if (process !== undefined) await oracle.check(process.ledger)
  }
  let calm: Phase | undefined

  /** An instance without budgets whose receiver is well has nothing left to do, however sick the others are. */
  async function checkIsolation(phase: Phase): Promise<void> {
    const before = calm
    const isCalm = phase.disk === undefined && phase.crashes.length === 0 && phase.net.single.kind === 'well'
    calm = isCalm ? phase : undefined
    const process = server.current()
    if (before === undefined || calm === undefined || process === undefined || !areIdle()) return
    if (!choices.isSingleOn || phase.length_ms < CALM_MS) return
    // What it has passed over since may wait so long to be stored.
    await clock.runUntil(hasFailed, clock.true_ms() + 2 * PASSED_MS_MAX)
    if (!(await oracle.isUpToDate('single', process.ledger)))
      oracle.fail('single is behind, and its receiver is well')
  }
  const hasFailed = () => oracle.failures.length > 0

  /** What is dead when all is well is sent again, and all of it arrives that anybody takes. True: look again. */
  async function sendDead(): Promise<boolean> {
    const ids = INSTANCES.filter(
      (id) => configurationOf(choices).instances.find((one) => one.id === id)?.enabled,
    )
    const next = ids.find((id) => !sent.has(id))
    if (next !== undefined) {
      if (await people.sendAll(next)) sent.add(next)
      return true
    }
    const process = server.current()
    if (process === undefined) return true
    for (const id of ids) {
      const left = await oracle.unmended(id, process.ledger)
      if (left.length > 0)
        oracle.fail(`${id} has dead letters that nothing hinders: ${left.slice(0, 3).join(', ')}`)
    }
    return false
  }

  return {
    oracle,
    async runPhase(at: number, phase: Phase): Promise<void> {
      trace.note(`phase ${at}: ${JSON.stringify(phase)}`)
      const end_ms = clock.true_ms() + phase.length_ms
      net = phase.net
      disk.setFault(phase.disk)
      server.planCrashes(phase.crashes)
      load(phase)
      people.plan(phase.replays)
      if (phase.jump_ms !== 0) clock.after(phase.length_ms / 2, OUTSIDE, () => clock.jump(phase.jump_ms))
      await clock.runUntil(() => areIdle() || hasFailed(), end_ms + MINUTE_MS)
      await clock.runUntil(hasFailed, end_ms)
      await checkIsolation(phase)
      disk.setFault(undefined)
      server.planCrashes([])
      await check()
      if (phase.change === undefined) return
      change(changed(choices, phase.change.what), phase.change.isLive)
    },
    /** Everything is well from now on, so everything comes to its end. */
    async heal(): Promise<void> {
      trace.note('all is well')
      net = { heap: WELL, bulk: WELL, single: WELL }
      change({ ...choices, isBulkPaused: false, isMended: true }, !choices.isBulkPaused)
      const until_ms = clock.true_ms() + HEAL_MS
      let open: readonly string[] = []
      while (clock.true_ms() < until_ms && !hasFailed()) {
        await clock.runUntil(hasFailed, clock.true_ms() + LOOK_EVERY_MS)
        const process = server.current()
        if (process === undefined || !areIdle()) continue
        await people.resumeAll()
        open = await oracle.openWork(process.ledger)
        if (open.length > 0) continue
        if (await sendDead()) continue
        await check()
        return end()
      }
      if (!hasFailed()) oracle.fail(`it does not come to an end: ${open.join(', ')}`)
    },
    result: (): RunResult => ({
      failures: oracle.failures,
      trace: trace.last(),
      hash: trace.hash(),
      events: oracle.events.size,
      deaths,
      virtual_ms: clock.true_ms() - START_MS,
    }),
    remove: disk.remove,
  }

  async function end(): Promise<void> {
    let isOver = false
    server.end()
    server.running.then(() => {
      isOver = true
    })
    if (!(await clock.runUntil(() => isOver, clock.true_ms() + 5 * MINUTE_MS))) {
      oracle.fail('it does not stop')
    }
  }
}
