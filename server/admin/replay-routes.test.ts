import assert from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'
import type { Configuration } from '../../core/configuration.ts'
import { type Address, addressText, type Entry } from '../../core/event.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { heap } from '../../destinations/heap/index.ts'
import { catalogue } from '../../destinations/index.ts'
import { httpListener } from '../http/listener.ts'
import type { DeadLetter, Ledger, Progress } from '../ledger/ledger.ts'
import { memoryLedger } from '../ledger/memory.ts'
import { entryText } from '../log/envelope.ts'
import { memoryLog } from '../log/memory.ts'
import { memoryStore } from '../store/memory.ts'
import { historyRoutes } from './history-routes.ts'
import { replayRoutes } from './replay-routes.ts'
import { adminRouter } from './router.ts'
import { anybody, asker, explainsHere } from './testing.ts'

const NOW = '2026-01-02T00:00:00.000Z'
const instance = (id: string, changes: object = {}) => ({
  ...{ id, kind: 'heap', name: id, enabled: true, sources: ['shop'], settings: { appId: '11' } },
  subscriptions: presetSubscriptions(heap),
  ...changes,
})
const CONFIGURATION: Configuration = {
  sources: [{ id: 'shop', name: 'Shop', kind: 'http', writeKey: 'shop-key' }],
  instances: [
    instance('heap'),
    instance('off', { enabled: false }),
    instance('page', { kind: 'heap-web', subscriptions: [] }),
  ],
}
const progress = (readerId: string, more: Partial<Progress>): Progress => ({
  ...{ readerId, lane: 0, cursor: { chunk: 9, index: 0 }, counts: [], attempts: [] },
  ...{ deadLetters: [], refusals: [] },
  ...more,
})
const EVENTS = [
  { type: 'track', event: 'Signed Up', userId: 'ada' },
  { type: 'identify', userId: 'ada', traits: { plan: 'pro' } },
  { type: 'track', event: 'Left', userId: 'ada' },
]

describe('dead letters and replays by the admin API', () => {
  let ledger: Ledger
  let api: ReturnType<typeof asker>
  let addresses: readonly Address[]
  const wakes = { count: 0 }
  const closing: (() => Promise<unknown>)[] = []
  after(() => Promise.all(closing.map((close) => close())))

  beforeEach(async () => {
    const server = httpListener({ body_bytes_max: 100_000, onFault: () => {} })
    closing.push(() => server.close())
    const [store, log] = [memoryStore(), memoryLog({ lanes: 1, now: () => Date.parse(NOW) })]
    ledger = memoryLedger()
    await store.apply(CONFIGURATION, { by: 'a test', at_ms: 0 })
    addresses = await log.append(
      EVENTS.map((event, index) => {
        const whole = { ...event, messageId: `m${index}`, timestamp: NOW } as never
        const entry: Entry = { kind: 'event', sourceId: 'shop', receivedAt: NOW, event: whole }
        return { key: 'ada', text: entryText(entry) }
      }),
    )
    await ledger.start('heap', [{ chunk: 9, index: 0 }])
    await ledger.record(progress('heap', { deadLetters: [letter(0), letter(1), letter(2), gone()] }))
    const router = adminRouter(server, anybody)
    historyRoutes(router, { ledger, log })
    const onChange = () => {
      wakes.count += 1
    }
    replayRoutes(router, {
      store,
      ledger,
      log,
      catalogue,
      explain: explainsHere(catalogue),
      now_ms: () => Date.parse(NOW),
      onChange,
    })
    api = asker(server)
  })

  function letter(index: number): DeadLetter {
    const address = addresses[index] as Address
    const subscriptionId = EVENTS[index]?.type === 'identify' ? 'identify-user' : 'track-event'
    return {
      ...{ instanceId: 'heap', subscriptionId, address, messageId: `m${index}`, at_ms: 1_000 + index },
      ...{ event: EVENTS[index]?.event ?? 'identify' },
      reason: { code: 'DESTINATION_REFUSED', text: `the value "${index}" of ${index} is wrong` },
      request: { method: 'POST', url: 'https://heap.example', body: '{"old":true}' },
      response: { status: 400, body: 'no' },
    }
  }
  const gone = (): DeadLetter => ({
    ...{ ...letter(0), address: { lane: 0, chunk: 7_777, index: 0 }, messageId: 'gone' },
  })
  const of = { deadLetters: { destination: 'heap' } }

  test('pages through dead letters, newest first', async () => {
    const first = await api.ask('GET /admin/v1/dead-letters', { query: { limit: '3' } })
    const rest = await api.ask('GET /admin/v1/dead-letters', {
      query: { limit: '3', before: first.next ?? '' },
    })
    assert.deepEqual(
      [...first.deadLetters, ...rest.deadLetters].map(({ messageId }) => messageId),
      ['gone', 'm2', 'm1', 'm0'],
    )
    assert.equal(rest.next, undefined)
    assert.deepEqual([first.deadLetters[1]?.name, first.deadLetters[1]?.status], ['Left', 400])
  })

  test('filters them, by the reason of a group too', async () => {
    const { groups } = await api.ask('GET /admin/v1/dead-letters/groups', { query: { destination: 'heap' } })
    assert.deepEqual(
      groups.map(({ action, count }) => [action, count]),
      [
        ['track-event', 3],
        ['identify-user', 1],
      ],
    )
    const { action = '', code = '', text = '' } = groups[0] ?? {}
    const query = { destination: 'heap', action, code, text, event: 'Left' }
    const { deadLetters } = await api.ask('GET /admin/v1/dead-letters', { query })
    assert.deepEqual(
      deadLetters.map(({ messageId }) => messageId),
      ['m2'],
    )
  })

  test('shows one with its request, answer and event, where the log has it', async () => {
    const { deadLetters } = await api.ask('GET /admin/v1/dead-letters')
    const show = (index: number) =>
      api.ask('GET /admin/v1/dead-letters/:id', { params: { id: String(deadLetters[index]?.id) } })
    const { request, response, event, address } = await show(1)
    assert.deepEqual([request?.body, response?.body, event?.['event']], ['{"old":true}', 'no', 'Left'])
    assert.equal(address, addressText(addresses[2] as Address))
    assert.equal((await show(0)).event, undefined)
    const none = { params: { id: '99' } }
    assert.equal((await api.refused('GET /admin/v1/dead-letters/:id', none)).code, 'NOT_FOUND')
  })

  test('gives them up, but not all by mistake', async () => {
    const route = 'POST /admin/v1/dead-letters/discard'
    assert.equal((await api.refused(route, { body: {} })).status, 400)
    assert.deepEqual(await api.ask(route, { body: { event: 'Left' } }), { discarded: 1 })
    assert.deepEqual(await api.ask(route, { body: { destination: 'heap', ids: [1] } }), { discarded: 1 })
    assert.equal(await ledger.deadLetterCount({}), 2)
  })

  test('a dry run tells what would be sent, and what not, and sends and begins nothing', async () => {
    const told = await api.ask('POST /admin/v1/replays/dry-run', { body: { of } })
    const { total, tried, accepted, refused, skipped, reasons, warnings, samples } = told
    assert.deepEqual(
      { total, tried, accepted, refused, skipped },
      {
        ...{ total: 4, tried: 4, accepted: 3, refused: 0, skipped: 1 },
      },
    )
    assert.deepEqual(
      reasons.map(({ code, count }) => [code, count]),
      [['EVENT_GONE', 1]],
    )
    assert.match(warnings.join(), /identify-user.*older ones take their place/)
    const sample = samples.find(({ messageId }) => messageId === 'm2')
    assert.equal(sample?.before?.requestBody, '{"old":true}')
    assert.match(JSON.stringify(sample?.after[0]?.requests), /Left/)
    assert.deepEqual((await api.ask('GET /admin/v1/replays')).replays, [])
  })

  test('a dry run of the log tries the events of the time, newest first', async () => {
    const range = { destination: 'heap', from: '2026-01-01T00:00:00Z', to: '2026-01-03T00:00:00Z' }
    const ask = (events: object) =>
      api.ask('POST /admin/v1/replays/dry-run', { body: { of: { events: { ...range, ...events } } } })
    const all = await ask({})
    assert.deepEqual([all.total, all.tried, all.accepted], [3, 3, 3])
    assert.equal(all.samples[0]?.messageId, 'm2')
    const narrow = await ask({ trigger: 'event = "Left"', action: 'track-event' })
    assert.deepEqual([narrow.tried, narrow.accepted, narrow.warnings], [1, 1, []])
    assert.equal((await ask({ to: '2026-01-01T00:00:01Z' })).tried, 0)
  })

  test('a replay is begun, shown, stopped, and resumed at another pace', async () => {
    const before = wakes.count
    const begun = await api.ask('POST /admin/v1/replays', { body: { of } })
    assert.deepEqual([begun.state, begun.total, begun.looked, begun.perSecond_max], ['running', 4, 0, 500])
    assert.deepEqual([begun.of, begun.left_ms], [of, 8])
    const params = { id: String(begun.id) }
    const stopped = await api.ask('POST /admin/v1/replays/:id/stop', { params })
    assert.deepEqual([stopped.state, stopped.endedAt], ['stopped', NOW])
    const twice = await api.refused('POST /admin/v1/replays/:id/stop', { params })
    assert.deepEqual([twice.status, twice.code], [409, 'REPLAY_IMPOSSIBLE'])
    const resumed = await api.ask('POST /admin/v1/replays/:id/resume', { params, body: { perSecond_max: 7 } })
    assert.deepEqual([resumed.state, resumed.perSecond_max, resumed.endedAt], ['running', 7, undefined])
    assert.equal(wakes.count - before, 3, 'the readers are told each time')
    const query = { destination: 'heap' }
    assert.deepEqual((await api.ask('GET /admin/v1/replays', { query })).replays, [
      await api.ask('GET /admin/v1/replays/:id', { params }),
    ])
  })

  const range = { destination: 'heap', from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }
  const refusals: readonly (readonly [title: string, of: object, code: string])[] = [
    ['a destination that is not there', { deadLetters: { destination: 'none' } }, 'NOT_FOUND'],
    ['one that is off', { deadLetters: { destination: 'off' } }, 'REPLAY_IMPOSSIBLE'],
    ['one that pages send to', { deadLetters: { destination: 'page' } }, 'REPLAY_IMPOSSIBLE'],
    ['a time that is none', { events: { ...range, from: 'noon' } }, 'QUERY_INVALID'],
    ['a time that ends before it begins', { events: { ...range, from: range.to } }, 'QUERY_INVALID'],
    ['a trigger that is wrong', { events: { ...range, trigger: 'type = ' } }, 'TRIGGER_INVALID'],
    ['an action that is not there', { events: { ...range, action: 'none' } }, 'NOT_FOUND'],
    ['neither', {}, 'QUERY_INVALID'],
  ]
  for (const [title, wrong, code] of refusals) {
    test(`refuses a replay of ${title}`, async () => {
      for (const route of ['POST /admin/v1/replays', 'POST /admin/v1/replays/dry-run'] as const) {
        assert.equal((await api.refused(route, { body: { of: wrong } })).code, code)
      }
      assert.deepEqual(await ledger.replays({}), [])
    })
  }

  test('refusals of ingest, by source and page', async () => {
    const refusal = (sourceId: string, index: number) => ({
      ...{ sourceId, address: { lane: 0, chunk: 1, index }, at_ms: 1_000, code: 'EVENT_TOO_LARGE' },
      ...{ reason: 'too large', messageId: undefined, text: '{' },
    })
    const refusals = [refusal('shop', 1), refusal('site', 2), refusal('shop', 3)]
    await ledger.record(progress('indexer', { refusals }))
    const query = { source: 'shop', limit: '1' }
    const first = await api.ask('GET /admin/v1/refusals', { query })
    const next = await api.ask('GET /admin/v1/refusals', { query: { ...query, before: first.next ?? '' } })
    assert.deepEqual(
      [...first.refusals, ...next.refusals].map(({ address }) => address),
      ['0/1/3', '0/1/1'],
    )
    assert.equal(next.next, undefined)
    const wrong = { query: { before: 'x' } }
    assert.equal((await api.refused('GET /admin/v1/refusals', wrong)).code, 'QUERY_INVALID')
  })
})
