import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ExplainAnswer } from '../../contract/catalogue.ts'
import type { Entry } from '../../core/event.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { heap } from '../../destinations/heap/index.ts'
import { catalogue } from '../../destinations/index.ts'
import { httpListener } from '../http/listener.ts'
import { entryText } from '../log/envelope.ts'
import { memoryLog } from '../log/memory.ts'
import { memoryStore } from '../store/memory.ts'
import { explainRoutes } from './explain-routes.ts'
import { adminRouter } from './router.ts'
import { anybody, explainsHere } from './testing.ts'

const SIGNED_UP = { type: 'track', userId: 'ada', event: 'Signed Up', properties: { plan: { name: 'pro' } } }
const log = memoryLog({ lanes: 2 })
const server = httpListener({ body_bytes_max: 100_000, onFault: (error) => assert.fail(String(error)) })
let address = ''

before(async () => {
  const store = memoryStore()
  await store.apply({
    sources: [{ id: 'website', name: 'Website', kind: 'javascript', writeKey: 'k' }],
    instances: [
      {
        id: 'main',
        kind: 'heap',
        name: 'Heap',
        enabled: true,
        sources: ['website'],
        consent: ['Analytics'],
        settings: { appId: '11' },
        subscriptions: presetSubscriptions(heap),
      },
    ],
  })
  const event = { ...SIGNED_UP, messageId: 'm1', timestamp: '2026-01-02T03:04:05.678Z' } as never
  const entry: Entry = { kind: 'event', sourceId: 'website', receivedAt: '2026-01-02T03:04:05.678Z', event }
  const [at] = await log.append([{ key: 'website/ada', text: entryText(entry) }])
  address = `${at?.lane}/${at?.chunk}/${at?.index}`
  explainRoutes(adminRouter(server, anybody), { store, log, catalogue, explain: explainsHere(catalogue) })
})
after(() => server.close())

async function post(body: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await server.inject({ method: 'POST', url: '/admin/v1/explain', payload })
  return { status: answer.statusCode, body: answer.json() }
}

async function explained(body: object): Promise<Extract<ExplainAnswer, { event: unknown }>> {
  const answer = await post(body)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body as Extract<ExplainAnswer, { event: unknown }>
}

describe('POST /admin/v1/explain', () => {
  test('tells of every action of a destination what an event becomes', async () => {
    const { explanations } = await explained({ destination: 'main', event: SIGNED_UP })
    assert.deepEqual(
      explanations.map(({ id, trigger, requests }) => [id, trigger?.matches, requests.length]),
      [
        ['track-event', true, 1],
        ['identify-user', false, 0],
      ],
    )
    const body = explanations[0]?.requests[0]?.json as {
      events: { properties: object; idempotency_key: string }[]
    }
    assert.deepEqual(body.events[0]?.properties, { 'plan.name': 'pro' })
    assert.equal(body.events[0]?.idempotency_key, 'mr1:website:main:track-event:preview')
  })

  test('with the consent that the destination needs, and what is missing of it', async () => {
    const context = { consent: { categoryPreferences: { Analytics: false } } }
    const { explanations } = await explained({ destination: 'main', event: { ...SIGNED_UP, context } })
    const [first] = explanations
    assert.deepEqual(first?.consent, { needed: ['Analytics'], missing: ['Analytics'] })
    assert.deepEqual([first?.trigger?.matches, first?.requests], [true, []])
  })

  test('of one action, as it is or as it is about to be', async () => {
    const one = await explained({ destination: 'main', action: 'identify-user', event: SIGNED_UP })
    assert.equal(one.explanations.length, 1)
    const changed = { action: 'trackEvent', trigger: 'type = "page"', mapping: { event: 'X' } }
    const { explanations } = await explained({ destination: 'main', action: changed, event: SIGNED_UP })
    assert.equal(explanations[0]?.trigger?.matches, false)
    assert.equal(explanations[0]?.fields.find(({ name }) => name === 'event')?.value, 'X')
  })

  test('of a destination that is not configured yet', async () => {
    const destination = { kind: 'heap', settings: { appId: '12', region: 'EU' } }
    const { explanations } = await explained({ destination, event: SIGNED_UP })
    assert.match(explanations[0]?.requests[0]?.url ?? '', /^https:\/\/c\.eu\.heap-api\.com\//)
  })

  test('of an event in the log', async () => {
    const { event, explanations } = await explained({ destination: 'main', address })
    assert.equal(event.messageId, 'm1')
    assert.equal(explanations[0]?.trigger?.matches, true)
  })

  test('says that a call would be refused, and why', async () => {
    const { body } = await post({ destination: 'main', event: { type: 'track', event: 'x' } })
    assert.equal((body as { refused: { code: string } }).refused.code, 'EVENT_PERSON_MISSING')
  })

  const rows: readonly [title: string, body: unknown, status: number, code: string][] = [
    ['no JSON', '{', 400, 'BODY_NOT_JSON'],
    ['no object', [], 400, 'QUERY_INVALID'],
    ['no destination', { event: SIGNED_UP }, 400, 'QUERY_INVALID'],
    ['an unknown destination', { destination: 'x', event: SIGNED_UP }, 404, 'NOT_FOUND'],
    ['an unknown kind', { destination: { kind: 'x' }, event: SIGNED_UP }, 404, 'NOT_FOUND'],
    ['settings that are no object', { destination: { kind: 'heap', settings: 5 } }, 400, 'QUERY_INVALID'],
    ['an unknown action', { destination: 'main', action: 'x', event: SIGNED_UP }, 404, 'NOT_FOUND'],
    ['an inherited action', { destination: 'main', action: { action: 'constructor' } }, 404, 'NOT_FOUND'],
    [
      'a mapping that is a list',
      { destination: 'main', action: { action: 'trackEvent', mapping: [] } },
      400,
      'QUERY_INVALID',
    ],
    [
      'a trigger that is no text',
      { destination: 'main', action: { action: 'trackEvent', trigger: 5 } },
      400,
      'QUERY_INVALID',
    ],
    ['an address that is none', { destination: 'main', address: '1/2' }, 400, 'QUERY_INVALID'],
    ['a lane that is not there', { destination: 'main', address: '9/1/0' }, 400, 'QUERY_INVALID'],
    ['an event that is not there', { destination: 'main', address: '0/999/0' }, 404, 'NOT_FOUND'],
  ]
  for (const [title, body, status, code] of rows) {
    test(`${title}: ${status} ${code}`, async () => {
      const answer = await post(body)
      assert.equal(answer.status, status)
      assert.equal((answer.body as { error: { code: string } }).error.code, code)
    })
  }
})
