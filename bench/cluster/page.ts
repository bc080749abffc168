import { PARTS, type Part } from '../capacity/parts.ts'
import { type CostOf, OURS, oursOf } from './cost.ts'
import type { InstancesFigures } from './instances.ts'

type Told = {
  readonly costs: readonly CostOf[]
  readonly many: InstancesFigures
  readonly events: number
  readonly eventsPerRequest: number
  readonly rounds: number
  readonly lanes: number
  readonly machine: string
  readonly note: string
}

const NAMES: Readonly<Record<Part, string>> = {
  ingest: 'ingest',
  delivery: 'delivery',
  indexer: 'indexer',
  admin: 'admin',
  nats: 'NATS, all three servers',
  postgres: 'PostgreSQL',
}

/** docs/benchmarks-cluster.md. */
export function clusterPage({ costs, many, rounds, machine, note, ...sizes }: Told): string {
  const row = (name: string, of: (one: CostOf) => number, digits = 0) =>
    `| ${[name, ...costs.map((one) => grouped(of(one), digits))].join(' | ')} |`
  const part = (one: Part) => row(NAMES[one], ({ parts_us }) => parts_us[one])
  const { share } = many
  const seconds = (ms: number) => (ms / 1_000).toFixed(1)
  return `# A cluster beside one process

Written by \`npm run bench:cluster -- --write\`. Machine: ${machine}.${note === '' ? '' : `\n${note}`}

## What an event costs

${grouped(sizes.events)} events a round, ${sizes.eventsPerRequest} a request, ${sizes.lanes} lanes, from HTTP until all of it was delivered to the sandbox,
counted and indexed; medians of ${rounds} rounds after one that warms up, one process and the cluster in turn. Processes of Millrace run on one core; the
servers, the load and the sandbox on the other. Processor time of all threads, also while there was nothing to do, µs an event.

| | ${costs.map(({ pairs }) => `${pairs} ingest, ${pairs} delivery`).join(' | ')} |
| --- | ${costs.map(() => '---:').join(' | ')} |
${row('one process with everything', ({ single_us }) => single_us)}
${OURS.map(part).join('\n')}
${row('**the cluster’s processes**', ({ parts_us }) => oursOf(parts_us))}
${row('… of one process', ({ parts_us, single_us }) => oursOf(parts_us) / single_us, 2)}
${part('nats')}
${part('postgres')}
${row('events a second', ({ perSecond }) => perSecond)}
${row('bytes out of the NATS servers for each that came in', ({ natsOutPerByte }) => natsOutPerByte, 1)}

## Many destinations and lanes

${many.instances} Heap destinations on ${many.lanes} lanes; two \`ingest\`, two \`delivery\`, an \`indexer\` and an \`admin\`, started one after the other within ${seconds(many.start_ms)} s. Nothing comes in.

| | cores while idle | MB, the largest process |
| --- | ---: | ---: |
${PARTS.map((one) => `| ${NAMES[one]} | ${many.idle[one].toFixed(3)} | ${grouped(many.resident_mb[one], 0)} |`).join('\n')}

One more \`delivery\` had its share of the lanes ${seconds(share.sinceReady_ms)} s after it was ready, ${seconds(share.sinceStart_ms)} s after it was started.
`
}

function grouped(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
