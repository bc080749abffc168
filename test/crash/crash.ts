// npm run crash -- --seeds 50 [--first 1] [--events 20000]
// Kills the real server with SIGKILL at random moments of a run, again and again, and then asks the sandbox: has every
// event that was answered 200 arrived, once, and in order for each person? And do the ledger's counts say the same?
import { parseArgs } from 'node:util'
import { runSeed } from './run-seed.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    first: { type: 'string', default: '1' },
    events: { type: 'string', default: '20000' },
  },
})
const first = Number(values.first)
let failed = 0
for (let seed = first; seed < first + Number(values.seeds); seed++) {
  const result = await runSeed(seed, Number(values.events))
  const { kills, resent, repeated, seconds, problems } = result
  const verdict = problems.length === 0 ? 'ok' : 'FAILED'
  console.log(
    `seed ${seed}: ${verdict}; ${result.events} events, ${kills} kills, ${resent} requests sent again, ` +
      `${repeated} repeats that Heap left out, ${seconds.toFixed(1)} s`,
  )
  for (const problem of problems) console.log(`  ${problem}`)
  if (problems.length > 0) {
    failed += 1
    console.log(`  again: npm run crash -- --seeds 1 --first ${seed} --events ${values.events}`)
  }
}
console.log(`${Number(values.seeds) - failed} of ${values.seeds} seeds ok`)
process.exitCode = failed === 0 ? 0 : 1
