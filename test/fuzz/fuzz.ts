// npm run fuzz -- --target trigger [--count 1000000] [--seed 1]
// Throws random and mutated inputs at a language, or hostile requests at a server (`http`): each must be refused with a
// reason or do what the documents promise.
// The first that does neither is printed as JSON, and the exit code is 1.
import { parseArgs } from 'node:util'
import type { Fuzz, SlowFuzz } from './fuzz-run.ts'

/** Each stands in a file of its name and exports this function. */
const TARGETS: Readonly<Record<string, string>> = {
  trigger: 'fuzzTrigger',
  mapping: 'fuzzMapping',
  http: 'fuzzHttp',
}

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: '' },
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
  },
})
const { target } = values
const [count, seed] = [Number(values.count), Number(values.seed)]
const name = Object.hasOwn(TARGETS, target) ? TARGETS[target] : undefined
if (name === undefined || !Number.isSafeInteger(count) || !Number.isSafeInteger(seed)) {
  console.error(`npm run fuzz -- --target ${Object.keys(TARGETS).join('|')} [--count 1000000] [--seed 1]`)
  process.exit(2)
}

const fuzz = ((await import(`./${target}.ts`)) as Readonly<Record<string, Fuzz | SlowFuzz>>)[name] as
  | Fuzz
  | SlowFuzz
const began_ms = performance.now()
const seconds = () => ((performance.now() - began_ms) / 1_000).toFixed(1)
console.log(`${target}: ${count} inputs from seed ${seed}`)

const failure = await fuzz({
  count,
  seed,
  report(done, facts) {
    const said = Object.entries(facts).map(([fact, number]) => `, ${fact} ${number}`)
    console.log(`${done} done in ${seconds()} s${said.join('')}`)
  },
})
if (failure === undefined) console.log(`${target}: seed ${seed} ok, ${count} inputs in ${seconds()} s`)
else {
  console.log(
    `${target}: seed ${seed} FAILED at input ${failure.run} after ${seconds()} s: ${failure.problem}`,
  )
  console.log(JSON.stringify(failure.input))
  console.log(`again: npm run fuzz -- --target ${target} --seed ${seed} --count ${failure.run}`)
  process.exitCode = 1
}
