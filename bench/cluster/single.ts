import { setTimeout as wait } from 'node:timers/promises'
import { startSandbox } from '../../sandbox/server.ts'
import { cpuSeconds } from '../harness.ts'
import { makePosts, sendAll } from '../load.ts'
import { startServer } from '../server-process.ts'

const DONE_WITHIN_MS = 120_000
const LOOK_EVERY_MS = 100
/** What is indexed last is stored within this. */
const SETTLES_MS = 1_000
const CONNECTIONS = 16
/** Of the events, those that arrive one by one; those of one person may arrive merged. */
const ARRIVES_SHARE = 0.68
const APP_ID = '11'

export type Single = Awaited<ReturnType<typeof startSingle>>

/** One process that does everything, on files, with a sandbox of its own. */
export async function startSingle() {
  const sandbox = await startSandbox()
  const server = await startServer({ core: 0, heapUrl: sandbox.url })
  return {
    pid: server.pid,
    /** Processor time of an event, µs, from HTTP until everything was delivered, counted and indexed. */
    async measure(events: number, eventsPerRequest: number, first: number): Promise<number> {
      const posts = makePosts(events, eventsPerRequest, first)
      sandbox.heap.reset()
      const before_s = cpuSeconds(server.pid)
      await sendAll(server.url, posts, CONNECTIONS)
      const end_ms = performance.now() + DONE_WITHIN_MS
      while (!(await isDone(events))) {
        if (performance.now() > end_ms) throw new Error('not everything arrived')
        await wait(LOOK_EVERY_MS)
      }
      await wait(SETTLES_MS)
      return ((cpuSeconds(server.pid) - before_s) * 1e6) / events
    },
    async stop(): Promise<void> {
      await server.stop()
      await sandbox.close()
    },
  }

  async function isDone(events: number): Promise<boolean> {
    if ((sandbox.heap.counts(APP_ID)?.accepted ?? 0) < ARRIVES_SHARE * events) return false
    const { lag_ms } = (await (await fetch(`${server.url}/readyz`)).json()) as {
      lag_ms: Record<string, number>
    }
    return Object.values(lag_ms).every((lag) => lag === 0)
  }
}
