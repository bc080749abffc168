import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Configuration, Instance } from '../../core/configuration.ts'
import type { Entry } from '../../core/event.ts'
import { catalogue } from '../../destinations/index.ts'
import { httpListener } from '../http/listener.ts'
import type { Attempt, Count, DeadLetter, NewParked, Progress, StoredRefusal } from '../ledger/ledger.ts'
import { memoryLedger } from '../ledger/memory.ts'
import { memoryLog } from '../log/memory.ts'
import { memoryStore } from '../store/memory.ts'
import { adminRoutes } from './routes.ts'

const instance = (id: string, kind: string, settings: Instance['settings']): Instance => ({
  id,
  kind,
  name: id,
  enabled: true,
  sources: ['website'],
  settings,
  subscriptions: [],
})
const CONFIGURATION: Configuration = {
  sources: [
    { id: 'website', name: 'Website', kind: 'javascript', writeKey: 'website-key' },
    { id: 'backend', name: 'Backend', kind: 'node', writeKey: 'backend-key' },
  ],
  instances: [
    instance('heap', 'heap', { appId: '11', region: 'US' }),
    instance('hook', 'webhook', { url: 'https://example.com', secret: 'hunter2' }),
  ],
}

const counts: readonly Count[] = [
  { of: 'website', part: 'track', name: 'accepted', count: 3 },
  { of: 'website', part: 'page', name: 'accepted', count: 2 },
  { of: 'website', part: '', name: 'duplicate', count: 1 },
  { of: 'heap', part: '', name: 'read', count: 5 },
  { of: 'heap', part: 'trackEvent', name: 'delivered', count: 4 },
]
const attempt = (instanceId: string, attempt: number): Attempt => ({
  instanceId,
  lane: 1,
  startedAt_ms: 1_000 + attempt,
  duration_ms: 5,
  attempt,
  outcome: 'delivered',
  status: 200,
  reason: undefined,
  method: 'POST',
  url: 'https://example.com',
  addresses: [{ lane: 1, chunk: 2, index: attempt }],
  requestBody: '{}',
  responseBody: 'ok',
  adjustments: [
    {
      address: { lane: 1, chunk: 2, index: attempt },
      subscriptionId: 'trackEvent',
      field: 'note',
      text: 'cut from 1,310 to 1,023 characters',
    },
  ],
  adjustments_count: 140,
})
const deadLetter = (instanceId: string, index: number): DeadLetter => ({
  instanceId,
  subscriptionId: 'trackEvent',
  address: { lane: 1, chunk: 2, index },
  messageId: `m${index}`,
  at_ms: 1_000,
  reason: { code: 'DESTINATION_REFUSED', text: 'The receiver answered 400.' },
  request: { method: 'POST', url: 'https://example.com', body: '{}' },
  response: { status: 400, body: 'no' },
})
const refusal = (sourceId: string, index: number): StoredRefusal => ({
  sourceId,
  address: { lane: 0, chunk: 1, index },
  at_ms: 1_000,
  code: 'EVENT_FIELD_MISSING',
  reason: '"event" is missing.',
  messageId: `m${index}`,
  text: '{}',
})
const progress = (readerId: string, more: Partial<Progress>): Progress => ({
  readerId,
  lane: 1,
  cursor: { chunk: 3, index: 0 },
  counts: [],
  attempts: [],
  deadLetters: [],
  refusals: [],
  ...more,
})

const HELD = { code: 'DESTINATION_MISCONFIGURED', text: 'It answered 401.' } as const

function setAside(number: number): NewParked {
  const address = { lane: 0, chunk: number, index: 0 }
  const aside = { failures: 3, since_ms: number * 1_000, reason: HELD }
  return { subject: `person ${number}`, subscriptionId: 'track', address, due_ms: 9_000, aside }
}

describe('the admin API', () => {
  const server = httpListener({ body_bytes_max: 1_000, onFault: () => {} })
  const [store, ledger, log] = [memoryStore(), memoryLedger(), memoryLog({ lanes: 1 })]
  adminRoutes(server, { store, ledger, log, catalogue })
  after(() => server.close())

  before(async () => {
    await store.apply(CONFIGURATION)
    const numbers = [1, 2, 3]
    const attempts = numbers.map((number) => attempt('heap', number))
    const deadLetters = numbers.map((number) => deadLetter('heap', number))
    const refusals = numbers.map((number) => refusal('website', number))
    await ledger.record(progress('heap', { counts, attempts, deadLetters }))
    await ledger.record(
      progress('hook', { attempts: [attempt('hook', 4)], deadLetters: [deadLetter('hook', 4)] }),
    )
    await ledger.record(progress('indexer', { refusals: [...refusals, refusal('backend', 4)] }))
    const entry: Entry = { kind: 'duplicate', sourceId: 'website', receivedAt: 'now', messageId: '' }
    const text = (messageId: string) => ({ key: 'p', text: JSON.stringify({ ...entry, messageId }) })
    await ledger.setState('heap', { state: 'held', since_ms: 5_000, reason: HELD })
    await ledger.record(progress('heap', { parked: { added: [setAside(7), setAside(8)] } }))
    await log.append([text('m1'), text('m2')])
    await log.append([text('m3'), text('m4')])
  })

  async function get(path: string) {
    const answer = await server.inject(`/admin/v1/${path}`)
    return { status: answer.statusCode, json: answer.json(), text: answer.body }
  }

  test('shows the sources with their counts, each whole and by parts', async () => {
    const { json } = await get('sources')
    assert.deepEqual(json.sources, [
      {
        ...CONFIGURATION.sources[0],
        counts: { accepted: { total: 5, parts: { track: 3, page: 2 } }, duplicate: { total: 1, parts: {} } },
      },
      { ...CONFIGURATION.sources[1], counts: {} },
    ])
  })

  test('shows the destinations with their counts and what each does now, and no secret', async () => {
    const { json, text } = await get('destinations')
    assert.deepEqual(json.destinations, [
      {
        ...CONFIGURATION.instances[0],
        state: 'held',
        since: '1970-01-01T00:00:05.000Z',
        reason: HELD,
        aside: { count: 2, since: '1970-01-01T00:00:07.000Z', reason: HELD },
        counts: { read: { total: 5, parts: {} }, delivered: { total: 4, parts: { trackEvent: 4 } } },
      },
      {
        ...CONFIGURATION.instances[1],
        settings: { url: 'https://example.com', secret: '***' },
        state: 'flowing',
        counts: {},
      },
    ])
    assert.ok(!text.includes('hunter2'))
  })

  test('shows no setting of a destination that this version does not know', async () => {
    const other = memoryStore()
    await other.apply({ ...CONFIGURATION, instances: [instance('old', 'gone', { key: 'hunter2' })] })
    const unknowing = httpListener({ body_bytes_max: 1_000, onFault: () => {} })
    adminRoutes(unknowing, { store: other, ledger, log, catalogue })
    const answer = await unknowing.inject('/admin/v1/destinations')
    assert.deepEqual(answer.json().destinations[0].settings, { key: '***' })
    await unknowing.close()
  })

  test('an instance that is switched off is off', async () => {
    const other = memoryStore()
    await other.apply({ ...CONFIGURATION, instances: [{ ...instance('heap', 'heap', {}), enabled: false }] })
    const quiet = httpListener({ body_bytes_max: 1_000, onFault: () => {} })
    adminRoutes(quiet, { store: other, ledger, log, catalogue })
    const answer = await quiet.inject('/admin/v1/destinations')
    assert.equal(answer.json().destinations[0].state, 'off')
    await quiet.close()
  })

  test('shows the newest events first, each with its address', async () => {
    const { json } = await get('events')
    assert.deepEqual(
      json.events.map(({ messageId, address }: Record<string, string>) => [messageId, address]),
      [
        ['m4', '0/2/1'],
        ['m3', '0/2/0'],
        ['m2', '0/1/1'],
        ['m1', '0/1/0'],
      ],
    )
    assert.deepEqual(
      (await get('events?limit=3')).json.events.map(({ messageId }: { messageId: string }) => messageId),
      ['m4', 'm3', 'm2'],
    )
  })

  test('shows an attempt with the addresses that it carried, and what was adjusted', async () => {
    const { addresses, adjustments, id, ...shown } = (await get('attempts?limit=1')).json.attempts[0]
    assert.deepEqual(addresses, ['1/2/4'])
    const { addresses: _, reason: _reason, adjustments: made, ...kept } = attempt('hook', 4)
    assert.deepEqual(adjustments, [{ ...made?.[0], address: '1/2/4' }])
    assert.deepEqual([shown, typeof id], [kept, 'number'])
  })

  test('shows a dead letter with its reason, request and response', async () => {
    const { id, ...shown } = (await get('dead-letters?limit=1')).json.deadLetters[0]
    assert.deepEqual([shown, typeof id], [{ ...deadLetter('hook', 4), address: '1/2/4' }, 'number'])
  })

  test('shows a refusal with its reason', async () => {
    const { id, ...shown } = (await get('refusals?limit=1')).json.refusals[0]
    assert.deepEqual([shown, typeof id], [{ ...refusal('backend', 4), address: '0/1/4' }, 'number'])
  })

  const lists: readonly [path: string, name: string, filter: string][] = [
    ['attempts', 'attempts', 'destination=heap'],
    ['dead-letters', 'deadLetters', 'destination=heap'],
    ['refusals', 'refusals', 'source=website'],
  ]
  for (const [path, name, filter] of lists) {
    test(`pages through ${path}, newest first`, async () => {
      const ids: number[] = []
      for (let before = ''; ; before = `&before=${ids.at(-1)}`) {
        const { json } = await get(`${path}?limit=3${before}`)
        if (json[name].length === 0) break
        ids.push(...json[name].map(({ id }: { id: number }) => id))
      }
      assert.equal(ids.length, 4)
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => b - a),
      )
    })

    test(`filters ${path} by ${filter}`, async () => {
      assert.equal((await get(`${path}?${filter}`)).json[name].length, 3)
      assert.equal((await get(`${path}?${filter.replace(/=.*/, '=none')}`)).json[name].length, 0)
      assert.equal((await get(`${path}?${filter}&limit=2`)).json[name].length, 2)
    })
  }

  const wrong: readonly [query: string, parameter: string][] = [
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=many', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['before=0', 'before'],
    ['before=x', 'before'],
    ['before=9007199254740993', 'before'],
    ['destination=heap&destination=hook', 'destination'],
  ]
  for (const [query, parameter] of wrong) {
    test(`refuses ?${query} and names the parameter`, async () => {
      const { status, json } = await get(`attempts?${query}`)
      assert.equal(status, 400)
      const { code, details } = json.error
      assert.deepEqual([json.success, code, details.parameter], [false, 'QUERY_INVALID', parameter])
    })
  }
  for (const limit of [1, 500]) {
    test(`takes ?limit=${limit}`, async () =>
      assert.equal((await get(`attempts?limit=${limit}`)).status, 200))
  }

  test('says that there is nothing elsewhere', async () => {
    const { status, json } = await get('nothing')
    assert.deepEqual([status, json.error.code], [404, 'ROUTE_NOT_FOUND'])
  })
})
