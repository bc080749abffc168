import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { OPTIONS } from '../../server/config.ts'
import { COSTS, type Costs } from './costs.ts'
import { chunksPerEvent, fitParts, predict } from './fit.ts'
import { ceilings, planFor, type Workload } from './model.ts'
import { PARTS } from './parts.ts'
import { WORKLOAD, withTables } from './tables.ts'

/** Costs that can be worked out in one's head. */
const cpu = { event_us: 100, chunk_us: 0, request_us: 0, idle_cores: 0 }
const SIMPLE: Costs = {
  cpu: { ingest: cpu, delivery: cpu, indexer: cpu, admin: cpu, nats: cpu, postgres: cpu },
  memory_bytes: { ingest: 1e8, delivery: 1e8, indexer: 1e8, admin: 1e8, nats: 1e8, postgres: 1e8 },
  ...{ id_bytes: 10, ids_max: 1e6, logBytesPerByte: 1, natsOutPerByte: 5, ledgerBytesPerByte: 0.5 },
  ...{ postgresConnections: 12, heapEvents_perSecond: 250 },
  single: { ingestEvent_us: 40, ingestRequest_us: 1_000, deliveryEvent_us: 50 },
}
const LOAD: Workload = {
  ...{ events_perSecond: 10_000, event_bytes: 1_000, eventsPerRequest: 100 },
  ...{ destinations: 1, retention_days: 1, history_days: 1 },
}
const plan = (load: Partial<Workload> = {}, costs: Partial<Costs> = {}) =>
  planFor({ ...LOAD, ...load }, { ...SIMPLE, ...costs })

const rows: readonly [what: string, is: number, expected: number][] = [
  ['an event of 100 µs, 10,000 a second: a core', plan().parts.ingest.cores, 1],
  ['that takes events at half of its time: two processes', plan().parts.ingest.processes, 2],
  ['ten times as many: twenty', plan({ events_perSecond: 100_000 }).parts.ingest.processes, 20],
  [
    'that deliver are busy for 0.7 of theirs',
    plan({ events_perSecond: 70_000 }).parts.delivery.processes,
    10,
  ],
  ['two destinations: twice the work to deliver', plan({ destinations: 2 }).parts.delivery.cores, 2],
  ['and the same to take', plan({ destinations: 2 }).parts.ingest.cores, 1],
  ['few events: two of each that people wait for', plan({ events_perSecond: 1 }).parts.delivery.processes, 2],
  ['three NATS servers, however many events', plan({ events_perSecond: 1e6 }).parts.nats.processes, 3],
  ['lanes: 16 at least', plan().lanes, 16],
  ['four for each that delivers, as a power of two', plan({ events_perSecond: 70_000 }).lanes, 64],
  ['256 at most', plan({ events_perSecond: 1e7 }).lanes, 256],
  ['a day of the log, bytes', plan().log_bytes, 10_000 * 1_000 * 86_400],
  [
    'a day of history is dropped when it is over: two days, bytes',
    plan().ledger_bytes,
    10_000 * 500 * 86_400 * 2,
  ],
  ['out of NATS, bytes a second', plan().natsOut_perSecond, 5e7],
  ['connections: 12 each of 2 + 2 + 2 + 1', plan().postgresConnections, 84],
  ['Heap environments', plan().heapEnvironments, 40],
  ['remembered ids fill their limit', plan().parts.ingest.memory_bytes, 1e8 + 1e7],
  ['or a day', plan({ events_perSecond: 1 }).parts.ingest.memory_bytes, 1e8 + 864_000],
]
for (const [what, is, expected] of rows) {
  test(what, () =>
    assert.ok(Math.abs(is - expected) < 1e-6 * Math.max(1, expected), `${is}, not ${expected}`),
  )
}

test('a request’s events come to as many lanes as chance has it', () => {
  assert.equal(chunksPerEvent(1, 16), 1)
  assert.ok(Math.abs(chunksPerEvent(1_000, 16) - 0.016) < 1e-9)
  assert.ok(
    Math.abs(chunksPerEvent(2, 2) - 0.75) < 1e-9,
    'two events, two lanes: the same one half of the time',
  )
})

test('costs that made three loads are found again, and predict a fourth', () => {
  const costs = { event_us: 30, chunk_us: 200, request_us: 500 }
  const at = (eventsPerRequest: number) => ({
    eventsPerRequest,
    cpu_us: Object.fromEntries(PARTS.map((part) => [part, predict(costs, eventsPerRequest, 16)])) as never,
  })
  const { delivery } = fitParts([at(100), at(1), at(30)], 16)
  assert.ok(Math.abs(predict(delivery, 10, 16) / predict(costs, 10, 16) - 1) < 0.02)
  assert.ok(
    Math.abs(delivery.event_us - 30) < 3 && Math.abs(delivery.request_us - 500) < 20,
    JSON.stringify(delivery),
  )
})

test('ceilings come in their order, and each is where it says', () => {
  const found = ceilings(LOAD, SIMPLE)
  const rates = found.map(({ events_perSecond }) => events_perSecond)
  assert.deepEqual(
    rates,
    rates.toSorted((a, b) => a - b),
  )
  const at = (what: string) => found.find((one) => one.what.includes(what))?.events_perSecond ?? Number.NaN
  assert.equal(at('the thread that delivers'), 20_000)
  assert.equal(at('the thread that takes events'), 20_000)
  assert.ok(Math.abs(at('12 cores') / 120_000 - 1) < 0.01)
  assert.ok(Math.abs(at('10 Gbit/s') / 250_000 - 1) < 0.01)
})

test('costs that are options are what these come with', () => {
  assert.equal(COSTS.ids_max, Number(OPTIONS['dedupe-ids-max'].fallback))
  assert.equal(COSTS.postgresConnections, Number(OPTIONS['postgres-connections'].fallback))
})

test('the tables of docs/scaling.md are those of the model: npm run capacity -- --write', () => {
  const page = readFileSync('docs/scaling.md', 'utf8')
  assert.ok(page.includes('<!-- capacity sizes -->') && page.includes('<!-- capacity ceilings -->'))
  assert.equal(withTables(page, COSTS), page)
  assert.ok(WORKLOAD.eventsPerRequest > 1)
})
