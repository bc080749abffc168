import { cpuSeconds, median, type Result, residentMb, type Sizes, spreadOf } from './harness.ts'
import { makePosts, sendAll, sendEvenly } from './load.ts'
import { type BenchServer, startBareServer, startByHand, startServer } from './server-process.ts'

const SERVER_CORE = 0
/** About half of what was measured: a floor catches a change of shape, not of weather. */
const FLOORS = { single: 0.12, batch: 0.1 }
const GOALS = { single: 0.5, batch: 0.6 }
/** Nearly all of it is the disk, which other programs may hold for seconds. */
const HALF_P99_MS = { goal: 10, floor: 5_000 }
const HALF_S = { quick: 1, whole: 10 }

/**
 * HTTP to fsync to 200, on one core, beside a bare server that only parses the same bodies, and one that does what all durable servers
 * have to, by hand. Rounds in turn.
 */
export async function ingestBench(sizes: Sizes): Promise<Result[]> {
  return [
    ...(await compare('single events, 64 connections', {
      ...sizes,
      size: 1,
      connections: 64,
      floor: FLOORS.single,
      goal: GOALS.single,
    })),
    ...(await compare('batches of 100, 16 connections', {
      ...sizes,
      size: 100,
      connections: 16,
      floor: FLOORS.batch,
      goal: GOALS.batch,
    })),
  ]
}

type Plan = Sizes & {
  readonly size: number
  readonly connections: number
  readonly floor: number
  readonly goal: number
}

async function compare(name: string, plan: Plan): Promise<Result[]> {
  const { events, rounds, size, connections, floor, goal } = plan
  const servers = {
    ingest: await startServer({ core: SERVER_CORE }),
    bare: await startBareServer(SERVER_CORE),
    byHand: await startByHand(SERVER_CORE),
  }
  const measured = { ingest: [] as Round[], bare: [] as Round[], byHand: [] as Round[] }
  let half: Half
  let halfByHand: Half
  let rss_mb = 0
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [which, { url, pid }] of Object.entries(servers)) {
        const posts = makePosts(events, size, round * events)
        const cpu_s = cpuSeconds(pid)
        const { duration_ms, p99_ms } = await sendAll(url, posts, connections)
        const cpu_us = ((cpuSeconds(pid) - cpu_s) * 1_000_000) / events
        // The first round warms up.
        if (round > 0) {
          measured[which as keyof typeof measured].push({
            perSecond: (events * 1_000) / duration_ms,
            cpu_us,
            p99_ms,
          })
        }
      }
    }
    rss_mb = residentMb(servers.ingest.pid)
    const halfPerSecond = medians(measured.ingest).perSecond / 2
    half = await atHalfLoad(servers.ingest, plan, halfPerSecond)
    halfByHand = await atHalfLoad(servers.byHand, plan, halfPerSecond)
  } finally {
    for (const server of Object.values(servers)) await server.stop()
  }
  const ours = medians(measured.ingest)
  const bare = medians(measured.bare)
  const byHand = medians(measured.byHand)
  const ratio = { to: 'bare node:http', value: ours.perSecond / bare.perSecond, floor, goal }
  const spread = (rounded: readonly Round[]) => spreadOf(rounded.map(({ perSecond }) => perSecond))
  return [
    { name: `durable ingest: ${name}`, ...ours, spread: spread(measured.ingest), rss_mb, ratio },
    {
      name: `durable ingest at half load: ${name}`,
      ...half,
      targets: [
        {
          what: `durable ingest: p99 at half load, ${name}`,
          ...{ value: half.p99_ms, unit: 'ms', bound: 'at most' },
          ...HALF_P99_MS,
        },
      ],
    },
    { name: `bare node:http: ${name}`, ...bare, spread: spread(measured.bare) },
    {
      name: `by hand, durable: ${name}`,
      ...byHand,
      spread: spread(measured.byHand),
      note: `${(byHand.perSecond / bare.perSecond).toFixed(2)} of bare node:http`,
    },
    { name: `by hand, durable, at the same load: ${name}`, ...halfByHand },
  ]
}

type Half = { readonly perSecond: number; readonly p50_ms: number; readonly p99_ms: number }

/** At an even pace, whatever the answers take. */
async function atHalfLoad(
  { url }: Pick<BenchServer, 'url'>,
  { events, rounds, size, connections, isQuick }: Plan,
  eventsPerSecond: number,
): Promise<Half> {
  const seconds = isQuick ? HALF_S.quick : HALF_S.whole
  const posts = makePosts(Math.ceil(eventsPerSecond * seconds), size, (rounds + 1) * events)
  const sent = await sendEvenly(url, posts, { perSecond: eventsPerSecond / size, connections })
  return { perSecond: sent.perSecondReached * size, p50_ms: sent.p50_ms, p99_ms: sent.p99_ms }
}

type Round = { readonly perSecond: number; readonly cpu_us: number; readonly p99_ms: number }

function medians(rounds: readonly Round[]): Round {
  return {
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    cpu_us: median(rounds.map(({ cpu_us }) => cpu_us)),
    p99_ms: median(rounds.map(({ p99_ms }) => p99_ms)),
  }
}
