import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Configuration } from '../../core/configuration.ts'
import type { JsonObject, SpecEvent } from '../../core/event.ts'
import type { PlanRule } from '../../core/tracking-plan/tracking-plan.ts'
import { catalogue } from '../../destinations/index.ts'
import { httpListener } from '../http/listener.ts'
import { memoryLedger } from '../ledger/memory.ts'
import { memoryLog } from '../log/memory.ts'
import { memoryStore } from '../store/memory.ts'
import { changeRoutes } from './change-routes.ts'
import { configurator } from './configurator.ts'
import { planFindingRoutes } from './plan-finding-routes.ts'
import { adminRouter } from './router.ts'
import { sourceRoutes } from './source-routes.ts'
import { anybody, asker } from './testing.ts'
import { trackingPlanRoutes } from './tracking-plan-routes.ts'

const HOUR_MS = 3_600_000
const RULES: readonly PlanRule[] = [
  { type: 'track', event: 'Order', schema: { type: 'object', required: ['total'] } },
]
const CALL = {
  type: 'track',
  messageId: 'm1',
  userId: 'ada',
  event: 'Order',
  timestamp: '2026-01-01T00:00:00.000Z',
}
const MISSING = { kind: 'violation', path: 'properties.total', rule: 'required', text: 'is missing' } as const

describe('tracking plans by the admin API', () => {
  let changes: Configuration[]
  let asked: ReturnType<typeof asker>
  let store: ReturnType<typeof memoryStore>
  let log: ReturnType<typeof memoryLog>
  let close: () => Promise<void>

  beforeEach(async () => {
    changes = []
    store = memoryStore()
    log = memoryLog({ lanes: 1 })
    const server = httpListener({ body_bytes_max: 1_000_000, onFault: (error) => assert.fail(String(error)) })
    const router = adminRouter(server, anybody)
    const configure = configurator({
      ...{ store, catalogue, now_ms: () => 86_400_000 },
      onChange: (configuration) => changes.push(configuration),
    })
    const seen = { type: 'track' as const, name: 'Order', count: 20, first: '', last: '', sampled: 20 }
    const properties = [{ path: 'properties.total', count: 20, types: { number: 20 }, examples: [] }]
    sourceRoutes(router, { store, ledger: memoryLedger(), configurator: configure, forget: async () => {} })
    changeRoutes(router, { store, configurator: configure })
    trackingPlanRoutes(router, {
      ...{ store, configurator: configure },
      lookups: {
        schema: async (_, { type }) => ({
          events: type === 'track' ? [{ ...seen, properties }] : [],
          other: 0,
        }),
      },
    })
    planFindingRoutes(router, {
      ...{ store, log, now_ms: () => 10 * HOUR_MS + 5 },
      judgeOf: () => (event: SpecEvent) => ({ event, findings: [MISSING] }),
      findings: async (_, from_ms) => [
        {
          ...MISSING,
          ...{
            type: 'track',
            event: 'Order',
            count: 3,
            first_ms: from_ms,
            last_ms: from_ms + 5,
            examples: ['m1'],
          },
          hours: [{ hour_ms: 9 * HOUR_MS, count: 3 }],
        },
        {
          ...{ kind: 'violation', path: '', rule: '', text: '', type: '', event: '', count: 7 },
          ...{ first_ms: 0, last_ms: 0, examples: [], hours: [] },
        },
      ],
    })
    asked = asker(server)
    close = () => server.close()
    await asked.ask('POST /admin/v1/sources', { body: { name: 'Web', kind: 'javascript' } })
    await asked.ask('POST /admin/v1/tracking-plans', { body: { name: 'Shop', rules: RULES } })
  })
  afterEach(() => close())
  const id = { params: { id: 'shop' } }
  const web = { params: { id: 'web' } }
  const hold = (plan: object | null) => asked.ask('PATCH /admin/v1/sources/:id', { ...web, body: { plan } })

  test('a plan is added, changed and seen in a list', async () => {
    const { saved } = await asked.ask('GET /admin/v1/tracking-plans/:id', id).then((saved) => ({ saved }))
    assert.deepEqual(saved, { id: 'shop', name: 'Shop', rules: RULES, sources: [], revision: saved.revision })
    await asked.ask('PATCH /admin/v1/tracking-plans/:id', {
      ...id,
      body: { name: 'Store', revision: saved.revision },
    })
    const { plans } = await asked.ask('GET /admin/v1/tracking-plans')
    assert.deepEqual(
      plans.map(({ id, name, rules }) => ({ id, name, rules })),
      [{ id: 'shop', name: 'Store', rules: 1 }],
    )
    const late = await asked.refused('PATCH /admin/v1/tracking-plans/:id', {
      ...id,
      body: { rules: [], revision: saved.revision },
    })
    assert.equal(late.code, 'CHANGED_MEANWHILE')
  })

  test('rules that are wrong are not taken, and told with their places', async () => {
    const rules = [{ type: 'track', event: 'A', schema: { type: 'text' } }]
    const { code, details } = await asked.refused('PATCH /admin/v1/tracking-plans/:id', {
      ...id,
      body: { rules },
    })
    assert.equal(code, 'CONFIG_INVALID')
    assert.deepEqual(details.problems[0].at, ['rules', 0, 'schema', 'type'])
    const { problems } = await asked.ask('POST /admin/v1/tracking-plans/check', { body: { rules } })
    assert.deepEqual(problems[0]?.at, [0, 'schema', 'type'])
  })

  test('a source holds to a plan that is there, and only what is not as it comes is kept', async () => {
    const { saved } = await hold({ id: 'shop', violations: 'block', unplannedEvents: 'allow' })
    assert.deepEqual(saved.plan, { id: 'shop', violations: 'block' })
    assert.deepEqual((await asked.ask('GET /admin/v1/tracking-plans/:id', id)).sources, ['web'])
    const wrong = await asked.refused('PATCH /admin/v1/sources/:id', {
      ...web,
      body: { plan: { id: 'other' } },
    })
    assert.deepEqual(wrong.details.problems, [{ at: ['plan', 'id'], problem: '"other" is no tracking plan' }])
    // A change of something else leaves it.
    const renamed = await asked.ask('PATCH /admin/v1/sources/:id', { ...web, body: { name: 'Other' } })
    assert.deepEqual(renamed.saved.plan, { id: 'shop', violations: 'block' })
    assert.equal((await hold(null)).saved.plan, undefined)
  })

  test('a plan that is removed is held to by nobody, and comes back with who held to it', async () => {
    await hold({ id: 'shop', violations: 'block' })
    const { change } = await asked.ask('DELETE /admin/v1/tracking-plans/:id', id)
    assert.equal(changes.at(-1)?.plans, undefined)
    assert.equal(changes.at(-1)?.sources[0]?.plan, undefined)
    await asked.ask('POST /admin/v1/changes/:id/undo', { params: { id: String(change) } })
    assert.deepEqual(changes.at(-1)?.plans, [{ id: 'shop', name: 'Shop', rules: RULES }])
    assert.deepEqual(changes.at(-1)?.sources[0]?.plan, { id: 'shop', violations: 'block' })
  })

  test('what a plan was can be looked at, and a change of it undone', async () => {
    const { change } = await asked.ask('PATCH /admin/v1/tracking-plans/:id', { ...id, body: { rules: [] } })
    const { versions } = await asked.ask('GET /admin/v1/tracking-plans/:id/versions', id)
    assert.deepEqual(
      versions.map(({ change, current, rules, by }) => [change, current, rules, by]),
      [
        ['updated', true, 0, 'somebody'],
        ['created', false, 1, 'somebody'],
      ],
    )
    const first = await asked.ask('GET /admin/v1/tracking-plans/:id/versions/:version', {
      params: { id: 'shop', version: String(versions[1]?.version) },
    })
    assert.deepEqual(first.rules, RULES)
    const none = await asked.refused('GET /admin/v1/tracking-plans/:id/versions/:version', {
      params: { id: 'shop', version: '0' },
    })
    assert.equal(none.code, 'NOT_FOUND')
    await asked.ask('POST /admin/v1/changes/:id/undo', { params: { id: String(change) } })
    assert.deepEqual((await asked.ask('GET /admin/v1/tracking-plans/:id', id)).rules, RULES)
    const [undone] = (await asked.ask('GET /admin/v1/changes')).changes
    assert.equal(undone?.text, 'Shop: rules changed')
  })

  test('a plan is written for others, read from them, and drafted from what came', async () => {
    for (const format of ['millrace', 'segment', 'rudderstack']) {
      const { document } = await asked.ask('GET /admin/v1/tracking-plans/:id/document', {
        ...id,
        query: { format },
      })
      const read = await asked.ask('POST /admin/v1/tracking-plans/read', { body: { document } })
      assert.deepEqual([read.format, read.name, read.rules, read.problems], [format, 'Shop', RULES, []])
    }
    const nothing = await asked.ask('POST /admin/v1/tracking-plans/read', { body: { document: { a: 1 } } })
    assert.match(nothing.problems[0]?.problem ?? '', /no tracking plan that is known/)
    const { rules } = await asked.ask('POST /admin/v1/tracking-plans/draft', { body: { source: 'web' } })
    const schema: JsonObject = {
      type: 'object',
      properties: { total: { type: 'number' } },
      required: ['total'],
    }
    assert.deepEqual(rules, [{ type: 'track', event: 'Order', schema }])
    const { text } = await asked.ask('GET /admin/v1/tracking-plans/:id/types', id)
    assert.match(text, /"Order": /)
  })

  test('what was found is told by hours, with what was over the limit apart', async () => {
    const { from, findings, other } = await asked.ask('GET /admin/v1/sources/:id/plan-findings', {
      ...web,
      query: { hours: '3' },
    })
    assert.equal(from, new Date(8 * HOUR_MS).toISOString())
    assert.deepEqual(
      findings.map(({ count, hours, examples }) => [count, hours, examples]),
      [[3, [0, 3, 0], ['m1']]],
    )
    assert.equal(other, 7)
    const others = await asked.ask('GET /admin/v1/sources/:id/plan-findings', {
      ...web,
      query: { event: 'X' },
    })
    assert.deepEqual(others.findings, [])
  })

  test('rules are tried on the newest events, and wrong ones are not', async () => {
    const event = CALL as unknown as SpecEvent
    const entry = { kind: 'event', sourceId: 'web', receivedAt: '2026-01-01T00:00:00.000Z', event } as const
    await log.append([{ key: 'a', text: JSON.stringify(entry) }])
    const tried = await asked.ask('POST /admin/v1/tracking-plans/trial', { body: { rules: RULES } })
    assert.equal(tried.looked, 1)
    assert.deepEqual(
      tried.found.map(({ event, count, addresses }) => [event, count, addresses.length]),
      [['Order', 1, 1]],
    )
    const wrong = await asked.ask('POST /admin/v1/tracking-plans/trial', { body: { rules: [{}] } })
    assert.equal(wrong.looked, 0)
    assert.ok(wrong.problems.length > 0)
  })
})
