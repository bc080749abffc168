import type { Costs } from './costs.ts'
import { ceilings, type Plan, planFor, type Workload } from './model.ts'
import type { Part } from './parts.ts'

/** What the tables are worked out for. */
export const RATES = [1_000, 10_000, 100_000, 1_000_000] as const
export const WORKLOAD: Omit<Workload, 'events_perSecond'> = {
  event_bytes: 1_200,
  eventsPerRequest: 100,
  destinations: 1,
  retention_days: 3,
  history_days: 1,
}

/** The tables of docs/scaling.md, between their markers; the rest of the page stays. */
export function withTables(page: string, costs: Costs): string {
  const made: Readonly<Record<string, string>> = { sizes: sizesTable(costs), ceilings: ceilingsTable(costs) }
  return page.replace(
    /(<!-- capacity (\w+) -->\n)[\s\S]*?(<!-- \/capacity -->)/g,
    (_all, begin: string, name: string, end: string) => `${begin}${made[name]}\n${end}`,
  )
}

function sizesTable(costs: Costs): string {
  const plans = RATES.map((events_perSecond) => planFor({ ...WORKLOAD, events_perSecond }, costs))
  const row = (name: string, of: (plan: Plan) => string) => [name, ...plans.map(of)]
  const part = (name: string, which: Part) =>
    row(name, ({ parts }) => `${cores(parts[which].cores)} in ${parts[which].processes}`)
  const rows = [
    part('`ingest`: cores, in processes', 'ingest'),
    part('`delivery`', 'delivery'),
    part('`indexer`', 'indexer'),
    part('`admin`', 'admin'),
    part('NATS, all three servers', 'nats'),
    part('PostgreSQL', 'postgres'),
    row('memory of an `ingest`', ({ parts }) => size(parts.ingest.memory_bytes)),
    row('lanes', ({ lanes }) => String(lanes)),
    row(`log of ${WORKLOAD.retention_days} days, on each NATS server`, ({ log_bytes }) => size(log_bytes)),
    row(`PostgreSQL’s disk, ${WORKLOAD.history_days} day of history`, ({ ledger_bytes }) =>
      size(ledger_bytes),
    ),
    row('out of the NATS servers', ({ natsOut_perSecond }) => `${size(natsOut_perSecond)}/s`),
    row('connections to PostgreSQL', ({ postgresConnections }) => number(postgresConnections)),
    row('Heap environments at 15,000 events a minute', ({ heapEnvironments }) => number(heapEnvironments)),
  ]
  return table(['events a second', ...RATES.map(number)], rows)
}

function ceilingsTable(costs: Costs): string {
  const rows = ceilings(WORKLOAD, costs).map(({ what, events_perSecond, remedy }) => [
    number(twoDigits(events_perSecond)),
    what,
    remedy,
  ])
  return table(['events/s', 'what breaks', 'what to do'], rows)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const number = (value: number) => value.toLocaleString('en-US')
const cores = (value: number) =>
  value < 0.1 ? '< 0.1' : value < 10 ? value.toFixed(1) : number(Math.round(value))

/** More would say that it is known so well. */
function twoDigits(value: number): number {
  if (value < 10) return Number(value.toFixed(1))
  const step = 10 ** (Math.floor(Math.log10(value)) - 1)
  return Math.round(value / step) * step
}

function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB']
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${twoDigits(bytes / 1_000 ** step)} ${units[step]}`
}
