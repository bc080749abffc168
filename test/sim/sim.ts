// npm run sim -- --scenario heap-budget|heap-coalescing [--events 1000000] [--people 50000] [--seed 1]
// The real readers and delivery on a virtual clock: hours of a receiver's limits in a minute.
import { parseArgs } from 'node:util'
import { heapBudget } from './heap-budget.ts'
import { heapCoalescing } from './heap-coalescing.ts'

const SCENARIOS = { 'heap-budget': heapBudget, 'heap-coalescing': heapCoalescing } as const

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'heap-budget' },
    events: { type: 'string', default: '1000000' },
    people: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
  },
})
const scenario = SCENARIOS[values.scenario as keyof typeof SCENARIOS]
if (scenario === undefined) {
  console.error(`There is no scenario ${values.scenario}; there are ${Object.keys(SCENARIOS).join(', ')}.`)
  process.exit(1)
}
const started_ms = performance.now()
const { problems, ...measured } = await scenario({
  events: Number(values.events),
  people: Number(values.people),
  seed: Number(values.seed),
})
for (const [name, value] of Object.entries(measured)) {
  console.log(`${name.padEnd(18)} ${Number.isInteger(value) ? value : value.toFixed(4)}`)
}
console.log(`${'seconds'.padEnd(18)} ${((performance.now() - started_ms) / 1_000).toFixed(1)}`)
for (const problem of problems) console.log(`FAILED: ${problem}`)
if (problems.length > 0) process.exitCode = 1
