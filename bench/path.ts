import { setTimeout as wait } from 'node:timers/promises'
import { type Sandbox, startSandbox } from '../sandbox/server.ts'
import { cpuSeconds, median, type Result, residentMb, type Sizes, spreadOf } from './harness.ts'
import { makePosts, sendAll } from './load.ts'
import { startPlain } from './plain-beside.ts'
import { type BenchServer, startByHand, startServer } from './server-process.ts'

const ARRIVED_WITHIN_MS = 120_000
const BATCH = 100
/** A server that has nothing to do uses less in this time than two ticks of the clock that counts it. */
const REST_MS = 500
const REST_CPU_S = 0.01
const REST_WITHIN_MS = 60_000
const CONNECTIONS = 16
/** Some twice of what was measured. */
const CPU_FLOOR = 25

/**
 * HTTP to fsync to mapped to bulk request to the sandbox's answer to recorded, with the server on one core; in turn with the transformation
 * by hand, and with the whole path by hand: less than the latter nobody can do on these engines.
 */
export async function pathBench({ events, rounds }: Sizes): Promise<Result[]> {
  const sandbox = await startSandbox()
  const server = await startServer({ core: 0, heapUrl: sandbox.url })
  const byHand = await startByHand(0, sandbox.url)
  const plain = startPlain(0)
  const measured: (PathRound & { readonly plain_us: number; readonly byHand: PathRound })[] = []
  try {
    for (let round = 0; round <= rounds; round++) {
      const one = await measurePath(server, sandbox, { events, first: round * events })
      const plain_us = await plain.cpu_us()
      const other = await measurePath(byHand, sandbox, { events, first: round * events })
      if (round > 0) measured.push({ ...one, plain_us, byHand: other })
    }
    const perSecond = measured.map((one) => one.perSecond)
    const value = median(measured.map((one) => one.cpu_us / one.plain_us))
    const valueByHand = median(measured.map((one) => one.byHand.cpu_us / one.plain_us))
    return [
      {
        name: 'whole path: batches of 100 into the sandbox',
        perSecond: median(perSecond),
        spread: spreadOf(perSecond),
        cpu_us: median(measured.map((one) => one.cpu_us)),
        rss_mb: residentMb(server.pid),
        note: `${value.toFixed(1)} × the CPU of plain`,
        targets: [
          {
            what: 'whole path: CPU an event beside plain',
            ...{ value, unit: '×', bound: 'at most', goal: 2, floor: CPU_FLOOR },
          },
        ],
      },
      {
        name: 'whole path: by hand',
        perSecond: median(measured.map(({ byHand }) => byHand.perSecond)),
        spread: spreadOf(measured.map(({ byHand }) => byHand.perSecond)),
        cpu_us: median(measured.map(({ byHand }) => byHand.cpu_us)),
        rss_mb: residentMb(byHand.pid),
        note: `${valueByHand.toFixed(1)} × the CPU of plain`,
      },
    ]
  } finally {
    plain.stop()
    await byHand.stop()
    await server.stop()
    await sandbox.close()
  }
}

export type PathRound = { readonly perSecond: number; readonly cpu_us: number }

export type PathPlan = {
  readonly events: number
  /** Numbers the events, so that none comes twice. */
  readonly first: number
  readonly sources?: number
}

export async function measurePath(
  server: Pick<BenchServer, 'url' | 'pid'>,
  sandbox: Pick<Sandbox, 'heap'>,
  { events, first, sources = 1 }: PathPlan,
): Promise<PathRound> {
  const posts = makePosts(events, BATCH, first, sources)
  sandbox.heap.reset()
  const cpu_s = cpuSeconds(server.pid)
  const start_ms = performance.now()
  await sendAll(server.url, posts, CONNECTIONS)
  await arrived(server, () => sandbox.heap.counts('11')?.accepted ?? 0, events)
  const perSecond = (events * 1_000) / (performance.now() - start_ms)
  return { perSecond, cpu_us: (((await whenAtRest(server.pid)) - cpu_s) * 1_000_000) / events }
}

/** What is left to do once all has arrived is an event's work as well: what can be searched is indexed after what is delivered. */
async function whenAtRest(pid: number): Promise<number> {
  const until_ms = performance.now() + REST_WITHIN_MS
  for (let before_s = cpuSeconds(pid); performance.now() < until_ms; ) {
    await wait(REST_MS)
    const now_s = cpuSeconds(pid)
    if (!(now_s - before_s > REST_CPU_S)) return now_s
    before_s = now_s
  }
  throw new Error('the server did not come to rest')
}

/** Track calls arrive one by one; identify calls of one person may arrive merged, so the readers are asked too. */
async function arrived(
  { url }: Pick<BenchServer, 'url'>,
  accepted: () => number,
  count: number,
): Promise<void> {
  const until_ms = performance.now() + ARRIVED_WITHIN_MS
  while (performance.now() < until_ms) {
    // 70 % of the calls are track calls; asking the server costs it time, so it is asked only near the end.
    if (accepted() >= count * 0.68 && (await isDone(url))) return
    await wait(5)
  }
  throw new Error('not everything arrived')
}

async function isDone(url: string): Promise<boolean> {
  const { lag_ms } = (await (await fetch(`${url}/readyz`)).json()) as { lag_ms: Record<string, number> }
  return Object.values(lag_ms).every((lag) => lag === 0)
}
