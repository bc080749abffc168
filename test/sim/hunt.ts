import type { Doubles } from './mutants/doubles.ts'
import { type RunResult, runScenario } from './run-seed.ts'
import { drawScenario } from './scenario.ts'
import { shrink } from './shrink.ts'

export type HuntOptions = {
  readonly from: number
  readonly seeds_max: number
  readonly seconds_max: number
  readonly failures_max: number
  readonly doubles: () => Doubles
  /** Told of failures and at the end; a failure is then shrunk first. */
  readonly print?: (line: string) => void
}
export type Hunted = {
  readonly seeds: number
  readonly failed: readonly { readonly seed: number; readonly result: RunResult }[]
}

/** Runs seed after seed until there are enough of them, or enough failures, or time is up. */
export async function hunt(options: HuntOptions): Promise<Hunted> {
  const { from, seeds_max, seconds_max, failures_max, doubles, print } = options
  const started_ms = performance.now()
  const seconds = () => (performance.now() - started_ms) / 1_000
  const failed: { seed: number; result: RunResult }[] = []
  let [seeds, events, deaths, virtual_ms] = [0, 0, 0, 0]
  while (seeds < seeds_max && seconds() < seconds_max && failed.length < failures_max) {
    const seed = from + seeds
    const result = await runScenario(drawScenario(seed), { doubles: doubles() })
    seeds += 1
    events += result.events
    deaths += result.deaths
    virtual_ms += result.virtual_ms
    if (seeds % TELL_EVERY === 0)
      print?.(`${seeds} seeds, ${failed.length} failed, ${seconds().toFixed(0)} s`)
    if (result.failures.length === 0) continue
    failed.push({ seed, result })
    if (print !== undefined) await tell(seed, result, options)
  }
  print?.(
    `${seeds} seeds from ${from}: ${failed.length} failed. ${events} events, ${deaths} crashes and ` +
      `${(virtual_ms / 3_600_000).toFixed(1)} simulated hours in ${seconds().toFixed(0)} s ` +
      `(${(seeds / seconds()).toFixed(1)} seeds/s).`,
  )
  return { seeds, failed }
}

async function tell(seed: number, result: RunResult, { doubles, print = () => {} }: HuntOptions) {
  print(`seed ${seed} FAILED: ${result.failures[0]}`)
  const shrunk = await shrink(drawScenario(seed), result, { doubles })
  print(
    `After ${shrunk.runs} runs to make it smaller: ${shrunk.result.failures[0]}. The last lines of its trace:`,
  )
  for (const line of shrunk.result.trace.slice(-TRACE_LINES)) print(`  ${line.slice(0, LINE_CHARS)}`)
  const without = shrunk.edits.length === 0 ? '' : ` --without ${shrunk.edits.join(',')}`
  print(`Run it again: npm run sim -- --seed ${seed}${without}`)
}
/** Seeds. */
const TELL_EVERY = 100
const TRACE_LINES = 30
const LINE_CHARS = 220
