import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Routes } from '../../contract/routes.ts'
import type { Configuration } from '../../core/configuration.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { catalogue } from '../../destinations/index.ts'
import { httpListener } from '../http/listener.ts'
import type { NewCount } from '../ledger/ledger.ts'
import { unitsFrom } from '../ledger/units.ts'
import { lookups } from '../lookup/lookups.ts'
import { type LookupWorld, lookupWorld, NOON_MS } from '../lookup/testing.ts'
import { memoryStore } from '../store/memory.ts'
import { lookupRoutes } from './lookup-routes.ts'
import { adminRouter } from './router.ts'
import { anybody, asker } from './testing.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const iso = (ms: number) => new Date(ms).toISOString()
const heapKind = catalogue.get('heap') as NonNullable<ReturnType<typeof catalogue.get>>
const CONFIGURATION: Configuration = {
  sources: [
    { id: 'website', name: 'Website', kind: 'javascript', writeKey: 'website-key' },
    { id: 'backend', name: 'Backend', kind: 'node', writeKey: 'backend-key' },
  ],
  instances: [
    {
      ...{ id: 'heap', kind: 'heap', name: 'Heap of the web', enabled: true, sources: ['website'] },
      settings: { appId: '11', region: 'US' },
      subscriptions: presetSubscriptions(heapKind),
    },
  ],
}

describe('what pages ask', () => {
  let world: LookupWorld
  let asked: ReturnType<typeof asker>
  let close: () => Promise<void>
  beforeEach(async () => {
    world = lookupWorld()
    const store = memoryStore()
    await store.apply(CONFIGURATION, { by: 'somebody', at_ms: NOON_MS })
    const server = httpListener({ body_bytes_max: 1_000, onFault: (error) => assert.fail(String(error)) })
    lookupRoutes(adminRouter(server, anybody), {
      ...{ store, ledger: world.ledger, catalogue, lookups: lookups(world.deps) },
      giveUpAfter_ms: 72 * HOUR_MS,
    })
    asked = asker(server)
    close = () => server.close()
  })
  afterEach(async () => {
    await close()
    world.close()
  })

  const counted = (name: NewCount['name'], count: number, more: Partial<NewCount> = {}): NewCount => ({
    ...{ of: 'heap', part: '', name, count, at_ms: NOON_MS },
    ...more,
  })

  test('events page by page, and one of them end to end', async () => {
    for (const messageId of ['a', 'b', 'c']) await world.append([world.event({ messageId })])
    await world.indexAll()
    const first = await asked.ask('GET /admin/v1/events', { query: { person: 'ada', limit: '2' } })
    assert.equal(first.events.length, 2)
    const rest = await asked.ask('GET /admin/v1/events', {
      query: { person: 'ada', before: first.next ?? '' },
    })
    assert.deepEqual([rest.events.length, rest.next], [1, undefined])
    const address = (rest.events[0]?.address ?? '').replaceAll('/', '-')
    const one = await asked.ask('GET /admin/v1/events/:address', { params: { address } })
    assert.deepEqual(
      one.destinations.map(({ destination, fate }) => `${destination} ${fate}`),
      ['heap pending'],
    )
  })

  const corrections: readonly [title: string, event: Record<string, string>, texts: readonly RegExp[]][] = [
    ['nothing', { originalTimestamp: iso(NOON_MS) }, []],
    ['the clock', { originalTimestamp: iso(NOON_MS - 2_500), sentAt: iso(NOON_MS) }, [/2\.5 s behind/]],
    ['the other way', { originalTimestamp: iso(NOON_MS + 90_000), sentAt: iso(NOON_MS) }, [/90 s ahead/]],
    ['no timestamp', {}, [/without a timestamp/]],
  ]
  for (const [title, event, texts] of corrections) {
    test(`what was corrected: ${title}`, async () => {
      await world.append([world.event(event)])
      const { events } = await asked.ask('GET /admin/v1/events')
      const address = (events[0]?.address ?? '').replaceAll('/', '-')
      const one = await asked.ask('GET /admin/v1/events/:address', { params: { address } })
      assert.equal(one.corrections.length, texts.length)
      texts.forEach((text, n) => {
        assert.match(one.corrections[n]?.text ?? '', text)
      })
    })
  }

  test('attempts, and one of them', async () => {
    const [address] = await world.append([world.event()])
    await world.record('heap', {
      attempts: [
        {
          ...{ instanceId: 'heap', lane: 0, startedAt_ms: NOON_MS, duration_ms: 5, attempt: 1 },
          ...{ outcome: 'retry', status: undefined, method: 'POST', url: 'https://example.com' },
          reason: { code: 'DESTINATION_TIMEOUT', text: 'It did not answer within 30 s.' },
          ...{ addresses: address === undefined ? [] : [address], requestBody: '{}', responseBody: '' },
        },
      ],
    })
    const { attempts } = await asked.ask('GET /admin/v1/attempts', { query: { status: 'none' } })
    assert.deepEqual([attempts.length, attempts[0]?.events], [1, 1])
    const one = await asked.ask('GET /admin/v1/attempts/:id', { params: { id: String(attempts[0]?.id) } })
    assert.equal(one.reason?.code, 'DESTINATION_TIMEOUT')
  })

  test('search finds events, people, names and parts, whatever was typed', async () => {
    await world.append([world.event({ messageId: 'm-77', userId: 'web', event: 'Web Order' })])
    await world.indexAll()
    const kinds = async (q: string) =>
      (await asked.ask('GET /admin/v1/search', { query: { q } })).hits.map((one) => one.kind)
    assert.deepEqual(await kinds(' m-77 '), ['event'])
    assert.deepEqual(await kinds('web'), ['person', 'event name', 'source', 'destination'])
    assert.deepEqual(await kinds('ORDER'), ['event name'])
    assert.deepEqual(await kinds('nothing like it'), [])
    assert.deepEqual(await kinds('%'), [])
  })

  test('the schema of a source: names, and the properties of one', async () => {
    await world.append([
      world.event({ event: 'A', properties: { total: 1, note: 'x'.repeat(200) } }),
      world.event({ event: 'A', properties: { total: '2' } }),
      world.event({ event: 'B' }, 'backend'),
    ])
    await world.indexAll()
    const params = { id: 'website' }
    const { events } = await asked.ask('GET /admin/v1/sources/:id/schema', { params })
    assert.deepEqual(
      events.map(({ name, count, properties }) => [name, count, properties]),
      [['A', 2, undefined]],
    )
    const one = await asked.ask('GET /admin/v1/sources/:id/schema', { params, query: { event: 'A' } })
    const [total, note] = one.events[0]?.properties ?? []
    assert.deepEqual(
      [total?.path, total?.types, total?.examples],
      ['properties.total', { number: 1, text: 1 }, [1, '2']],
    )
    assert.match(String(note?.examples[0]), /…$/)
  })

  test('a series has a count for each step, and the sums of its parts', async () => {
    const counts = [
      counted('delivered', 2, { part: 'track' }),
      counted('delivered', 3, { part: 'identify', at_ms: NOON_MS + MINUTE_MS }),
      counted('dead', 1, { at_ms: NOON_MS - HOUR_MS }),
    ]
    await world.record('heap', { counts })
    const query = { of: 'heap', from: iso(NOON_MS - MINUTE_MS), to: iso(NOON_MS + 2 * MINUTE_MS) }
    assert.deepEqual(await asked.ask('GET /admin/v1/series', { query }), {
      ...{ step_ms: MINUTE_MS, from: iso(NOON_MS - MINUTE_MS) },
      series: { delivered: [0, 2, 3] },
      parts: { delivered: { track: 2, identify: 3 } },
    })
    const hours = await asked.ask('GET /admin/v1/series', {
      query: { of: 'heap', step: 'hour', from: iso(NOON_MS - HOUR_MS), to: iso(NOON_MS + 1) },
    })
    assert.deepEqual(hours.series, { dead: [1, 0], delivered: [0, 5] })
  })

  test('rates of the last hour, by source, destination and connection', async () => {
    world.clock.now_ms = NOON_MS + 30_000
    await world.append([world.event()])
    await world.indexAll()
    await world.record('indexer', {
      counts: [
        counted('accepted', 5, { of: 'website', part: 'track' }),
        counted('accepted', 7, { of: 'website', part: 'track', at_ms: NOON_MS - HOUR_MS }),
        counted('duplicate', 2, { of: 'website' }),
      ],
    })
    await world.record('heap', {
      lane: 1,
      cursor: { chunk: 99, index: 0 },
      counts: [counted('read', 5, { part: 'website' }), counted('discarded', 1, { part: 'website' })],
    })
    await world.record('heap', {
      lane: 0,
      cursor: { chunk: 99, index: 0 },
      counts: [counted('delivered', 4)],
    })
    const rates = await asked.ask('GET /admin/v1/rates')
    const { minutes, last, ...website } = rates.sources['website'] ?? { minutes: [] }
    assert.deepEqual(website, { events: 5, refused: 0, duplicates: 2 })
    assert.deepEqual([minutes.length, minutes.at(-1), last], [60, 5, iso(NOON_MS + 30_000)])
    const heap = rates.destinations['heap']
    assert.deepEqual([heap?.delivered, heap?.lag_ms, heap?.minutes.at(-1)], [4, 0, 4])
    assert.deepEqual(rates.connections, [
      { source: 'website', destination: 'heap', read: 5, discarded: 1, filtered: 0 },
    ])
  })

  test('the overview: totals, what waits and for how long, budgets, the last problem and what to do', async () => {
    const [address] = await world.append([world.event()])
    world.clock.now_ms += 10_000
    const reason = { code: 'DESTINATION_REFUSED', text: 'It answered 400.' } as const
    const where = { lane: address?.lane ?? 0, cursor: { chunk: 0, index: 0 } }
    await world.record('heap', {
      ...where,
      counts: [counted('delivered', 9), counted('discarded', 3), counted('parked', 2)],
      deadLetters: [
        {
          ...{ instanceId: 'heap', subscriptionId: 't', messageId: 'm', at_ms: NOON_MS + 1, reason },
          ...{ address: { lane: 0, chunk: 0, index: 0 }, request: undefined, response: undefined },
        },
      ],
    })
    const failing = {
      since_ms: NOON_MS + 5_000,
      reason: { code: 'DESTINATION_FAILED', text: '503' },
    } as const
    await world.ledger.recordFailing('heap', where.lane, failing, [])
    await world.ledger.reserve('heap', unitsFrom({ events: { '': 40 } }), [], 0)
    const used = await world.ledger.reserve('heap', unitsFrom({ events: { '': 60 } }), [], 0)
    await world.ledger.closeUses('heap', [{ id: used, at_ms: NOON_MS - MINUTE_MS }])
    const { budgets, lastProblem, ...rest } = await asked.ask('GET /admin/v1/destinations/:id/overview', {
      params: { id: 'heap' },
    })
    assert.deepEqual(rest, {
      ...{ state: 'flowing', delivered: 9, dead: 1, discarded: 3, filtered: 0, parked: 2 },
      ...{ pending: 1, pending_exact: true, lag_ms: 10_000, oldest: iso(NOON_MS) },
      givesUp: iso(NOON_MS + 5_000 + 72 * HOUR_MS),
    })
    assert.deepEqual(budgets, [
      { name: 'events', label: 'events a minute', used: 40, max: 15_000, window_ms: MINUTE_MS },
    ])
    assert.deepEqual([lastProblem?.code, lastProblem?.events], ['DESTINATION_REFUSED', 1])
    assert.match(lastProblem?.advice ?? '', /dead letters/)
  })

  type Wrong = {
    readonly name: keyof Routes
    readonly params?: Record<string, string>
    readonly query?: Record<string, string>
  }
  const wrong: readonly [title: string, asked: Wrong, status: number, code: string][] = [
    [
      'an address of nothing',
      { name: 'GET /admin/v1/events/:address', params: { address: '0-99-0' } },
      404,
      'NOT_FOUND',
    ],
    ['no address', { name: 'GET /admin/v1/events/:address', params: { address: 'x' } }, 400, 'QUERY_INVALID'],
    [
      'an attempt that is not there',
      { name: 'GET /admin/v1/attempts/:id', params: { id: '9' } },
      404,
      'NOT_FOUND',
    ],
    [
      'a source that is not there',
      { name: 'GET /admin/v1/sources/:id/schema', params: { id: 'x' } },
      404,
      'NOT_FOUND',
    ],
    [
      'a destination that is not there',
      { name: 'GET /admin/v1/destinations/:id/overview', params: { id: 'x' } },
      404,
      'NOT_FOUND',
    ],
    ['a type that is none', { name: 'GET /admin/v1/events', query: { type: 'click' } }, 400, 'QUERY_INVALID'],
    ['a time that is none', { name: 'GET /admin/v1/events', query: { from: 'noon' } }, 400, 'QUERY_INVALID'],
    ['a cursor that is none', { name: 'GET /admin/v1/events', query: { before: '7' } }, 400, 'QUERY_INVALID'],
    [
      'a status that is none',
      { name: 'GET /admin/v1/attempts', query: { status: '99' } },
      400,
      'QUERY_INVALID',
    ],
    ['an empty search', { name: 'GET /admin/v1/search', query: { q: '' } }, 400, 'QUERY_INVALID'],
    [
      'a series of no length',
      { name: 'GET /admin/v1/series', query: { of: 'heap', from: iso(NOON_MS), to: iso(NOON_MS) } },
      400,
      'QUERY_INVALID',
    ],
    [
      'minutes of a month',
      { name: 'GET /admin/v1/series', query: { of: 'heap', from: iso(NOON_MS - 720 * HOUR_MS) } },
      400,
      'QUERY_INVALID',
    ],
  ]
  for (const [title, { name, ...sent }, status, code] of wrong) {
    test(`refuses ${title}`, async () => {
      const refused = await asked.refused(name, sent)
      assert.deepEqual([refused.status, refused.code], [status, code])
    })
  }
})
