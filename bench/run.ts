// npm run bench [-- --only latency,growth] [--quick] [--json] [--write] [--minutes 10] [--events-in-log 10000000,50000000]
// [--note TEXT]: the figures of docs/benchmarks.md. --quick is what CI runs, for the floors; --write puts the figures into
// docs/benchmarks.md, beside those of parts that were not run now.
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { destinationsBench, sourcesBench } from './breadth.ts'
import { coresBench } from './cores.ts'
import { eventIndexBench } from './event-index.ts'
import { growthBench } from './growth.ts'
import { isBelowFloor, isMet, pinSelf, type Result, type Sizes, targetsOf } from './harness.ts'
import { ingestBench } from './ingest.ts'
import { languagesBench } from './languages.ts'
import { latencyBench } from './latency.ts'
import { numberText } from './page.ts'
import { pathBench } from './path.ts'
import { smallBench } from './small.ts'
import { sustainedBench } from './sustained.ts'
import { transformBench } from './transform.ts'
import { writeFigures } from './write-figures.ts'

const PARTS: Readonly<Record<string, (sizes: Sizes) => readonly Result[] | Promise<readonly Result[]>>> = {
  languages: languagesBench,
  transform: transformBench,
  index: eventIndexBench,
  ingest: ingestBench,
  path: pathBench,
  latency: latencyBench,
  destinations: destinationsBench,
  sources: sourcesBench,
  cores: coresBench,
  small: smallBench,
  growth: growthBench,
  sustained: sustainedBench,
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(PARTS).join(',') },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    rounds: { type: 'string' },
    'events-in-log': { type: 'string' },
    // What else is to be known of a run, such as what the machine did besides.
    note: { type: 'string', default: '' },
  },
})
const isQuick = values.quick
const usual = isQuick
  ? { events: 20_000, rounds: 2, minutes: 0.05, logs: '200000' }
  : { events: 100_000, rounds: 5, minutes: 10, logs: '10000000,50000000' }
const sizes: Sizes = {
  isQuick,
  events: usual.events,
  rounds: Number(values.rounds ?? usual.rounds),
  minutes: Number(values.minutes ?? usual.minutes),
  logSizes: (values['events-in-log'] ?? usual.logs).split(',').map(Number),
}
const only = values.only.split(',')
const unknown = only.filter((name) => !Object.hasOwn(PARTS, name))
if (unknown.length > 0)
  throw new Error(`no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`)

pinSelf(1)
const measured: Record<string, readonly Result[]> = {}
for (const name of only) {
  const start_ms = performance.now()
  const results = (await PARTS[name]?.(sizes)) ?? []
  measured[name] = results
  for (const result of results)
    console.log(values.json ? JSON.stringify({ part: name, ...result }) : line(result))
  console.error(`${name}: ${((performance.now() - start_ms) / 1_000).toFixed(0)} s`)
}
const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; Node ${process.version}; ${process.platform}`
if (values.write) writeFigures(measured, { machine, rounds: sizes.rounds, note: values.note })
const targets = Object.values(measured).flat().flatMap(targetsOf)
if (!values.json) {
  for (const target of targets.filter(({ goal }) => !Number.isNaN(goal))) {
    const { what, value, unit, bound, goal } = target
    console.log(
      `${isMet(target) ? 'met    ' : 'NOT MET'} ${what}: ${numberText(value)} ${unit}, ${bound} ${goal}`,
    )
  }
}
const below = targets.filter(isBelowFloor)
for (const { what, value, unit, floor } of below) {
  console.error(`${what}: ${numberText(value)} ${unit} is beyond its floor of ${floor}`)
}
process.exitCode = below.length === 0 ? 0 : 1

function line({ name, perSecond, spread, cpu_us, rss_mb, p50_ms, p99_ms, note, ratio }: Result): string {
  const whole = (value: number) => Math.round(value).toLocaleString('en-US')
  const facts = [
    ...(perSecond === undefined ? [] : [`${whole(perSecond)} events/s`]),
    ...(spread === undefined ? [] : [`(${whole(spread[0])} to ${whole(spread[1])})`]),
    ...(cpu_us === undefined ? [] : [`${cpu_us.toFixed(1)} µs CPU an event`]),
    ...(p50_ms === undefined ? [] : [`p50 ${p50_ms.toFixed(1)} ms`]),
    ...(p99_ms === undefined ? [] : [`p99 ${p99_ms.toFixed(1)} ms`]),
    ...(rss_mb === undefined ? [] : [`${rss_mb} MB resident`]),
    ...(note === undefined ? [] : [note]),
    ...(ratio === undefined ? [] : [`${ratio.value.toFixed(2)} of ${ratio.to}`]),
  ]
  return `${name.padEnd(54)} ${facts.join(', ')}`
}
