import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'undici'
import { startSandbox } from '../../sandbox/server.ts'
import { randomFrom } from '../../verify/random.ts'
import { arrivalTimes } from '../arrivals.ts'
import { makeEvents } from '../events.ts'
import { cpuSeconds, percentile, residentMb, spawnPinned } from '../harness.ts'
import { WRITE_KEY } from '../load.ts'
import { startServer } from '../server-process.ts'

export type Arm = 'alone' | 'beside'
export type Round = {
  readonly events: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly rss_mb: number
  /** Of one core. */
  readonly cpu_share: number
}

const BATCH = 10
/** On the average; at random moments, as an even pace may beat in time with the 50 ms for which a lane gathers. */
const BATCH_EVERY_MS = 50
/** What comes before is not measured: the code is still cold. */
const WARM_UP_MS = 5_000
const ARRIVED_WITHIN_MS = 20_000

type SickUrls = { readonly dead: string; readonly slow: string; readonly endless: string }

export async function measureArm(sick: readonly string[], seconds: number): Promise<Round> {
  const arrivals = arrivalTimes()
  const sandbox = await startSandbox({ heap: arrivals.heap })
  const { child, urls } = await startSick()
  const others = Object.fromEntries(Object.entries(urls).filter(([name]) => sick.includes(name)))
  const server = await startServer({ core: 0, configuration: configuration(sandbox.url, others) })
  try {
    const accepted = new Map<string, number>()
    await send(server.url, accepted, WARM_UP_MS)
    const before_s = cpuSeconds(server.pid)
    const measured = await send(server.url, accepted, seconds * 1_000)
    const cpu_share = (cpuSeconds(server.pid) - before_s) / seconds
    await arrived(() => arrivals.count(measured), measured.length)
    const took_ms = measured.map((id) => (arrivals.at(id) ?? 0) - (accepted.get(id) ?? 0))
    return {
      events: measured.length,
      p50_ms: percentile(took_ms, 0.5),
      p99_ms: percentile(took_ms, 0.99),
      rss_mb: residentMb(server.pid),
      cpu_share,
    }
  } finally {
    await server.stop()
    await sandbox.close()
    child.kill('SIGTERM')
  }
}

let sent = 0

/** Sends at random moments, whatever the answers take; returns the messageIds. */
async function send(url: string, accepted: Map<string, number>, for_ms: number): Promise<readonly string[]> {
  const pool = new Pool(url, { connections: 8, pipelining: 1 })
  const ids: string[] = []
  const answers: Promise<void>[] = []
  const start_ms = performance.now()
  const random = randomFrom(sent + 1)
  let due_ms = 0
  while (due_ms < for_ms) {
    const batch = makeEvents(BATCH, sent).map((call) => ({ ...call, type: 'track', event: 'Step' }))
    sent += BATCH
    const own = batch.map((call) => String((call as { messageId?: string }).messageId))
    ids.push(...own)
    answers.push(
      post(pool, { writeKey: WRITE_KEY, batch }).then(() => {
        const at_ms = performance.now()
        for (const id of own) accepted.set(id, at_ms)
      }),
    )
    due_ms += -Math.log(1 - random.next()) * BATCH_EVERY_MS
    const wait_ms = start_ms + due_ms - performance.now()
    if (wait_ms > 0) await wait(wait_ms)
  }
  await Promise.all(answers)
  await pool.close()
  return ids
}

async function post(pool: Pool, body: object): Promise<void> {
  const answer = await pool.request({ path: '/v1/batch', method: 'POST', body: JSON.stringify(body) })
  await answer.body.text()
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`)
}

async function arrived(count: () => number, wanted: number): Promise<void> {
  const until = Date.now() + ARRIVED_WITHIN_MS
  while (count() < wanted) {
    if (Date.now() > until) throw new Error(`${count()} of ${wanted} events arrived`)
    await wait(20)
  }
}

async function startSick(): Promise<{ readonly child: ChildProcess; readonly urls: SickUrls }> {
  const file = join(import.meta.dirname, 'sick-receivers.ts')
  const child = spawnPinned(1, [file])
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return { child, urls: JSON.parse(line.toString()) as SickUrls }
}

function configuration(healthyUrl: string, sick: Partial<SickUrls>): string {
  const urls = { healthy: healthyUrl, ...sick }
  return JSON.stringify({
    sources: [{ id: 'bench', name: 'Bench', kind: 'http', writeKey: WRITE_KEY }],
    destinations: Object.entries(urls).map(([id, apiUrl], index) => ({
      id,
      kind: 'heap',
      name: id,
      sources: ['bench'],
      settings: {
        appId: `${11 + index}`,
        apiUrl,
        eventsPerMinute: 100_000_000,
        eventsPerMinutePerPerson: 100_000_000,
      },
    })),
  })
}
