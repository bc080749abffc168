// The proof for replays, on the real process: `npm run replay-check`. 100,000 events become dead letters by a wrong mapping; the
// mapping is mended; they are replayed, and meanwhile the replay is stopped and resumed, and the server killed.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startSandbox } from '../../sandbox/server.ts'
import { startServerProcess } from '../../verify/server-process.ts'

const { values } = parseArgs({ options: { events: { type: 'string', default: '100000' } } })
const EVENTS = Number(values.events)
const PEOPLE = 1_000
const BATCH = 200
const CLIENTS = 4
const APP = '11'
const UNTIL_MS = Date.now() + 600_000

type Json = Record<string, unknown>
type Replay = { id: number; state: string; total: number; looked: number; sent: number; onTheirWay: number }

const folder = mkdtempSync(join(tmpdir(), 'millrace-replay-'))
const sandbox = await startSandbox({ limits: 'off', events_max: EVENTS * 2 })
configure('$.properties.misspelt')
const main = new URL('../../server/main.ts', import.meta.url).pathname
const server = await startServerProcess({ main, folder })
try {
  await check()
} finally {
  await server.stop()
  await sandbox.close()
  rmSync(folder, { recursive: true })
}

async function check(): Promise<void> {
  await timed(`${EVENTS} events are taken`, sendAll)
  await timed('they are dead letters', () => until(async () => (await counts()).dead === EVENTS))
  const groups = await timed('they are grouped by reason', async () => {
    const { groups } = await ask('GET', 'dead-letters/groups?destination=heap')
    return groups as { count: number; text: string }[]
  })
  assert.deepEqual([groups.length, groups[0]?.count], [1, EVENTS])
  assert.equal(arrived(), 0)

  await server.stop()
  configure('$.event')
  await server.start()
  const of = { deadLetters: { destination: 'heap' } }
  const tried = await timed('a dry run', () => ask('POST', 'replays/dry-run', { of }))
  assert.deepEqual([tried['total'], tried['accepted'], tried['refused']], [EVENTS, 200, 0])
  assert.equal(arrived(), 0, 'a dry run sends nothing')

  const began_ms = Date.now()
  const { id } = (await ask('POST', 'replays', { of, perSecond_max: 100_000 })) as Replay
  await until(async () => (await replay(id)).looked >= EVENTS * 0.3)
  await ask('POST', `replays/${id}/stop`)
  await until(async () => (await replay(id)).onTheirWay === 0)
  const stopped = await replay(id)
  await wait(1_000)
  assert.deepEqual(await replay(id), stopped, 'a stopped replay sends nothing more')
  assert.equal(arrived(), stopped.sent)
  say(`stopped after ${stopped.sent}`, began_ms)
  assertBalanced(await counts())

  await ask('POST', `replays/${id}/resume`, {})
  for (const share of [0.5, 0.7, 0.85]) {
    await until(async () => (await replay(id)).looked >= EVENTS * share)
    await server.kill()
    server.spawn()
    await until(server.isAlive)
    assertBalanced(await counts())
    say(`killed with SIGKILL and started again after ${arrived()}`, began_ms)
  }
  await until(async () => (await replay(id)).state === 'done')
  const done = await replay(id)
  say('done', began_ms)

  const { accepted = 0, repeated = 0 } = sandbox.heap.counts(APP) ?? {}
  const events = sandbox.heap.state({ limit: EVENTS + 1, order: 'arrival' }).apps[APP]?.events ?? []
  assert.deepEqual([done.total, done.looked, done.sent], [EVENTS, EVENTS, EVENTS])
  assert.deepEqual([accepted, new Set(events.map(({ event }) => event)).size], [EVENTS, EVENTS])
  const { dead, delivered } = await counts()
  assert.deepEqual([dead, delivered], [0, EVENTS])
  assertInOrder(events.map(({ event }) => event))
  const seconds = (Date.now() - began_ms) / 1_000
  process.stdout.write(
    `${EVENTS} at the sandbox, each once and in order for each person; ${repeated} went out twice under one key. ` +
      `${Math.round(EVENTS / seconds)}/s with one stop and three kills.\n`,
  )
}

function configure(event: string): void {
  const action = { id: 'track', action: 'trackEvent', trigger: 'type = "track"' }
  const settings = {
    ...{ appId: APP, apiUrl: sandbox.url, eventsPerMinute: 100_000_000 },
    eventsPerMinutePerPerson: 100_000_000,
  }
  const configuration = {
    sources: [{ id: 'shop', name: 'Shop', kind: 'http', writeKey: 'shop-key-1' }],
    destinations: [
      {
        ...{ id: 'heap', kind: 'heap', name: 'Heap', sources: ['shop'], settings },
        actions: [{ ...action, mapping: { event: { '@path': event }, identity: { '@path': '$.userId' } } }],
      },
    ],
  }
  writeFileSync(join(folder, 'millrace.yaml'), JSON.stringify(configuration))
}

/** A person's events are sent by one client, in order: `7-3` is the third of the eighth. */
async function sendAll(): Promise<void> {
  const authorization = `Basic ${Buffer.from('shop-key-1:').toString('base64')}`
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      const mine = Array.from({ length: EVENTS }, (_, n) => n).filter(
        (n) => (n % PEOPLE) % CLIENTS === client,
      )
      for (let at = 0; at < mine.length; at += BATCH) {
        const batch = mine.slice(at, at + BATCH).map((n) => {
          const event = `${n % PEOPLE}-${Math.floor(n / PEOPLE)}`
          return { type: 'track', event, messageId: event, userId: `person-${n % PEOPLE}` }
        })
        const headers = { authorization, 'content-type': 'application/json' }
        const body = JSON.stringify({ batch })
        const answer = await fetch(`${server.url}/v1/batch`, { method: 'POST', headers, body })
        assert.equal(answer.status, 200, await answer.text())
      }
    }),
  )
}

async function ask(method: string, path: string, body?: unknown): Promise<Json> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
  const answer = await fetch(`${server.adminUrl}/admin/v1/${path}`, init)
  const answered = (await answer.json()) as Json
  assert.ok(answer.ok, JSON.stringify(answered))
  return answered
}

async function replay(id: number): Promise<Replay> {
  const { left_ms: _, ...shown } = await ask('GET', `replays/${id}`)
  return shown as unknown as Replay
}

async function counts(): Promise<Record<string, number>> {
  const { destinations } = (await ask('GET', 'destinations')) as unknown as {
    destinations: { counts: Record<string, { total: number }> }[]
  }
  const all = Object.entries(destinations[0]?.counts ?? {}).map(([name, { total }]) => [name, total])
  return { dead: 0, delivered: 0, ...Object.fromEntries(all) }
}

function assertBalanced(all: Record<string, number>): void {
  const ends = ['delivered', 'unchanged', 'dead', 'parked', 'forgotten', 'givenUp']
  const sum = ends.reduce((total, name) => total + (all[name] ?? 0), 0)
  assert.equal(sum, all['deliveries'], JSON.stringify(all))
}

function assertInOrder(names: readonly string[]): void {
  const last = new Map<string, number>()
  for (const name of names) {
    const [person = '', number] = name.split('-')
    assert.ok(Number(number) > (last.get(person) ?? -1), `${name} came after ${last.get(person)}`)
    last.set(person, Number(number))
  }
}

function arrived(): number {
  return sandbox.heap.counts(APP)?.accepted ?? 0
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    assert.ok(Date.now() < UNTIL_MS, 'it took too long')
    await wait(50)
  }
}

async function timed<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const began_ms = Date.now()
  const result = await work()
  say(what, began_ms)
  return result
}

function say(what: string, since_ms: number): void {
  process.stdout.write(`${what}: ${((Date.now() - since_ms) / 1_000).toFixed(2)} s\n`)
}
