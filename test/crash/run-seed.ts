import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Sandbox, startSandbox } from '../../sandbox/server.ts'
import { type SentEvent, startClients, WRITE_KEY } from './clients.ts'
import { randomFrom } from './random.ts'
import { startVictim, type Victim } from './victim.ts'

const APP_ID = '11'
const KILLS_MAX = 5
const DELIVERED_WITHIN_MS = 60_000

export type SeedResult = {
  readonly events: number
  readonly kills: number
  readonly resent: number
  /** Events that were sent to Heap twice, because a crash came between its answer and our record of it. */
  readonly repeated: number
  readonly seconds: number
  readonly problems: readonly string[]
}

export async function runSeed(seed: number, events: number): Promise<SeedResult> {
  const started_ms = Date.now()
  const random = randomFrom(seed)
  const folder = mkdtempSync(join(tmpdir(), 'millrace-crash-'))
  const sandbox = await startSandbox()
  writeFileSync(join(folder, 'millrace.yaml'), configuration(sandbox.url))
  const victim = await startVictim(folder)
  try {
    const clients = startClients(victim.url, events, random)
    const kills = random.whole(1, KILLS_MAX)
    const moments = Array.from({ length: kills }, () => random.whole(0, events)).sort((a, b) => a - b)
    for (const moment of moments) {
      while (clients.acknowledged.length < moment) await wait(1)
      await wait(random.whole(0, 30))
      await victim.killAndRestart()
    }
    await clients.done
    const arrived = await allDelivered(sandbox, events)
    const problems = [
      ...missingOrRepeated(arrived, clients.acknowledged),
      ...outOfOrder(arrived),
      ...(await miscounted(victim, events)),
    ]
    await victim.stop()
    return {
      events,
      kills,
      resent: clients.resent(),
      repeated: sandbox.heap.counts(APP_ID)?.repeated ?? 0,
      seconds: (Date.now() - started_ms) / 1_000,
      problems: problems.length === 0 ? [] : [...problems, victim.output().slice(-2_000)],
    }
  } finally {
    await victim.stop()
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Arrived = { readonly person: string; readonly number: number }

/** What the sandbox holds, in the order of arrival, once everything is there (or time is up). */
async function allDelivered(sandbox: Sandbox, events: number): Promise<readonly Arrived[]> {
  const until = Date.now() + DELIVERED_WITHIN_MS
  while ((sandbox.heap.counts(APP_ID)?.accepted ?? 0) < events && Date.now() < until) await wait(20)
  const app = sandbox.heap.state({ limit: events + 1, order: 'arrival' }).apps[APP_ID]
  return (app?.events ?? []).map(({ properties }) => ({
    person: String(properties['person']),
    number: Number(properties['number']),
  }))
}

function missingOrRepeated(arrived: readonly Arrived[], acknowledged: readonly SentEvent[]): string[] {
  const counts = new Map<string, number>()
  for (const { person, number } of arrived) {
    counts.set(`${person}-${number}`, (counts.get(`${person}-${number}`) ?? 0) + 1)
  }
  const missing = acknowledged.filter(({ messageId }) => !counts.has(messageId))
  const repeated = [...counts].filter(([, count]) => count > 1)
  return [
    ...(missing.length > 0
      ? [`${missing.length} events were answered 200 and did not arrive, such as ${missing[0]?.messageId}`]
      : []),
    ...(repeated.length > 0
      ? [`${repeated.length} events arrived more than once, such as ${repeated[0]?.[0]}`]
      : []),
  ]
}

function outOfOrder(arrived: readonly Arrived[]): string[] {
  const last = new Map<string, number>()
  for (const { person, number } of arrived) {
    const before = last.get(person) ?? 0
    if (number !== before + 1) return [`${person}: ${number} arrived after ${before}`]
    last.set(person, number)
  }
  return []
}

type Counts = Readonly<Record<string, { readonly total: number }>>

/** The ledger must say the same, to the event: accepted = read = matched = delivered. */
async function miscounted({ adminUrl }: Victim, events: number): Promise<string[]> {
  const until = Date.now() + 5_000
  for (;;) {
    const { sources } = await json<{ sources: { counts: Counts }[] }>(`${adminUrl}/admin/v1/sources`)
    const { destinations } = await json<{ destinations: { counts: Counts }[] }>(
      `${adminUrl}/admin/v1/destinations`,
    )
    const counts = { ...sources[0]?.counts, ...destinations[0]?.counts }
    const wrong = ['accepted', 'read', 'matched', 'delivered'].filter(
      (name) => counts[name]?.total !== events,
    )
    if (wrong.length === 0 && counts['dead'] === undefined) return []
    if (Date.now() > until) return wrong.map((name) => `${name} is ${counts[name]?.total}, not ${events}`)
    await wait(50)
  }
}

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T
}

function configuration(sandboxUrl: string): string {
  return `
sources:
  - { id: app, name: App, kind: http, writeKey: ${WRITE_KEY} }
destinations:
  - id: heap
    kind: heap
    name: Heap
    sources: [app]
    settings: { appId: "${APP_ID}", apiUrl: "${sandboxUrl}" }
`
}
