// npm run bench:capacity [-- --json]: the small cluster under four loads. Costs are worked out from three of them, and the fourth
// is predicted and measured: what is printed is how far the model is off. The costs of costs.ts come from --json.
import { parseArgs } from 'node:util'
import { findNats, NO_NATS } from '../../test/cluster/nats-binary.ts'
import { startCluster } from './cluster.ts'
import { type Fit, fitParts, predict } from './fit.ts'
import { type Measured, measureIdle, measureLoad } from './measure.ts'
import { PARTS, type Part } from './parts.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const LANES = 16
/** As fast as they are taken: what an event costs when there is as much to do as there is time. The last one is predicted from the others. */
const LOADS = [
  { events: 30_000, eventsPerRequest: 100 },
  { events: 4_000, eventsPerRequest: 1 },
  { events: 15_000, eventsPerRequest: 30 },
  { events: 8_000, eventsPerRequest: 10 },
] as const
const PREDICTED = LOADS[3]

const binary = findNats()
if (binary === undefined) throw new Error(`This ${NO_NATS}.`)
const cluster = await startCluster({ nats: binary, lanes: LANES })
try {
  const idle = await measureIdle(cluster)
  await measureLoad(cluster, { ...LOADS[0], first: 0 }, idle)
  const measured: Measured[] = []
  let first: number = LOADS[0].events
  for (const load of LOADS) {
    measured.push(await measureLoad(cluster, { ...load, first }, idle))
    first += load.events
  }
  const points = measured.map(({ cpu_us }, n) => ({
    cpu_us,
    eventsPerRequest: LOADS[n]?.eventsPerRequest ?? 1,
  }))
  const fit = fitParts(points.slice(0, -1), LANES)
  if (values.json) {
    const resident_mb = Object.fromEntries(PARTS.map((part) => [part, cluster.resident_mb(part)]))
    console.log(JSON.stringify({ idle, fit, measured, resident_mb }, undefined, 2))
  }
  print(fit, measured.at(-1) as Measured)
} finally {
  await cluster.stop()
}

function print(fit: Fit, measured: Measured): void {
  console.log(
    '| part | µs an event, predicted | measured | measured of predicted |\n| --- | ---: | ---: | ---: |',
  )
  const sum = (of: (part: Part) => number) => PARTS.reduce((all, part) => all + of(part), 0)
  const predicted = (part: Part) => predict(fit[part], PREDICTED.eventsPerRequest, LANES)
  const row = (name: string, expected: number, found: number) =>
    console.log(
      `| ${name} | ${expected.toFixed(0)} | ${found.toFixed(0)} | ${(found / expected).toFixed(2)} |`,
    )
  for (const part of PARTS) row(part, predicted(part), measured.cpu_us[part])
  row(
    'all',
    sum(predicted),
    sum((part) => measured.cpu_us[part]),
  )
}
