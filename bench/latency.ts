import { setTimeout as wait } from 'node:timers/promises'
import { startSandbox } from '../sandbox/server.ts'
import { arrivalTimes } from './arrivals.ts'
import { cpuSeconds, median, percentile, type Result, residentMb, type Sizes, spreadOf } from './harness.ts'
import { makePosts, sendEvenly } from './load.ts'
import { type BenchServer, startServer } from './server-process.ts'

const PER_SECOND = 1_000
const CONNECTIONS = 16
const ARRIVED_WITHIN_MS = 20_000
/** A disk that other programs hold for seconds is in it too. */
const FLOORS_MS = { p50: 500, p99: 5_000 }

/** From the answer 200 until the event is at the sandbox, at 1,000 single events a second, with the settings of a new server. */
export async function latencyBench({ rounds, isQuick }: Sizes): Promise<Result[]> {
  const seconds = isQuick ? 3 : 20
  const arrivals = arrivalTimes()
  const sandbox = await startSandbox({ heap: arrivals.heap })
  const server = await startServer({ core: 0, heapUrl: sandbox.url })
  try {
    const measured: Latency[] = []
    for (let round = 0; round <= (isQuick ? 1 : rounds); round++) {
      const one = await measureLatency(server, arrivals, seconds, round * seconds * PER_SECOND)
      if (round > 0) measured.push(one) // the first warms up
    }
    const p50_ms = median(measured.map((one) => one.p50_ms))
    const p99_ms = median(measured.map((one) => one.p99_ms))
    const [low, high] = spreadOf(measured.map((one) => one.p99_ms))
    return [
      {
        name: `latency: accepted to at the sandbox, ${PER_SECOND.toLocaleString('en-US')} events/s`,
        perSecond: median(measured.map((one) => one.perSecond)),
        cpu_us: median(measured.map((one) => one.cpu_us)),
        ...{ p50_ms, p99_ms, rss_mb: residentMb(server.pid) },
        note: `p99 of the rounds ${low.toFixed(0)} to ${high.toFixed(0)} ms`,
        targets: latencyTargets('', { p50_ms, p99_ms }),
      },
    ]
  } finally {
    await server.stop()
    await sandbox.close()
  }
}

export function latencyTargets(where: string, { p50_ms, p99_ms }: Pick<Latency, 'p50_ms' | 'p99_ms'>) {
  const common = { unit: 'ms', bound: 'at most' } as const
  return [
    {
      ...common,
      what: `p50 accepted to at the sandbox${where}`,
      value: p50_ms,
      goal: 60,
      floor: FLOORS_MS.p50,
    },
    {
      ...common,
      what: `p99 accepted to at the sandbox${where}`,
      value: p99_ms,
      goal: 250,
      floor: FLOORS_MS.p99,
    },
  ]
}

export type Latency = {
  readonly perSecond: number
  readonly cpu_us: number
  readonly p50_ms: number
  readonly p99_ms: number
}

/** Of the track calls: identify calls of one person arrive merged. `first` numbers the calls, so that none comes twice. */
export async function measureLatency(
  server: BenchServer,
  arrivals: ReturnType<typeof arrivalTimes>,
  seconds: number,
  first: number,
): Promise<Latency> {
  const accepted = new Map<string, number>()
  const posts = makePosts(seconds * PER_SECOND, 1, first)
  const before_s = cpuSeconds(server.pid)
  const { perSecondReached } = await sendEvenly(
    server.url,
    posts,
    { perSecond: PER_SECOND, connections: CONNECTIONS },
    ({ tracked }, at_ms) => {
      for (const id of tracked) accepted.set(id, at_ms)
    },
  )
  const ids = [...accepted.keys()]
  const until_ms = performance.now() + ARRIVED_WITHIN_MS
  while (arrivals.count(ids) < ids.length) {
    if (performance.now() > until_ms)
      throw new Error(`${arrivals.count(ids)} of ${ids.length} events arrived`)
    await wait(20)
  }
  // One may be at the sandbox before its answer was read here.
  const took_ms = ids.map((id) => Math.max(0, (arrivals.at(id) ?? 0) - (accepted.get(id) ?? 0)))
  return {
    perSecond: perSecondReached,
    cpu_us: ((cpuSeconds(server.pid) - before_s) * 1_000_000) / posts.length,
    p50_ms: percentile(took_ms, 0.5),
    p99_ms: percentile(took_ms, 0.99),
  }
}
