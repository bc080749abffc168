import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Sandbox, startSandbox } from '../../sandbox/server.ts'
import { allDelivered, breaches, missingOrRepeated, outOfOrder } from '../../verify/checks.ts'
import { type Clients, type Crowd, startClients } from '../../verify/clients.ts'
import { sumsOf, sumsWithin, unbalanced, wrongSums } from '../../verify/equation.ts'
import { type Random, randomFrom } from '../../verify/random.ts'
import { type ServerProcess, startServerProcess } from '../../verify/server-process.ts'
import { listedElsewhere } from './listed-elsewhere.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')
const COUNTED_WITHIN_MS = 5_000

const KILLS_MAX = 5
const [APP, STRICT_APP] = ['11', '12']
const MANY: Crowd = { writeKey: 'crash-many', clients: 8, peoplePerClient: 25, hotShare: 0 }
const MANY_WITHIN_MS = 60_000
/**
 * Few people, one of whom is over Heap's limit of 1,000 events a minute for a person: most of a minute passes before the
 * rest may go, and each crash costs what was open then.
 */
const FEW: Crowd = { writeKey: 'crash-few', clients: 1, peoplePerClient: 10, hotShare: 0.6 }
const FEW_EVENTS = 2_200
const FEW_WITHIN_MS = 300_000
/** Some of the crashes come while people are parked. */
const LATE_KILLS = 2
const LATE_KILL_WITHIN_MS = 40_000

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
  const free = await startSandbox({ limits: 'off' })
  const strict = await startSandbox({ limits: 'refuse' })
  writeFileSync(join(folder, 'millrace.yaml'), configuration(free.url, strict.url))
  const victim = await startServerProcess({ main: MAIN, folder })
  try {
    const many = startClients(victim.url, events, MANY, random)
    const few = startClients(victim.url, FEW_EVENTS, FEW, random)
    const kills = random.whole(1, KILLS_MAX)
    const moments = Array.from({ length: kills }, () => random.whole(0, events)).sort((a, b) => a - b)
    for (const moment of moments) {
      while (many.acknowledged.length < moment) await wait(1)
      await wait(random.whole(0, 30))
      await victim.killAndRestart()
    }
    await Promise.all([many.done, few.done])
    const problems = [
      ...(await wrongAtMany(free, victim, many, events)),
      ...(await wrongAtFew(strict, victim, few, random)),
    ]
    await victim.stop()
    const repeated = [free.heap.counts(APP), strict.heap.counts(STRICT_APP)]
    return {
      events: events + FEW_EVENTS,
      kills: kills + LATE_KILLS,
      resent: many.resent() + few.resent(),
      repeated: repeated.reduce((sum, counts) => sum + (counts?.repeated ?? 0), 0),
      seconds: (Date.now() - started_ms) / 1_000,
      problems: problems.length === 0 ? [] : [...problems, victim.output().slice(-2_000)],
    }
  } finally {
    await victim.stop()
    await Promise.all([free.close(), strict.close()])
    rmSync(folder, { recursive: true, force: true })
  }
}

async function wrongAtMany(
  { heap }: Sandbox,
  victim: ServerProcess,
  { acknowledged }: Clients,
  events: number,
) {
  const arrived = await allDelivered(heap, APP, events, MANY_WITHIN_MS)
  return [
    ...missingOrRepeated(arrived, acknowledged),
    ...outOfOrder(arrived),
    ...(await miscounted(victim, { source: 'many', destination: 'heap', events })),
  ]
}

/** People are parked now: crashes must forget neither them nor what was used of Heap's limits. */
async function wrongAtFew(
  { heap }: Sandbox,
  victim: ServerProcess,
  { acknowledged }: Clients,
  random: Random,
) {
  const isOver = (heap.counts(STRICT_APP)?.accepted ?? 0) >= FEW_EVENTS
  for (let kill = 0; kill < LATE_KILLS; kill++) {
    await wait(random.whole(0, LATE_KILL_WITHIN_MS))
    await victim.killAndRestart()
  }
  const arrived = await allDelivered(heap, STRICT_APP, FEW_EVENTS, FEW_WITHIN_MS)
  return [
    ...(isOver ? ['nobody was over the limit for a person, so nothing was parked'] : []),
    ...missingOrRepeated(arrived, acknowledged),
    ...outOfOrder(arrived),
    ...breaches(heap, STRICT_APP),
    ...(await miscounted(victim, { source: 'few', destination: 'strict', events: FEW_EVENTS })),
  ]
}

/** The ledger must say the same, to the event. */
async function miscounted(
  { adminUrl }: ServerProcess,
  { source, destination, events }: { source: string; destination: string; events: number },
): Promise<string[]> {
  const look = async () => ({
    ...(await sumsOf(adminUrl, source, destination)),
    listed: await listedElsewhere(adminUrl, { source, destination }),
  })
  const { listed, ...sums } = await sumsWithin(
    COUNTED_WITHIN_MS,
    look,
    ({ accepted, delivered, parked, listed }) =>
      [accepted, delivered, ...Object.values(listed)].every((count) => count === events) && parked === 0,
  )
  const all = { accepted: events, read: events, matched: events, deliveries: events, delivered: events }
  const none = { dead: 0, parked: 0, forgotten: 0 }
  return [
    ...unbalanced(destination, sums),
    ...wrongSums(destination, sums, { ...all, ...none }),
    ...Object.entries(listed).flatMap(([name, count]) =>
      count === events ? [] : [`${destination}: ${name} is ${count}, of ${events} events`],
    ),
  ]
}

/** The first Heap takes more than Heap would, so that the crashes come while much is on its way. */
function configuration(freeUrl: string, strictUrl: string): string {
  return `
sources:
  - { id: many, name: Many, kind: http, writeKey: ${MANY.writeKey} }
  - { id: few, name: Few, kind: http, writeKey: ${FEW.writeKey} }
destinations:
  - id: heap
    kind: heap
    name: Heap
    sources: [many]
    settings:
      appId: "${APP}"
      apiUrl: "${freeUrl}"
      eventsPerMinute: 100000000
      eventsPerMinutePerPerson: 100000000
  - id: strict
    kind: heap
    name: Heap with its limits
    sources: [few]
    settings: { appId: "${STRICT_APP}", apiUrl: "${strictUrl}" }
`
}
