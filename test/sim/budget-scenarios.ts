import { heapBudget } from './heap-budget.ts'
import { heapCoalescing } from './heap-coalescing.ts'

const SCENARIOS = { 'heap-budget': heapBudget, 'heap-coalescing': heapCoalescing } as const

/** A long backlog against Heap's limits, without faults: hours of a receiver's limits in a minute. */
export async function runBudgetScenario(
  name: string,
  given: {
    readonly events?: string | undefined
    readonly people: string
    readonly seed?: string | undefined
  },
): Promise<void> {
  const scenario = SCENARIOS[name as keyof typeof SCENARIOS]
  if (scenario === undefined) {
    console.error(`There is no scenario ${name}; there are ${Object.keys(SCENARIOS).join(', ')}.`)
    process.exitCode = 1
    return
  }
  const started_ms = performance.now()
  const { problems, ...measured } = await scenario({
    events: Number(given.events ?? 1_000_000),
    people: Number(given.people),
    seed: Number(given.seed ?? 1),
  })
  for (const [what, value] of Object.entries(measured)) {
    console.log(`${what.padEnd(18)} ${Number.isInteger(value) ? value : value.toFixed(4)}`)
  }
  console.log(`${'seconds'.padEnd(18)} ${((performance.now() - started_ms) / 1_000).toFixed(1)}`)
  for (const problem of problems) console.log(`FAILED: ${problem}`)
  if (problems.length > 0) process.exitCode = 1
}
