// npm run bench:cluster [-- --rounds 5] [--events 50000] [--instances 100] [--first] [--note TEXT] [--write]: what an event costs each role of a
// cluster, beside one process in the same run; then what many destinations on 64 lanes cost, and how soon a new process has its share.
// --first: before all else on the machine, as far as it lets this be said. --write puts the figures into docs/benchmarks-cluster.md. --only says
// which half.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findNats, NO_NATS } from '../test/cluster/nats-binary.ts'
import { type CostOf, measureCosts, oursOf } from './cluster/cost.ts'
import { type InstancesFigures, measureInstances } from './cluster/instances.ts'
import { clusterPage } from './cluster/page.ts'

const PAGE = join(import.meta.dirname, '../docs/benchmarks-cluster.md')
/** What an event may cost the cluster's processes, of what it costs one that does everything. */
const RATIO_MAX = 1.6
const SHARE_MS_MAX = 10_000
const MANY_LANES = 64

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '50000' },
    request: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    lanes: { type: 'string', default: '8' },
    pairs: { type: 'string', default: '1,2' },
    instances: { type: 'string', default: '100' },
    only: { type: 'string', default: '' },
    first: { type: 'boolean', default: false },
    note: { type: 'string', default: '' },
    /** A folder for profiles of the processes. */
    profile: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const nats = findNats()
if (nats === undefined) throw new Error(`This ${NO_NATS}.`)
const sizes = {
  events: Number(values.events),
  eventsPerRequest: Number(values.request),
  rounds: Number(values.rounds),
  lanes: Number(values.lanes),
}
const { profile } = values

const costs: readonly CostOf[] =
  values.only === 'instances'
    ? []
    : await measureCosts(
        {
          ...{ nats, ...sizes, isFirst: values.first, pairs: values.pairs.split(',').map(Number) },
          ...(profile !== undefined && {
            nodeFlags: (role) => ['--cpu-prof', `--cpu-prof-dir=${join(profile, role)}`],
          }),
        },
        (line) => console.log(line),
      )
const many: InstancesFigures | undefined =
  values.only === 'costs'
    ? undefined
    : await measureInstances(nats, { instances: Number(values.instances), lanes: MANY_LANES })
console.log(JSON.stringify({ costs, many }, undefined, 1))

if (values.write && many !== undefined && costs.length > 0) {
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; Node ${process.version}; NATS ${nats.version}`
  writeFileSync(PAGE, clusterPage({ costs, many, ...sizes, machine, note: values.note }))
}
const isDear = costs.some(({ parts_us, single_us }) => oursOf(parts_us) > RATIO_MAX * single_us)
if (isDear) console.error(`an event costs the cluster more than ${RATIO_MAX} of what it costs one process`)
const isSlow = many !== undefined && many.share.sinceReady_ms > SHARE_MS_MAX
if (isSlow) console.error('a new process had no share of the lanes within 10 s')
process.exitCode = isDear || isSlow ? 1 : 0
