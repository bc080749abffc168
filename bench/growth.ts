import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '../sandbox/server.ts'
import { arrivalTimes } from './arrivals.ts'
import { median, type Result, residentMb, type Sizes, spreadOf } from './harness.ts'
import { fillLargeLog } from './large-log.ts'
import { type Latency, latencyTargets, measureLatency } from './latency.ts'
import { measurePath } from './path.ts'
import { type BenchServer, startServer } from './server-process.ts'

/** Of the log and the index, with room for what is measured. */
const BYTES_PER_EVENT = 500
const PATH_EVENTS = { quick: 10_000, whole: 40_000 }
const LATENCY_S = { quick: 1, whole: 10 }
const SAME_MAX = 1.1

/** The whole path and the latency with a log that holds much, in turn with one that holds nothing. */
export async function growthBench(sizes: Sizes): Promise<Result[]> {
  const parent = mkdtempSync(join(tmpdir(), 'millrace-bench-growth-'))
  const results: Result[] = []
  try {
    for (const size of sizes.logSizes) {
      if (!hasRoom(parent, size)) {
        results.push({ name: nameOf(size), note: 'not measured: the disk has no room' })
        continue
      }
      results.push(...(await measureSize(parent, size, sizes)))
    }
  } finally {
    rmSync(parent, { recursive: true, force: true })
  }
  return results
}

const nameOf = (size: number) => `growth: ${size.toLocaleString('en-US')} events in the log`

function hasRoom(folder: string, size: number): boolean {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize > 2_000_000_000 + size * BYTES_PER_EVENT
}

type Figures = { readonly perSecond: number; readonly cpu_us: number; readonly latency: Latency }

/** Each folder is filled on from the one before it. */
async function measureSize(parent: string, size: number, { rounds, isQuick }: Sizes): Promise<Result[]> {
  const data = join(parent, 'large')
  const empty = join(parent, `empty-${size}`)
  mkdirSync(data, { recursive: true })
  const filled_ms = performance.now()
  await fillLargeLog(data, size)
  console.error(`filled to ${size} events in ${((performance.now() - filled_ms) / 1_000).toFixed(0)} s`)
  const arrivals = arrivalTimes()
  const sandbox = await startSandbox({ heap: arrivals.heap })
  const options = ['--retention-gib', '1000']
  const started = { core: 0, heapUrl: sandbox.url, options }
  const servers = {
    empty: await startServer({ ...started, data: empty }),
    large: await startServer({ ...started, data }),
  }
  const measured = { empty: [] as Figures[], large: [] as Figures[] }
  try {
    for (let round = 0; round <= (isQuick ? 1 : rounds); round++) {
      for (const which of ['empty', 'large'] as const) {
        const figures = await measureFigures(servers[which], { sandbox, arrivals, isQuick })
        if (round > 0) measured[which].push(figures) // the first warms up
      }
    }
    return resultsOf(size, measured, {
      empty: { ready_ms: servers.empty.ready_ms, rss_mb: residentMb(servers.empty.pid) },
      large: { ready_ms: servers.large.ready_ms, rss_mb: residentMb(servers.large.pid) },
    })
  } finally {
    await servers.empty.stop()
    await servers.large.stop()
    await sandbox.close()
  }
}

type Receiver = {
  readonly sandbox: Sandbox
  readonly arrivals: ReturnType<typeof arrivalTimes>
  readonly isQuick: boolean
}
/** Numbers calls, so that none comes twice in the whole run. */
let sent = 0

async function measureFigures(
  server: BenchServer,
  { sandbox, arrivals, isQuick }: Receiver,
): Promise<Figures> {
  const size = isQuick ? 'quick' : 'whole'
  const path = await measurePath(server, sandbox, { events: PATH_EVENTS[size], first: sent })
  sent += PATH_EVENTS[size]
  const latency = await measureLatency(server, arrivals, LATENCY_S[size], sent)
  sent += 1_000 * LATENCY_S[size]
  return { ...path, latency }
}

type Resident = { readonly ready_ms: number; readonly rss_mb: number }

function resultsOf(
  size: number,
  measured: { readonly empty: readonly Figures[]; readonly large: readonly Figures[] },
  resident: { readonly empty: Resident; readonly large: Resident },
): Result[] {
  const rows = (['empty', 'large'] as const).map((which) => {
    const of = (figure: (one: Figures) => number) => median(measured[which].map(figure))
    const { ready_ms, rss_mb } = resident[which]
    return {
      name:
        which === 'large'
          ? nameOf(size)
          : `growth: an empty log, in turn with ${size.toLocaleString('en-US')}`,
      perSecond: of((one) => one.perSecond),
      spread: spreadOf(measured[which].map((one) => one.perSecond)),
      cpu_us: of((one) => one.cpu_us),
      p50_ms: of(({ latency }) => latency.p50_ms),
      p99_ms: of(({ latency }) => latency.p99_ms),
      rss_mb,
      note: `ready after ${Math.round(ready_ms)} ms`,
    }
  })
  const [empty, large] = rows as [(typeof rows)[0], (typeof rows)[0]]
  const where = `, ${size.toLocaleString('en-US')} events in the log`
  const beside = { unit: '×', bound: 'at most', goal: SAME_MAX, floor: 3 } as const
  const targets = [
    { ...beside, what: `CPU an event beside an empty log${where}`, value: large.cpu_us / empty.cpu_us },
    {
      ...beside,
      what: `time an event beside an empty log${where}`,
      value: empty.perSecond / large.perSecond,
    },
    ...latencyTargets(where, large),
  ]
  return [empty, { ...large, targets }]
}
