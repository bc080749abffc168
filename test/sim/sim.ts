// npm run sim [-- --seeds 20] [--from 1] [--hours 8] [--seconds 60]  many runs of the whole server with faults
// npm run sim -- --seed 7 [--without net1:heap,crash0.0]             one run, every line of its trace
// npm run sim -- --mutants                                           each known mistake must be found
// npm run sim -- --scenario heap-budget|heap-coalescing [--events 1000000] [--people 50000] [--seed 1]
// See docs/simulation.md.
import { parseArgs } from 'node:util'
import { runBudgetScenario } from './budget-scenarios.ts'
import { edited } from './edits.ts'
import { hunt } from './hunt.ts'
import { type Doubles, NO_DOUBLES } from './mutants/doubles.ts'
import { MUTANTS } from './mutants/mutants.ts'
import { runScenario } from './run-seed.ts'
import { drawScenario } from './scenario.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    seconds: { type: 'string' },
    hours: { type: 'string' },
    without: { type: 'string', default: '' },
    mutant: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    scenario: { type: 'string' },
    events: { type: 'string' },
    people: { type: 'string', default: '50000' },
  },
})
const MUTANT_SEEDS_MAX = 100

if (values.scenario !== undefined) await runBudgetScenario(values.scenario, values)
else if (values.mutants) await findMutants()
else if (values.seed !== undefined) await runOne(Number(values.seed))
else await runMany()

async function runOne(seed: number): Promise<void> {
  const scenario = edited(drawScenario(seed), values.without.split(',').filter(Boolean))
  const doubles = chosenDoubles()
  const { failures, hash, events, deaths } = await runScenario(scenario, {
    doubles: doubles(),
    print: console.log,
  })
  console.log(`seed ${seed}: ${events} events, ${deaths} crashes, trace ${hash}`)
  for (const failure of failures) console.log(`FAILED: ${failure}`)
  if (failures.length > 0) process.exitCode = 1
}

function chosenDoubles(): () => Doubles {
  if (values.mutant === undefined) return () => NO_DOUBLES
  const doubles = MUTANTS[values.mutant]
  if (doubles === undefined) {
    throw new Error(`There is no mutant "${values.mutant}"; there are ${Object.keys(MUTANTS).join('; ')}.`)
  }
  return doubles
}

async function runMany(): Promise<void> {
  const seconds = values.hours === undefined ? values.seconds : Number(values.hours) * 3_600
  const isTimed = seconds !== undefined
  const found = await hunt({
    from: Number(values.from),
    seeds_max: isTimed ? Number.MAX_SAFE_INTEGER : Number(values.seeds),
    seconds_max: isTimed ? Number(seconds) : Number.MAX_SAFE_INTEGER,
    doubles: chosenDoubles(),
    // In a night every failure is wanted; else the first is enough.
    failures_max: values.hours === undefined ? 1 : 20,
    print: console.log,
  })
  if (found.failed.length > 0) process.exitCode = 1
}

async function findMutants(): Promise<void> {
  for (const [name, doubles] of Object.entries(MUTANTS)) {
    const { failed, seeds } = await hunt({
      from: Number(values.from),
      seeds_max: MUTANT_SEEDS_MAX,
      seconds_max: Number.MAX_SAFE_INTEGER,
      doubles,
      failures_max: 1,
    })
    const [first] = failed
    if (first === undefined) process.exitCode = 1
    console.log(
      first === undefined
        ? `NOT FOUND in ${seeds} seeds: ${name}`
        : `found after ${seeds} seeds: ${name}\n    ${first.result.failures[0]}`,
    )
  }
}
