import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'undici'
import { startSandbox } from '../sandbox/server.ts'
import { endlessPosts } from './endless.ts'
import { cpuSeconds, median, type Result, residentMb, type Sizes, spreadOf } from './harness.ts'
import { type BenchServer, startServer } from './server-process.ts'

const BATCH = 100
const CONNECTIONS = 16
/** More is not sent while so much waits: the load is what the whole path takes, not what ingest does. */
const LAG_MS_MAX = 2_000
const LOOK_EVERY_MS = 500
const PARTS = 10
const RSS_MB_MAX = 300

type Part = { readonly perSecond: number; readonly cpu_us: number; readonly rss_mb: number }

/** The whole path for minutes, as fast as it goes, and its memory over time. */
export async function sustainedBench({ minutes }: Sizes): Promise<Result[]> {
  const sandbox = await startSandbox()
  const server = await startServer({ core: 0, heapUrl: sandbox.url })
  const load = startLoad(server)
  const parts: Part[] = []
  try {
    await wait((minutes * 60_000) / PARTS / 2)
    for (let part = 0; part < PARTS; part++) parts.push(await measurePart(server, load, minutes / PARTS))
  } finally {
    await load.stop()
    await server.stop()
    await sandbox.close()
  }
  return [resultOf(parts, minutes)]
}

function resultOf(parts: readonly Part[], minutes: number): Result {
  const rates = parts.map(({ perSecond }) => perSecond)
  const [early, late] = [parts.slice(0, 3), parts.slice(-3)].map((some) =>
    median(some.map(({ rss_mb }) => rss_mb)),
  )
  const rss_mb = Math.max(...parts.map((part) => part.rss_mb))
  const bound = 'at most'
  return {
    name: `sustained: the whole path for ${minutes} minutes`,
    perSecond: median(rates),
    spread: spreadOf(rates),
    cpu_us: median(parts.map(({ cpu_us }) => cpu_us)),
    rss_mb,
    note: `MB over time: ${parts.map((part) => part.rss_mb).join(', ')}`,
    targets: [
      {
        what: 'resident under load',
        value: rss_mb,
        unit: 'MB',
        bound,
        goal: RSS_MB_MAX,
        floor: 2 * RSS_MB_MAX,
      },
      {
        what: 'memory at the end of the sustained run beside its beginning',
        ...{ value: (late ?? Number.NaN) / (early ?? Number.NaN), unit: '×', bound, goal: 1.1, floor: 2.5 },
      },
    ],
  }
}

async function measurePart({ pid }: BenchServer, load: Load, minutes: number): Promise<Part> {
  const [start_ms, cpu_s, sent] = [performance.now(), cpuSeconds(pid), load.sent()]
  let rss_mb = 0
  while (performance.now() - start_ms < minutes * 60_000) {
    await wait(Math.min(LOOK_EVERY_MS, minutes * 60_000))
    rss_mb = Math.max(rss_mb, residentMb(pid))
  }
  const events = load.sent() - sent
  return {
    perSecond: (events * 1_000) / (performance.now() - start_ms),
    cpu_us: ((cpuSeconds(pid) - cpu_s) * 1_000_000) / events,
    rss_mb,
  }
}

type Load = ReturnType<typeof startLoad>

/** Sends as long as what waits is little. */
function startLoad({ url }: BenchServer) {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 })
  const posts = endlessPosts(BATCH)
  let sent = 0
  let isStopped = false
  let isBehind = false

  async function connection(): Promise<void> {
    while (!isStopped) {
      if (isBehind) {
        await wait(LOOK_EVERY_MS / 10)
        continue
      }
      const { path, body } = posts.next().value as { path: string; body: Buffer }
      const answer = await pool.request({ path, body, method: 'POST' })
      await answer.body.dump()
      if (answer.statusCode === 200) sent += BATCH
      else if (answer.statusCode !== 503) throw new Error(`answered ${answer.statusCode}`)
    }
  }
  async function look(): Promise<void> {
    while (!isStopped) {
      const { lag_ms } = (await (await fetch(`${url}/readyz`)).json()) as { lag_ms: Record<string, number> }
      isBehind = Math.max(0, ...Object.values(lag_ms)) > LAG_MS_MAX
      await wait(LOOK_EVERY_MS)
    }
  }
  const running = Promise.all([look(), ...Array.from({ length: CONNECTIONS }, connection)])
  return {
    sent: () => sent,
    async stop(): Promise<void> {
      isStopped = true
      await running
      await pool.close()
    },
  }
}
