import type { NatsBinary } from '../../test/cluster/nats-binary.ts'
import { type SmallCluster, startCluster } from '../capacity/cluster.ts'
import { type Measured, measureIdle, measureLoad } from '../capacity/measure.ts'
import { PARTS, type Part } from '../capacity/parts.ts'
import { median } from '../harness.ts'
import { placeProcesses } from './place.ts'
import { startSingle } from './single.ts'

export type CostOptions = {
  readonly nats: NatsBinary
  readonly lanes: number
  readonly events: number
  readonly eventsPerRequest: number
  readonly rounds: number
  readonly pairs: readonly number[]
  /** Before all else on the machine. */
  readonly isFirst: boolean
  readonly nodeFlags?: (role: string) => readonly string[]
}
export type Costs = Readonly<Record<Part, number>>
/** Medians of several rounds; processor time in µs an event, idle in cores. */
export type CostOf = {
  readonly pairs: number
  readonly single_us: number
  readonly parts_us: Costs
  readonly perSecond: number
  readonly idle: Costs
  readonly natsOutPerByte: number
}
/** What one event costs Millrace itself, without the servers that it keeps everything in. */
export const OURS: readonly Part[] = ['ingest', 'delivery', 'indexer', 'admin']
const NO_IDLE = Object.fromEntries(PARTS.map((part) => [part, 0])) as Costs

export function oursOf(costs: Costs): number {
  return OURS.reduce((sum, part) => sum + costs[part], 0)
}

/** One process beside clusters of one and of two that take events and deliver, round by round in turn. */
export async function measureCosts(
  options: CostOptions,
  onRound: (line: string) => void,
): Promise<readonly CostOf[]> {
  const { nats, lanes, nodeFlags } = options
  const single = await startSingle()
  const cluster = await startCluster({
    nats,
    lanes,
    pairs: options.pairs[0] ?? 1,
    ...(nodeFlags && { nodeFlags }),
  }).catch(async (error) => {
    await single.stop()
    throw error
  })
  const found: CostOf[] = []
  try {
    for (const [index, pairs] of options.pairs.entries()) {
      if (index > 0) await Promise.all([cluster.add('ingest'), cluster.add('delivery')])
      placeAll(cluster, single.pid, options.isFirst)
      found.push(await measurePairs({ ...options, cluster, single, pairs }, onRound))
    }
  } finally {
    await Promise.all([single.stop(), cluster.stop()])
  }
  return found
}

function placeAll(cluster: SmallCluster, single: number, isFirst: boolean): void {
  const of = (parts: readonly Part[]) => parts.flatMap((part) => cluster.pids(part))
  placeProcesses({ millrace: [single, ...of(OURS)], others: of(['nats', 'postgres']) }, isFirst)
}

type Measuring = Omit<CostOptions, 'pairs'> & {
  readonly cluster: SmallCluster
  readonly single: Awaited<ReturnType<typeof startSingle>>
  readonly pairs: number
}
let first = 0

async function measurePairs(
  { cluster, single, pairs, events, eventsPerRequest, rounds }: Measuring,
  onRound: (line: string) => void,
): Promise<CostOf> {
  const [singles, clusters]: [number[], Measured[]] = [[], []]
  for (let round = 0; round <= rounds; round++) {
    const single_us = await single.measure(events, eventsPerRequest, first)
    const measured = await measureLoad(cluster, { events, eventsPerRequest, first }, NO_IDLE)
    first += events
    const each = PARTS.map((part) => `${part} ${measured.cpu_us[part].toFixed(0)}`).join(', ')
    const ours = oursOf(measured.cpu_us)
    onRound(
      `${pairs}+${pairs}: one process ${single_us.toFixed(0)} µs; cluster ${ours.toFixed(0)} µs (${(ours / single_us).toFixed(2)}): ${each}; ${measured.perSecond.toFixed(0)} events/s; NATS out ${(measured.nats.out_bytes / measured.event_bytes).toFixed(1)} + ${(measured.nats.routes_bytes / measured.event_bytes).toFixed(1)}; MB ${OURS.map((part) => cluster.resident_mb(part)).join(' ')}`,
    )
    if (round === 0) continue
    singles.push(single_us)
    clusters.push(measured)
  }
  const middle = (of: (one: Measured) => number) => median(clusters.map(of))
  return {
    pairs,
    single_us: median(singles),
    parts_us: Object.fromEntries(PARTS.map((part) => [part, middle((one) => one.cpu_us[part])])) as Costs,
    perSecond: middle(({ perSecond }) => perSecond),
    idle: await measureIdle(cluster),
    natsOutPerByte: middle(({ nats, event_bytes }) => nats.out_bytes / event_bytes),
  }
}
