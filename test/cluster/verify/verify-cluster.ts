// npm run verify:cluster -- [--rounds 20] [--events 50000] [--rate 1000] [--seed N] [--only TEXT] [--standstill 10]: the long form
// of oracle.test.ts.
import { parseArgs } from 'node:util'
import { findNats, NO_NATS } from '../nats-binary.ts'
import { POSTGRES_MISSING } from '../postgres.ts'
import { EVERY_FAULT } from './faults.ts'
import { clusterOracle } from './oracle.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    events: { type: 'string', default: '50000' },
    rate: { type: 'string', default: '1000' },
    seed: { type: 'string', default: `${Math.floor(Math.random() * 1_000_000)}` },
    /** Only the faults whose name holds this. */
    only: { type: 'string', default: '' },
    /** So many seconds delivery may stand still after a fault. Where much else runs on the machine, everything takes longer. */
    standstill: { type: 'string', default: '10' },
  },
})
const nats = findNats()
if (nats === undefined || POSTGRES_MISSING !== false) {
  console.error(nats === undefined ? NO_NATS : POSTGRES_MISSING)
  process.exit(1)
}
const say = (line: string) => console.log(line)
const [rounds, events, seed] = [Number(values.rounds), Number(values.events), Number(values.seed)]
const faults = EVERY_FAULT.filter(({ what }) => what.includes(values.only))
say(`${rounds} rounds of ${events} events and ${faults.length} faults. Seed ${seed}.`)
const problems = await clusterOracle({
  ...{ nats, rounds, events, seed, faults, say, standstill_ms_max: Number(values.standstill) * 1_000 },
  ...{
    eventsPerSecond: Number(values.rate),
    isTroubled: true,
    tellFault: (what) => say(`  ${new Date().toISOString().slice(11, 19)} ${what}`),
  },
})
for (const problem of problems) say(`WRONG: ${problem}`)
say(problems.length === 0 ? 'All is accounted for.' : `${problems.length} problems.`)
process.exitCode = problems.length === 0 ? 0 : 1
