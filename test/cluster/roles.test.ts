// Real processes with roles of their own, over real servers: kills, a process that stands still, and a rolling restart.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { withNats } from './cluster.fixtures.ts'
import { NATS_LOGIN, type NatsServers } from './nats.ts'
import { POSTGRES_MISSING, type ScratchPostgres, scratchPostgres } from './postgres.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')
const KEY = randomBytes(32).toString('base64')
const EVENTS = Number(process.env['ROLES_EVENTS'] ?? 3_000)
const PEOPLE = 40
const WITHIN_MS = 120_000
const LOOK_EVERY_MS = 100
const FROZEN_MS = 10_000

async function until<Found>(
  what: string,
  look: () => Found | undefined | Promise<Found | undefined>,
): Promise<Found> {
  const end_ms = performance.now() + WITHIN_MS
  while (performance.now() < end_ms) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await wait(LOOK_EVERY_MS)
  }
  assert.fail(`waited in vain for ${what}`)
}

/** Takes a webhook's requests, and keeps in which order events came first. */
async function receiver() {
  const first = new Map<string, number>()
  let doubles = 0
  /** When each event was acknowledged; one that was received before is not waited for. */
  const acknowledged_ms = new Map<string, number>()
  let wait_ms_max = 0
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const { messageId } = JSON.parse(body) as { messageId: string }
    if (first.has(messageId)) doubles += 1
    else {
      first.set(messageId, first.size)
      const since_ms = acknowledged_ms.get(messageId) ?? performance.now()
      wait_ms_max = Math.max(wait_ms_max, performance.now() - since_ms)
    }
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    first,
    doubles: () => doubles,
    acknowledged(id: string): void {
      acknowledged_ms.set(id, performance.now())
    },
    wait_ms_max: () => wait_ms_max,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => server.close(),
  }
}

function start(folder: string, roles: string, options: readonly string[]) {
  const data = mkdtempSync(join(folder, 'data-'))
  const args = [
    'start',
    '--data',
    data,
    '--roles',
    roles,
    '--port',
    '0',
    '--admin-port',
    '0',
    '--health-port',
    '0',
  ]
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...args, '--login', 'off', ...options], {
    env: { ...process.env, MILLRACE_SECRET_KEY: KEY },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += text))
  const find = (what: RegExp) =>
    until(`${roles} to say ${what}`, () => {
      if (child.exitCode !== null) assert.fail(`${roles} ended: ${said}`)
      return what.exec(said)?.[1]
    })
  return {
    roles,
    said: () => said,
    url: () => find(/takes events at (\S+)/),
    adminUrl: () => find(/admin API is at (http:\/\/[^/]+)\//),
    isUp: () => find(/(takes events|admin API is|How it is)/),
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    async end(signal: NodeJS.Signals): Promise<void> {
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
  }
}
type Running = ReturnType<typeof start>

withNats('Processes with roles', { servers: 3 }, (startNats) => {
  const running = new Set<Running>()
  let postgres: ScratchPostgres | undefined
  const folder = mkdtempSync(join(tmpdir(), 'millrace-roles-'))
  after(async () => {
    for (const one of running) one.signal('SIGKILL')
    await postgres?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  test('lose nothing, count nothing twice and keep the order through kills and restarts', {
    skip: POSTGRES_MISSING,
  }, async (t) => {
    const nats: NatsServers = await startNats()
    postgres = await scratchPostgres()
    const to = await receiver()
    const config = join(folder, 'config.yaml')
    writeFileSync(
      config,
      `sources: [{ id: app, name: App, kind: node, writeKey: app-write-key }]\ndestinations: [{ id: hook, kind: webhook, name: Hook, sources: [app], settings: { url: "${to.url}" } }]\n`,
    )
    const { user, pass } = NATS_LOGIN
    const options = [
      ...['--postgres', postgres.newUrl(), '--nats', `nats://${user}:${pass}@${nats.urls.join(',')}`],
      ...['--nats-synced', 'yes', '--allow-private', 'loopback', '--postgres-connections', '9'],
    ]
    const begin = async (roles: string, ...more: string[]) => {
      const one = start(folder, roles, [...options, ...more])
      running.add(one)
      await one.isUp()
      return one
    }
    const admin = await begin('admin', '--config', config)
    let [one, other] = [await begin('ingest'), await begin('ingest')]
    await begin('indexer')
    const deliveries = [await begin('delivery'), await begin('delivery')]
    const adminUrl = await admin.adminUrl()
    async function post(by: Running, events: readonly object[]): Promise<void> {
      const authorization = `Basic ${Buffer.from('app-write-key:').toString('base64')}`
      for (;;) {
        const answer = await fetch(`${await by.url()}/v1/batch`, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify({ batch: events }),
        }).catch(() => undefined)
        if (answer?.status === 200) return
        await wait(LOOK_EVERY_MS)
      }
    }
    let sent = 0
    const batch = () =>
      Array.from({ length: 25 }, () => {
        const n = sent++
        return { type: 'track', event: 'E', userId: `p${n % PEOPLE}`, messageId: `m${n}`, properties: { n } }
      })
    const faults: [at: number, () => Promise<void>][] = [
      [
        0.2,
        async () => {
          const [victim] = deliveries.splice(0, 1) as [Running]
          await victim.end('SIGKILL')
          running.delete(victim)
          deliveries.push(await begin('delivery'))
        },
      ],
      [
        0.5,
        async () => {
          const [victim] = deliveries as [Running]
          victim.signal('SIGSTOP')
          setTimeout(() => victim.signal('SIGCONT'), FROZEN_MS)
        },
      ],
      [
        0.8,
        async () => {
          for (const victim of deliveries.splice(0)) {
            deliveries.push(await begin('delivery'))
            await victim.end('SIGTERM')
            running.delete(victim)
          }
        },
      ],
    ]
    while (sent < EVENTS) {
      const events = batch()
      await post(one, events)
      for (const { messageId } of events) to.acknowledged(messageId)
      // The client did not hear the answer, and sends it to the other one as well.
      if (sent % 10 === 0) await post(other, events)
      ;[one, other] = [other, one]
      const due = faults.findIndex(([at]) => sent >= at * EVENTS)
      if (due >= 0) await faults.splice(due, 1)[0]?.[1]()
    }
    const accepted = await until('every event to be counted', async () => {
      const { sources } = (await (await fetch(`${adminUrl}/admin/v1/sources`)).json()) as {
        sources: { counts: Record<string, { total: number }> }[]
      }
      const total = sources[0]?.counts['accepted']?.total ?? 0
      return total >= sent ? total : undefined
    })
    const delivered = await until('every event to be delivered', async () => {
      const { destinations } = (await (await fetch(`${adminUrl}/admin/v1/destinations`)).json()) as {
        destinations: { counts: Record<string, { total: number }> }[]
      }
      const total = destinations[0]?.counts['delivered']?.total ?? 0
      return total >= sent ? total : undefined
    })
    t.diagnostic(
      `${to.first.size} received, ${to.doubles()} again under the same key, the longest wait from the answer to the receiver ${Math.round(to.wait_ms_max())} ms`,
    )
    assert.deepEqual([accepted, delivered, to.first.size], [sent, sent, sent])
    for (let person = 0; person < PEOPLE; person++) {
      const places = Array.from(
        { length: Math.floor((sent - 1 - person) / PEOPLE) + 1 },
        (_, k) => to.first.get(`m${person + k * PEOPLE}`) ?? -1,
      )
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
        `p${person}`,
      )
    }
    await Promise.all([...running].map((process_) => process_.end('SIGTERM')))
    running.clear()
    to.close()
  })
})
