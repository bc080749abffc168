import { fingerprint } from '../../core/identity.ts'
import { type Random, randomFrom } from '../crash/random.ts'
import type { DiskFault } from './world/disk.ts'
import type { CrashPlan } from './world/fence.ts'
import type { Limits } from './world/process.ts'
import type { NetFault } from './world/receiver.ts'
import type { ReplayPlan } from './world/replayer.ts'
import { CHANGES, type Change, INSTANCES, type InstanceId } from './world/settings.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
export const EVENTS_MIN = 2_000

/** A stretch of time with its own traffic and its own faults. */
export type Phase = {
  readonly events: number
  readonly batch_max: number
  /** Between two batches of a client, at most. */
  readonly pause_ms: number
  /** At least so long, however soon the clients are done. */
  readonly length_ms: number
  readonly net: Readonly<Record<InstanceId, NetFault>>
  readonly disk: DiskFault | undefined
  /** The wall clock jumps in the middle. */
  readonly jump_ms: number
  /** One after the other: a second one hits the process that comes after the first. */
  readonly crashes: readonly CrashPlan[]
  readonly replays: readonly ReplayPlan[]
  /** Made at the end: while the server runs, or with a restart. */
  readonly change: { readonly what: Change; readonly isLive: boolean } | undefined
}
export type Scenario = {
  readonly seed: number
  readonly lanes: number
  readonly giveUpAfter_ms: number
  readonly limits: Limits
  readonly phases: readonly Phase[]
}

/** A stream of its own for each purpose, so that leaving something out changes nothing of the rest. */
export function streamOf(seed: number, purpose: string): Random {
  return randomFrom(fingerprint(`${seed} ${purpose}`).low)
}

export function drawScenario(seed: number, events = EVENTS_MIN): Scenario {
  const random = streamOf(seed, 'scenario')
  const count = random.whole(3, 5)
  return {
    seed,
    lanes: random.whole(1, 3),
    giveUpAfter_ms: pick(random, [4 * MINUTE_MS, 20 * MINUTE_MS, 72 * HOUR_MS]),
    limits: drawLimits(streamOf(seed, 'limits')),
    phases: Array.from({ length: count }, (_, at) => {
      const phase = drawPhase(streamOf(seed, `phase ${at}`), Math.ceil(events / count))
      return { ...phase, replays: drawReplays(streamOf(seed, `replays ${at}`), phase.length_ms) }
    }),
  }
}

function drawLimits(random: Random): Limits {
  return {
    logAge_ms_max: pick(random, [10_000, 10_000, 3 * MINUTE_MS, HOUR_MS]),
    deadLetterAge_ms_max: pick(random, [0, 0, 0, 30_000]),
    deadLetterBytes_max: pick(random, [0, 0, 0, 4_000]),
  }
}

function drawReplays(random: Random, length_ms: number): readonly ReplayPlan[] {
  return Array.from({ length: random.whole(0, 3) }, () => ({
    at_ms: Math.round(random.next() * length_ms),
    of: pick(random, INSTANCES),
    what: drawWhat(random),
    perSecond_max: pick(random, [5, 50, 500, 10_000]),
    stopAfter_ms: random.next() < 0.4 ? random.whole(0, 5_000) : undefined,
    resumeAfter_ms: random.next() < 0.7 ? random.whole(0, 20_000) : undefined,
  }))
}

function drawWhat(random: Random): ReplayPlan['what'] {
  const chance = random.next()
  if (chance < 0.4)
    return {
      kind: 'log',
      ago_ms: pick(random, [5_000, MINUTE_MS, HOUR_MS]),
      isOneSource: random.next() < 0.3,
    }
  return { kind: chance < 0.7 ? 'all' : chance < 0.8 ? 'one' : chance < 0.95 ? 'code' : 'give up' }
}

function drawPhase(random: Random, events: number): Omit<Phase, 'replays'> {
  const isLong = random.next() < 0.15
  const net = Object.fromEntries(
    INSTANCES.map((id) => [id, random.next() < 0.5 ? WELL : drawNetFault(random)]),
  ) as Record<InstanceId, NetFault>
  return {
    events,
    batch_max: pick(random, [20, 100, 250]),
    pause_ms: pick(random, [0, 300, 2_000]),
    length_ms: isLong ? random.whole(5, 40) * MINUTE_MS : random.whole(5, 60) * 1_000,
    net,
    disk: random.next() < 0.3 ? drawDiskFault(random) : undefined,
    jump_ms: random.next() < 0.15 ? pick(random, JUMPS_MS) : 0,
    crashes: random.next() < 0.6 ? drawCrashes(random) : [],
    change: random.next() < 0.5 ? { what: pick(random, CHANGES), isLive: random.next() < 0.6 } : undefined,
  }
}

export const WELL: NetFault = { kind: 'well' }
const JUMPS_MS = [-3 * HOUR_MS, -90_000, 90_000, 2 * HOUR_MS, 100 * HOUR_MS]

function drawNetFault(random: Random): NetFault {
  const share = pick(random, [0.1, 0.5, 1])
  const takes = random.next() < 0.5
  switch (random.whole(0, 11)) {
    case 0:
      return { kind: 'slow' }
    case 1:
      return { kind: 'silent', share, takes }
    case 2:
      return { kind: 'lost', share }
    case 3:
      return { kind: 'reset', share }
    case 4:
      return { kind: 'throttled', share, wait_s: undefined }
    case 5:
      return { kind: 'throttled', share, wait_s: random.whole(1, 90) }
    case 6:
      return { kind: 'failing', share, takes }
    case 7:
      return { kind: 'small', count_max: random.whole(1, 20) }
    case 8:
      return { kind: 'locked' }
    case 10:
      return { kind: 'walled' }
    case 9:
      return { kind: 'lying', share: Math.min(share, 0.5) }
    default:
      return { kind: 'huge' }
  }
}

function drawDiskFault(random: Random): DiskFault {
  switch (random.whole(0, 2)) {
    case 0:
      return { kind: 'failing', share: pick(random, [0.05, 0.5]) }
    case 1:
      return { kind: 'one fsync', at: random.whole(1, 60) }
    default:
      return { kind: 'full' }
  }
}

function drawCrashes(random: Random): readonly CrashPlan[] {
  const again = random.next() < 0.4 ? [drawCrash(random, 40)] : []
  return [drawCrash(random, 600), ...again]
}

function drawCrash(random: Random, at_max: number): CrashPlan {
  return {
    at: random.whole(1, at_max),
    isBefore: random.next() < 0.3,
    isPower: random.next() < 0.6,
    isTorn: random.next() < 0.3,
  }
}

function pick<T>(random: Random, all: readonly T[]): T {
  return all[random.whole(0, all.length - 1)] as T
}
