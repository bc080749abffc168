import { ERRORS } from '../../core/errors.ts'
import { type Random, randomFrom } from '../crash/random.ts'
import type { Failure, FuzzRun } from './fuzz-run.ts'
import { readLog } from './http/accepted.ts'
import { type Drawn, drawIngest } from './http/ingest-requests.ts'
import { drawAdmin, drawNoise, drawPublic } from './http/other-requests.ts'
import { startVictim, type Victim } from './http/victim.ts'
import { type Heard, wire } from './http/wire.ts'

const CONNECTIONS = 24
const REPORT_EVERY = 50_000
/** So often the memory is looked at. */
const LOOK_EVERY = 2_000
/** How much more memory the last quarter of a run may take than the second: the first one warms up. */
const GROWTH_MAX = 1.25
const GROWTH_MIB_MAX = 40
/** Below this, the quarters say more of the machine than of the server. */
const GROWTH_COUNT_MIN = 100_000

/**
 * Hostile requests for the public and the admin port of the real server. It must not end, answer with a 5xx that is not
 * 503, leave a request without an answer, grow, or have in its log anything but what it said it took, and that valid.
 */
export async function fuzzHttp(run: FuzzRun): Promise<Failure | undefined> {
  const victim = await startVictim()
  try {
    return await fuzzVictim(run, victim)
  } finally {
    await victim.stop()
    victim.remove()
  }
}

async function fuzzVictim({ count, seed, report }: FuzzRun, victim: Victim): Promise<Failure | undefined> {
  const random = randomFrom(seed)
  const facts = { taken: 0, refused: 0, unready: 0, closed: 0, resident_mib: 0 }
  const resident: number[] = []
  let [begun, done, entries] = [0, 0, 0]
  let failure: Failure | undefined

  async function send(): Promise<void> {
    const wires = { public: wire(victim.port), admin: wire(victim.adminPort) }
    while (begun < count && failure === undefined) {
      const run = ++begun
      const { port, drawn } = draw(random)
      const heard = await ask(wires[port], drawn)
      const problem = victim.hasEnded() ? `the server ended: ${victim.output()}` : problemWith(heard, drawn)
      if (problem !== undefined)
        failure ??= { run, input: drawn.bytes.toString('latin1').slice(0, 5_000), problem }
      entries += port === 'public' ? entriesOf(heard, drawn) : 0
      facts[kindOf(heard)] += 1
      done += 1
      if (done % LOOK_EVERY === 0) resident.push(victim.resident_mib())
      facts.resident_mib = Math.round(resident.at(-1) ?? 0)
      if (done % REPORT_EVERY === 0 || done === count) report(done, facts)
    }
    for (const one of Object.values(wires)) one.close()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, send))
  if (failure !== undefined) return failure
  const problem = growthProblem(resident, report, count) ?? (await logProblem(victim, entries, report))
  return problem === undefined ? undefined : { run: count, input: 'all of them', problem }
}

function draw(random: Random): { readonly port: 'public' | 'admin'; readonly drawn: Drawn } {
  const dice = random.whole(0, 99)
  if (dice < 65) return { port: 'public', drawn: drawIngest(random) }
  if (dice < 72) return { port: 'public', drawn: drawPublic(random) }
  if (dice < 98) return { port: 'admin', drawn: drawAdmin(random) }
  return { port: dice === 98 ? 'public' : 'admin', drawn: drawNoise(random) }
}

/** A connection may have been closed after the answer before: then the request goes on another one. */
async function ask(on: ReturnType<typeof wire>, drawn: Drawn): Promise<Heard> {
  const heard = await on.ask(drawn.bytes, drawn)
  return heard === 'closed' && !drawn.isLast ? on.ask(drawn.bytes, drawn) : heard
}

function problemWith(heard: Heard, { isLast, isHead }: Drawn): string | undefined {
  if (heard === 'silence') return 'it was not answered'
  if (heard === 'closed') return isLast ? undefined : 'its connection was closed without an answer'
  const { status, body } = heard
  if (!(status >= 200 && status < 600)) return `it was answered by ${status}`
  if (status >= 500 && status !== 503) return `it was answered ${status}: ${body}`
  if (status < 400 || isHead || status === 503) return undefined
  const code = /"code":"(\w+)"/.exec(body)?.[1] ?? ''
  return Object.hasOwn(ERRORS, code) || body.includes('"results":')
    ? undefined
    : `it was answered ${status}: ${body}`
}

function kindOf(heard: Heard): 'taken' | 'refused' | 'unready' | 'closed' {
  if (typeof heard === 'string') return 'closed'
  if (heard.status === 503) return 'unready'
  return heard.status < 400 ? 'taken' : 'refused'
}

/** How many entries the server says it has written. */
function entriesOf(heard: Heard, { body }: Drawn): number {
  if (typeof heard === 'string' || body === undefined) return 0
  if (heard.status === 200) {
    if (!body.isBatch) return 1
    return (JSON.parse(body.text.replace(/^\ufeff/, '')) as { batch: unknown[] }).batch.length
  }
  if (!heard.body.includes('"results":')) return 0
  return ((JSON.parse(heard.body) as { results?: unknown[] }).results ?? []).length
}

/** The log has what the server said it took, and nothing else. */
async function logProblem(
  victim: Victim,
  said: number,
  report: FuzzRun['report'],
): Promise<string | undefined> {
  await victim.stop()
  const { entries, events, problem } = readLog(victim.logFile)
  report(0, { said, entries, events })
  if (problem !== undefined) return problem
  return entries === said ? undefined : `the log has ${entries} entries, and the server said ${said}`
}

function growthProblem(
  resident: readonly number[],
  report: FuzzRun['report'],
  count: number,
): string | undefined {
  const quarter = Math.floor(resident.length / 4)
  if (count < GROWTH_COUNT_MIN || quarter === 0) return undefined
  const [first, second, third, last] = [0, 1, 2, 3].map((at) =>
    Math.round(median(resident.slice(at * quarter, (at + 1) * quarter))),
  ) as [number, number, number, number]
  report(0, { first_mib: first, second_mib: second, third_mib: third, last_mib: last })
  const grew = last > second * GROWTH_MAX && last > second + GROWTH_MIB_MAX
  return grew ? `the server grew from ${second} to ${last} MiB` : undefined
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
