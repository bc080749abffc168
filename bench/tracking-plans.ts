// npm run bench:tracking-plans [-- --events 200000]: what ingest does with a call from its bytes to what the log is given, without a
// tracking plan, with one that everything holds to, and with one that nothing does. Processor time, rounds in turn.
import { parseArgs } from 'node:util'
import type { JsonObject } from '../core/event.ts'
import type { Judge } from '../core/tracking-plan/finding.ts'
import type { PlanRule } from '../core/tracking-plan/tracking-plan.ts'
import { dedupeWindow } from '../server/ingest/dedupe.ts'
import { DEFAULT_LIMITS } from '../server/ingest/ingest.ts'
import { makeItem } from '../server/ingest/item.ts'
import { memoryStore } from '../server/store/memory.ts'
import { findingsBook } from '../server/tracking-plans/findings-book.ts'
import { judgeOfRules } from '../server/tracking-plans/source-judges.ts'
import { makeEvents } from './events.ts'
import { median } from './harness.ts'

const { values } = parseArgs({ options: { events: { type: 'string', default: '100000' } } })
const EVENTS = Number(values.events)
const ROUNDS = 7
/** As many as a plan may have: an event finds its rule in a table. */
const OTHERS = 1_900
/** About three times what was measured: it catches a change of shape. */
const CEILING_US = 15

const [text, number] = [{ type: 'string' }, { type: 'number' }]
const address: JsonObject = { type: 'object', properties: { city: text, zip: text, country: text } }
const product: JsonObject = {
  type: 'object',
  required: ['product_id', 'price'],
  properties: { product_id: text, name: text, price: number, quantity: number, tags: { type: 'array' } },
}
const order: JsonObject = {
  type: 'object',
  required: ['order_id', 'revenue', 'currency'],
  properties: {
    ...{ order_id: { type: 'string', maxLength: 40 }, revenue: { type: 'number', minimum: 0 } },
    ...{ currency: { enum: ['EUR', 'USD', 'GBP'] }, coupon: { type: ['string', 'null'] } },
    ...{ first: { type: 'boolean' }, products: { type: 'array', items: product, maxItems: 100 } },
    shipping: { type: 'object', properties: { method: text, address } },
  },
}
const wrong: JsonObject = {
  type: 'object',
  required: ['missing'],
  properties: { products: { type: 'string' } },
}
const calls = makeEvents(EVENTS)
const names = [...new Set(calls.map((call) => String(call['event'] ?? '')))].filter((name) => name !== '')
const others = Array.from({ length: OTHERS }, (_, index): PlanRule => {
  return { type: 'track', event: `Other ${index}`, schema: order }
})
const rulesOf = (schema: JsonObject): readonly PlanRule[] => [
  ...names.map((event): PlanRule => ({ type: 'track', event, schema })),
  { type: 'identify', schema: { type: 'object', required: ['email'] } },
  ...others,
]
const contenders: Readonly<Record<string, Judge | undefined>> = {
  'no plan': undefined,
  'a plan that events hold to': judgeOfRules(rulesOf(order)),
  'a plan that no track call holds to': judgeOfRules(rulesOf(wrong)),
}
const book = findingsBook({
  store: memoryStore(),
  later: () => ({ cancel: () => {} }),
  onTrouble: (error) => console.error(error),
})
const lines = calls.map((call) => JSON.stringify(call))
const RECEIVED_MS = 1_767_225_600_000

/** Processor time of one event, in microseconds. */
function run(judge: Judge | undefined): { readonly cpu_us: number; readonly found: number } {
  const source = { id: 'web', name: 'Web', kind: 'javascript', writeKey: 'k' } as const
  const dedupe = dedupeWindow({ window_ms: 60_000, ids_max: EVENTS * 2 })
  const around = {
    receivedAt_ms: RECEIVED_MS,
    receivedAt: new Date(RECEIVED_MS).toISOString(),
    newMessageId: () => 'x',
  }
  const context = {
    source,
    type: undefined,
    shared: {},
    around,
    dedupe,
    seed: 1,
    limits: DEFAULT_LIMITS,
    judge,
  }
  let found = 0
  const before = process.cpuUsage()
  for (const line of lines) {
    const item = makeItem(JSON.parse(line), context)
    if (item.entry.kind !== 'event') throw new Error(JSON.stringify(item.entry))
    if (item.found === undefined) continue
    found += 1
    book.tell(item.found, RECEIVED_MS)
  }
  const { user, system } = process.cpuUsage(before)
  return { cpu_us: (user + system) / EVENTS, found }
}

const measured = new Map(Object.keys(contenders).map((name) => [name, [] as number[]]))
const counted = new Map<string, number>()
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, judge] of Object.entries(contenders)) {
    const { cpu_us, found } = run(judge)
    counted.set(name, found)
    // The first round warms up.
    if (round > 0) measured.get(name)?.push(cpu_us)
  }
}
const none_us = median(measured.get('no plan') ?? [])
let isOver = false
for (const [name, list] of measured) {
  const more_us = median(list) - none_us
  const share = `${(((counted.get(name) ?? 0) / EVENTS) * 100).toFixed(0)} % found`
  console.log(
    `${name.padEnd(36)} ${median(list).toFixed(2)} µs CPU an event, ${more_us.toFixed(2)} more, ${share}`,
  )
  if (more_us > CEILING_US) isOver = true
}
process.exitCode = isOver ? 1 : 0
