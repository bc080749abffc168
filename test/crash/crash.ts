// npm run crash -- --seeds 50 [--first 1] [--events 20000] [--at-once 3]
// Kills the real server with SIGKILL at random moments of a run, again and again, and then asks the sandbox: has every
// event that was answered 200 arrived, once, and in order for each person, and was no limit of Heap's passed? And do the
// ledger's counts say the same?
import { parseArgs } from 'node:util'
import { runSeed } from './run-seed.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    first: { type: 'string', default: '1' },
    events: { type: 'string', default: '20000' },
    // Most of a seed's time is waiting for Heap's minute to pass.
    'at-once': { type: 'string', default: '3' },
  },
})
const first = Number(values.first)
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => first + index)
let failed = 0
await Promise.all(Array.from({ length: Number(values['at-once']) }, runSome))
console.log(`${Number(values.seeds) - failed} of ${values.seeds} seeds ok`)
process.exitCode = failed === 0 ? 0 : 1

async function runSome(): Promise<void> {
  for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) await runOne(seed)
}

async function runOne(seed: number): Promise<void> {
  const { events, kills, resent, repeated, seconds, problems } = await runSeed(seed, Number(values.events))
  const verdict = problems.length === 0 ? 'ok' : 'FAILED'
  console.log(
    `seed ${seed}: ${verdict}; ${events} events, ${kills} kills, ${resent} requests sent again, ` +
      `${repeated} repeats that Heap left out, ${seconds.toFixed(1)} s`,
  )
  for (const problem of problems) console.log(`  ${problem}`)
  if (problems.length === 0) return
  failed += 1
  console.log(`  again: npm run crash -- --seeds 1 --first ${seed} --events ${values.events}`)
}
