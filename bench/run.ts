// npm run bench [-- --quick] [--json] [--write]: every figure of docs/benchmarks.md. --quick is what CI runs, for the
// floors; --write puts the figures into docs/benchmarks.md.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { eventIndexBench } from './event-index.ts'
import { pinSelf, type Result } from './harness.ts'
import { ingestBench } from './ingest.ts'
import { languagesBench } from './languages.ts'
import { benchmarksPage } from './page.ts'
import { pathBench } from './path.ts'
import { transformBench } from './transform.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const sizes = values.quick ? { events: 20_000, rounds: 3 } : { events: 100_000, rounds: 5 }

pinSelf(1)
const results: Result[] = []
for (const bench of [languagesBench, transformBench, eventIndexBench, ingestBench, pathBench]) {
  for (const result of await bench(sizes)) {
    results.push(result)
    console.log(values.json ? JSON.stringify(result) : line(result))
  }
}
if (values.write) {
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; Node ${process.version}; ${process.platform}`
  const page = new URL('../docs/benchmarks.md', import.meta.url)
  writeFileSync(page, benchmarksPage(results, machine, sizes))
}
const below = results.filter(({ ratio }) => ratio !== undefined && ratio.value < ratio.floor)
for (const { name, ratio } of below)
  console.error(`${name}: below its floor of ${ratio?.floor} to ${ratio?.to}`)
process.exitCode = below.length === 0 ? 0 : 1

function line({ name, perSecond, cpu_us, rss_mb, p99_ms, note, ratio }: Result): string {
  const facts = [
    `${Math.round(perSecond).toLocaleString('en-US')} events/s`,
    ...(cpu_us === undefined ? [] : [`${cpu_us.toFixed(1)} µs CPU an event`]),
    ...(p99_ms === undefined ? [] : [`p99 ${p99_ms.toFixed(1)} ms`]),
    ...(rss_mb === undefined ? [] : [`${rss_mb} MB resident`]),
    ...(note === undefined ? [] : [note]),
    ...(ratio === undefined ? [] : [`${ratio.value.toFixed(2)} of ${ratio.to}`]),
  ]
  return `${name.padEnd(54)} ${facts.join(', ')}`
}
