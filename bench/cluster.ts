// npm run bench:cluster [-- --quick] [--first]: what an event costs each role of a cluster, beside one process in the same run.
import { parseArgs } from 'node:util'
import { findNats, NO_NATS } from '../test/cluster/nats-binary.ts'
import { measureCosts } from './cluster/cost.ts'
import { measureInstances } from './cluster/instances.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    first: { type: 'boolean', default: false },
    lanes: { type: 'string', default: '16' },
    request: { type: 'string', default: '100' },
    profile: { type: 'string' },
    instances: { type: 'string' },
    pairs: { type: 'string', default: '1,2' },
    node: { type: 'string' },
    events: { type: 'string' },
    rounds: { type: 'string' },
  },
})
const nats = findNats()
if (nats === undefined) throw new Error(`This ${NO_NATS}.`)
if (values.instances !== undefined) {
  const sizes = { instances: Number(values.instances), lanes: Number(values.lanes) }
  console.log(JSON.stringify(await measureInstances(nats, sizes), undefined, 1))
  process.exit()
}
const { profile } = values
const found = await measureCosts(
  {
    nats,
    lanes: Number(values.lanes),
    eventsPerRequest: Number(values.request),
    ...(values.quick ? { events: 40_000, rounds: 2 } : { events: 50_000, rounds: 5 }),
    isFirst: values.first,
    pairs: values.pairs.split(',').map(Number),
    ...(values.events !== undefined && { events: Number(values.events) }),
    ...(values.rounds !== undefined && { rounds: Number(values.rounds) }),
    ...(values.node !== undefined && { nodeFlags: () => String(values.node).split(' ') }),
    ...(profile !== undefined && {
      nodeFlags: (role) => ['--cpu-prof', `--cpu-prof-dir=${profile}/${role}`, '--cpu-prof-interval=500'],
    }),
  },
  (line) => console.log(line),
)
console.log(JSON.stringify(found, undefined, 1))
