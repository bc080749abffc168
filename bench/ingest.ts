import { cpuSeconds, median, type Result, residentMb } from './harness.ts'
import { makePosts, sendAll } from './load.ts'
import { startBareServer, startServer } from './server-process.ts'

const SERVER_CORE = 0
/** About half of what was measured: a floor catches a change of shape, not of weather. */
const FLOORS = { single: 0.15, batch: 0.1 }

/** HTTP to fsync to 200, on one core, beside a bare server that only parses the same bodies. Rounds in turn. */
export async function ingestBench(sizes: { events: number; rounds: number }): Promise<Result[]> {
  return [
    ...(await compare('single events, 64 connections', {
      ...sizes,
      size: 1,
      connections: 64,
      floor: FLOORS.single,
    })),
    ...(await compare('batches of 100, 16 connections', {
      ...sizes,
      size: 100,
      connections: 16,
      floor: FLOORS.batch,
    })),
  ]
}

type Plan = { events: number; rounds: number; size: number; connections: number; floor: number }

async function compare(name: string, { events, rounds, size, connections, floor }: Plan): Promise<Result[]> {
  const servers = {
    ingest: await startServer({ core: SERVER_CORE }),
    bare: await startBareServer(SERVER_CORE),
  }
  const measured = { ingest: [] as Round[], bare: [] as Round[] }
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
          measured[which as 'ingest' | 'bare'].push({
            perSecond: (events * 1_000) / duration_ms,
            cpu_us,
            p99_ms,
          })
        }
      }
    }
    rss_mb = residentMb(servers.ingest.pid)
  } finally {
    await servers.ingest.stop()
    await servers.bare.stop()
  }
  const ours = medians(measured.ingest)
  const bare = medians(measured.bare)
  return [
    {
      name: `durable ingest: ${name}`,
      ...ours,
      rss_mb,
      ratio: { to: 'bare node:http', value: ours.perSecond / bare.perSecond, floor },
    },
    { name: `bare node:http: ${name}`, ...bare },
  ]
}

type Round = { readonly perSecond: number; readonly cpu_us: number; readonly p99_ms: number }

function medians(rounds: readonly Round[]): Round {
  return {
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    cpu_us: median(rounds.map(({ cpu_us }) => cpu_us)),
    p99_ms: median(rounds.map(({ p99_ms }) => p99_ms)),
  }
}
