import { setTimeout as wait } from 'node:timers/promises'
import type { Sandbox } from '../../../sandbox/server.ts'
import { startSandbox } from '../../../sandbox/server.ts'
import { REFUSED_EVENT, type SentEvent, startClients } from '../../../verify/clients.ts'
import { CALM, CROWD, configurationFor, TROUBLED } from '../../../verify/configuration.ts'
import { number } from '../../../verify/equation.ts'
import { outcomeAt } from '../../../verify/outcome.ts'
import { type Random, randomFrom } from '../../../verify/random.ts'
import type { NatsBinary } from '../nats-binary.ts'
import { type Cluster, startCluster } from '../processes.ts'
import type { Fault } from './faults.ts'
import { type Moment, type Passage, type Standstill, standstills } from './standstill.ts'
import { seconds, totals } from './totals.ts'

const LOOK_EVERY_MS = 5
const LAST_WORDS_CHARS_MAX = 4_000

export type OracleOptions = {
  readonly nats: NatsBinary
  readonly rounds: number
  /** Of each round. */
  readonly events: number
  /** How fast the clients may send, so that the events last for the faults. */
  readonly eventsPerSecond: number
  /** All of them in each round, in an order that the seed says. */
  readonly faults: readonly Fault[]
  /** A second receiver, that fails in every way. */
  readonly isTroubled: boolean
  readonly seed: number
  /** The longest that delivery may stand still after a fault; left out, it is only told. */
  readonly standstill_ms_max?: number
  readonly say: (line: string) => void
  /** Told of each as it comes. */
  readonly tellFault?: (what: string) => void
}
type Receiver = {
  readonly id: string
  readonly appId: string
  readonly sandbox: Sandbox
  readonly refuses: boolean
}
type Account = { readonly acknowledged: SentEvent[]; readonly at_ms: Map<string, number> }

/**
 * Processes that share NATS servers and PostgreSQL, clients that send to two of them, and faults of every kind meanwhile. After each
 * round three accounts must agree: what clients were answered 200 for, what is counted, and what the receivers hold.
 *
 * @returns What is wrong; nothing when all is well.
 */
export async function clusterOracle(options: OracleOptions): Promise<readonly string[]> {
  const { nats, rounds, events, isTroubled, seed, say } = options
  const receivers = await startReceivers(rounds * events, seed, isTroubled)
  const cluster = await startCluster({
    nats,
    configuration: configurationFor(
      receivers.map(({ id, appId, sandbox }) => ({ id, appId, url: sandbox.url })),
    ),
  })
  const account: Account = { acknowledged: [], at_ms: new Map() }
  const random = randomFrom(seed)
  const problems: string[] = []
  const all = totals()
  try {
    for (let round = 1; round <= rounds && problems.length === 0; round++) {
      const begun_ms = Date.now()
      const did = await oneRound(options, { cluster, receivers, account, random, round })
      problems.push(...did.problems)
      const duration_ms = Date.now() - begun_ms
      all.add({ ...did, duration_ms }, { ...did, repeats: repeatsAt(receivers) })
      say(`round ${round}: ${problems.length === 0 ? 'well' : 'NOT WELL'}, ${seconds(duration_ms)}`)
    }
    for (const line of all.lines()) say(line)
    if (problems.length > 0) for (const { role, output } of cluster.members) lastWords(role, output(), say)
    return problems
  } finally {
    await cluster.stop()
    await Promise.all(receivers.map(({ sandbox }) => sandbox.close()))
  }
}

type Round = {
  readonly cluster: Cluster
  readonly receivers: readonly Receiver[]
  readonly account: Account
  readonly random: Random
  readonly round: number
}
async function oneRound(options: OracleOptions, { cluster, receivers, account, random, round }: Round) {
  const { events, seed, say } = options
  const urls = cluster.of('ingest').map(({ url }) => url)
  let [allowed, turn] = [0, 0]
  const begun_ms = performance.now()
  const paced = () => ((performance.now() - begun_ms) / 1_000) * options.eventsPerSecond
  const clients = startClients(
    () => urls[turn++ % urls.length] as string,
    events,
    { ...CROWD, prefix: `${round}.` },
    randomFrom(seed + round),
    () => Math.min(allowed, paced()),
    (batch) => {
      const now_ms = Date.now()
      for (const { messageId } of batch) account.at_ms.set(messageId, now_ms)
    },
  )
  const moments: Moment[] = []
  const faults = shuffled(options.faults, random)
  const dueAt = (index: number) => Math.ceil((events * (index + 1)) / (faults.length + 1))
  for (const [index, { what, happen }] of faults.entries()) {
    allowed = dueAt(index)
    while (clients.acknowledged.length < dueAt(index)) await wait(LOOK_EVERY_MS)
    // The fault finds clients that send.
    allowed = dueAt(index + 1)
    moments.push({ what, at_ms: Date.now() })
    options.tellFault?.(what)
    const begun_ms = Date.now()
    const tellStep = (step: string) => options.tellFault?.(`  ${step}, ${seconds(Date.now() - begun_ms)}`)
    await happen(cluster, random, tellStep)
  }
  allowed = events
  await clients.done
  account.acknowledged.push(...clients.acknowledged)
  const adminUrl = cluster.of('admin')[0]?.adminUrl ?? ''
  const problems: string[] = []
  let [lost, doubled] = [0, 0]
  for (const one of receivers) {
    const outcome = await outcomeAt(one, adminUrl, account.acknowledged, one)
    for (const line of outcome.lines) say(`  ${line}`)
    problems.push(...outcome.problems)
    lost += outcome.lost
    doubled += outcome.doubled
  }
  say(
    `  ${number(clients.resent())} requests had to be sent again, ${number(repeatsAt(receivers))} events went out again under their key so far`,
  )
  const found = standstillsAt(receivers, account, moments)
  problems.push(...stoodStill(options, found))
  return {
    problems,
    events: clients.acknowledged.length,
    resent: clients.resent(),
    lost,
    doubled,
    standstills: found,
  }
}

/** How long each fault made delivery wait, at the receiver that takes everything. */
function standstillsAt(
  receivers: readonly Receiver[],
  { at_ms }: Account,
  moments: readonly Moment[],
): readonly Standstill[] {
  const passages: Passage[] = []
  receivers[0]?.sandbox.heap.visitEvents(CALM.appId, (_person, { properties, received_ms }) => {
    const person = String(properties['person'])
    const acknowledged_ms = at_ms.get(`${person}-${properties['number']}`)
    // It may come before the client has its answer, and then nobody waited.
    if (acknowledged_ms !== undefined)
      passages.push({ person, acknowledged_ms, arrived_ms: Math.max(received_ms, acknowledged_ms) })
  })
  return standstills(passages, moments)
}

/** Told, and what is too long. */
function stoodStill(
  { say, standstill_ms_max = Number.POSITIVE_INFINITY }: OracleOptions,
  found: readonly Standstill[],
): readonly string[] {
  for (const { what, longest_ms, begun_ms } of found)
    say(`  ${what}: delivery stood still for ${seconds(longest_ms)} at most, ${seconds(begun_ms)} after it`)
  return found
    .filter(({ longest_ms }) => longest_ms > standstill_ms_max)
    .map(({ what, longest_ms }) => `${what}: delivery stood still for ${seconds(longest_ms)}`)
}

async function startReceivers(
  events: number,
  seed: number,
  isTroubled: boolean,
): Promise<readonly Receiver[]> {
  const calm = await startSandbox({ limits: 'off', events_max: events * 2 })
  const receivers: Receiver[] = [{ ...CALM, sandbox: calm, refuses: false }]
  if (!isTroubled) return receivers
  const troubled = await startSandbox({ limits: 'off', events_max: events * 2 })
  troubled.faults.replace([
    { refuseEvents: REFUSED_EVENT },
    { share: 0.03, seed, loseResponse: true },
    { share: 0.04, seed: seed + 1, status: 500 },
    { share: 0.02, seed: seed + 2, status: 429, retryAfter_s: 1 },
  ])
  return [...receivers, { ...TROUBLED, sandbox: troubled, refuses: true }]
}

function repeatsAt(receivers: readonly Receiver[]): number {
  return receivers.reduce((sum, { sandbox, appId }) => sum + (sandbox.heap.counts(appId)?.repeated ?? 0), 0)
}

function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

function lastWords(role: string, output: string, say: (line: string) => void): void {
  say(`${role} said at last: ${output.slice(-LAST_WORDS_CHARS_MAX)}`)
}
