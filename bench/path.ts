import { setTimeout as wait } from 'node:timers/promises'
import { startSandbox } from '../sandbox/server.ts'
import { cpuSeconds, median, type Result, residentMb } from './harness.ts'
import { makePosts, sendAll } from './load.ts'
import { startServer } from './server-process.ts'

const ARRIVED_WITHIN_MS = 120_000

/** HTTP to fsync to mapped to bulk request to the sandbox's answer to recorded. The server on one core. */
export async function pathBench({ events, rounds }: { events: number; rounds: number }): Promise<Result[]> {
  const sandbox = await startSandbox()
  const server = await startServer({ core: 0, heapUrl: sandbox.url })
  const rates: number[] = []
  const cpus: number[] = []
  try {
    for (let round = 0; round <= rounds; round++) {
      const posts = makePosts(events, 100, round * events)
      sandbox.heap.reset()
      const cpu_s = cpuSeconds(server.pid)
      const start_ms = performance.now()
      await sendAll(server.url, posts, 16)
      await arrived(events)
      if (round === 0) continue
      rates.push((events * 1_000) / (performance.now() - start_ms))
      cpus.push(((cpuSeconds(server.pid) - cpu_s) * 1_000_000) / events)
    }
    const rss_mb = residentMb(server.pid)
    return [
      {
        name: 'whole path: batches of 100 into the sandbox',
        perSecond: median(rates),
        cpu_us: median(cpus),
        rss_mb,
      },
    ]
  } finally {
    await server.stop()
    await sandbox.close()
  }

  /** Track calls arrive one by one; identify calls of one person may arrive merged, so the readers are asked too. */
  async function arrived(count: number): Promise<void> {
    const until = Date.now() + ARRIVED_WITHIN_MS
    while (Date.now() < until) {
      if (await isDone(server.url, sandbox.heap.counts('11')?.accepted ?? 0, count)) return
      await wait(5)
    }
    throw new Error('not everything arrived')
  }
}

async function isDone(url: string, accepted: number, count: number): Promise<boolean> {
  // 70 % of the calls are track calls; asking the server costs it time, so it is asked only near the end.
  if (accepted < count * 0.68) return false
  const { lag_ms } = (await (await fetch(`${url}/readyz`)).json()) as { lag_ms: Record<string, number> }
  return Object.values(lag_ms).every((lag) => lag === 0)
}
