// npm run bench:isolation [-- --rounds 5] [--seconds 40] [--sick dead,slow,endless] [--write]: how long an event takes from its answer 200 to the
// healthy destination, when that is alone, and with sick destinations beside it that get the same events. In turn, on a
// fresh server each time; medians. Fails when the 99th percentile changes by a tenth or more.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { median, pinSelf } from '../harness.ts'
import { isolationPage } from './page.ts'
import { type Arm, measureArm, type Round } from './round.ts'

const CHANGE_MAX = 0.1

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    // Longer than a receiver that never answers is waited for.
    seconds: { type: 'string', default: '40' },
    sick: { type: 'string', default: 'dead,slow,endless' },
    // What else is to be known of a run, such as what the machine did besides.
    note: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
})
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)]
const sick = values.sick.split(',')

pinSelf(1)
const results: Record<Arm, Round[]> = { alone: [], beside: [] }
for (let round = 1; round <= rounds; round++) {
  // Each comes first in every other round.
  for (const arm of round % 2 === 1 ? (['alone', 'beside'] as const) : (['beside', 'alone'] as const)) {
    const result = await measureArm(arm === 'alone' ? [] : sick, seconds)
    results[arm].push(result)
    console.log(line(`round ${round}, ${arm}`, result))
  }
}
const alone = middle(results.alone)
const beside = middle(results.beside)
console.log(line('alone, median', alone))
console.log(line('beside the sick, median', beside))
const change = beside.p99_ms / alone.p99_ms - 1
console.log(
  `p99 changes by ${(change * 100).toFixed(1)} %, p50 by ${((beside.p50_ms / alone.p50_ms - 1) * 100).toFixed(1)} %`,
)
if (values.write) {
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; Node ${process.version}; ${process.platform}`
  const page = new URL('../../docs/benchmarks-isolation.md', import.meta.url)
  writeFileSync(page, isolationPage({ alone, beside, results, rounds, seconds, machine, note: values.note }))
}
if (change >= CHANGE_MAX) console.error(`That is ${CHANGE_MAX * 100} % or more.`)
process.exitCode = change >= CHANGE_MAX ? 1 : 0

function middle(all: readonly Round[]): Round {
  const of = (name: keyof Round) => median(all.map((one) => one[name]))
  return {
    events: of('events'),
    p50_ms: of('p50_ms'),
    p99_ms: of('p99_ms'),
    rss_mb: of('rss_mb'),
    cpu_share: of('cpu_share'),
  }
}

function line(what: string, { events, p50_ms, p99_ms, rss_mb, cpu_share }: Round): string {
  const cpu = `${(cpu_share * 100).toFixed(0)} % of a core`
  return `${what.padEnd(26)} p50 ${p50_ms.toFixed(1)} ms, p99 ${p99_ms.toFixed(1)} ms, ${events} events, ${cpu}, ${rss_mb} MB`
}
