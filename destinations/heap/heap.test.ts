import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Json } from '../../core/event.ts'
import { readSettings } from '../../core/payload.ts'
import { sends } from '../testing.ts'
import { heap } from './index.ts'

const US = { appId: '11' }
const TIME = '2026-01-02T03:04:05.678Z'
const key = (messageId: string, subscription = 'track-event') => `mr1:web:heap:${subscription}:${messageId}`
const event = (name: string, properties: object, who: object = { identity: 'u1' }) => ({
  ...who,
  event: name,
  timestamp: TIME,
  properties,
  idempotency_key: key('m0'),
})
const track = (properties: Json) => ({ type: 'track', userId: 'u1', event: 'Signed Up', properties })

type Row = { readonly title: string; readonly call: object; readonly event: object }
const rows: readonly Row[] = [
  {
    title: 'nested objects become dotted names, lists JSON text, as documented',
    call: track({
      foo: { bar: { cheese: 'american', prop: [1, 2, 3], products: [{ A: 'Jello' }, { B: 'Peanut' }] } },
    }),
    event: event('Signed Up', {
      'foo.bar.cheese': 'american',
      'foo.bar.prop': '[1,2,3]',
      'foo.bar.products': '[{"A":"Jello"},{"B":"Peanut"}]',
    }),
  },
  {
    title: 'numbers stay numbers',
    call: track({ a: 0, b: 1.5 }),
    event: event('Signed Up', { a: 0, b: 1.5 }),
  },
  { title: 'true and false become text', call: track({ a: true }), event: event('Signed Up', { a: 'true' }) },
  { title: 'null is left out', call: track({ a: null, b: 1 }), event: event('Signed Up', { b: 1 }) },
  {
    title: 'a page call is "Page viewed" with its name',
    call: { type: 'page', userId: 'u1', name: 'Home', properties: { path: '/' } },
    event: event('Page viewed', { path: '/', name: 'Home' }),
  },
  {
    title: 'a screen call is "Screen viewed" with its name',
    call: { type: 'screen', userId: 'u1', name: 'Main' },
    event: event('Screen viewed', { name: 'Main' }),
  },
  {
    title: 'somebody anonymous has a numeric user id and no identity',
    call: { type: 'track', anonymousId: 'ada', event: 'Signed Up' },
    event: event('Signed Up', {}, { user_id: '4014373873735646' }),
  },
]

describe('Heap gets', () => {
  for (const row of rows) {
    test(row.title, () => {
      assert.deepEqual(sends(heap, US, [row.call]), [
        {
          method: 'POST',
          url: 'https://heapanalytics.com/api/track',
          json: { app_id: '11', events: [row.event] },
        },
      ])
    })
  }

  test('the writes for one person merged, the last value winning, before the events', () => {
    const identify = (traits: object) => ({ type: 'identify', userId: 'u1', traits })
    const requests = sends(heap, US, [track({}), identify({ plan: 'free', a: 1 }), identify({ plan: 'pro' })])
    assert.deepEqual(
      requests.map(({ url }) => new URL(url).pathname),
      ['/api/add_user_properties', '/api/track'],
    )
    assert.deepEqual(requests[0]?.json, {
      app_id: '11',
      users: [{ identity: 'u1', properties: { plan: 'pro', a: 1 } }],
    })
  })

  test('nothing of group and alias calls', () => {
    const calls = [
      { type: 'group', userId: 'u1', groupId: 'g' },
      { type: 'alias', userId: 'u1', previousId: 'a' },
    ]
    assert.deepEqual(sends(heap, US, calls), [])
  })

  test('at most 1,000 events in a request', () => {
    const requests = sends(
      heap,
      US,
      Array.from({ length: 1_001 }, () => track({})),
    )
    assert.deepEqual(
      requests.map(({ json }) => (json as { events: unknown[] }).events.length),
      [1_000, 1],
    )
  })

  test('EU data at the EU host', () => {
    const [request] = sends(heap, { ...US, region: 'EU' }, [track({})])
    assert.equal(request?.url, 'https://c.eu.heap-api.com/api/track')
  })
})

describe('The settings of Heap', () => {
  const settings: readonly [title: string, given: { readonly [name: string]: Json }, ok: boolean][] = [
    ['digits are an App Id', { appId: '123' }, true],
    ['letters are none', { appId: 'abc' }, false],
    ['the App Id is needed', {}, false],
    ['a region that Heap does not have', { ...US, region: 'MARS' }, false],
    ['HTTPS anywhere', { ...US, apiUrl: 'https://proxy.example.com' }, true],
    ['HTTP on this machine', { ...US, apiUrl: 'http://127.0.0.1:4001/sandbox' }, true],
    ['no HTTP elsewhere', { ...US, apiUrl: 'http://example.com' }, false],
    [
      'no HTTP to a name that only begins like this machine',
      { ...US, apiUrl: 'http://127.0.0.1.example.com' },
      false,
    ],
    ['no password in an address', { ...US, apiUrl: 'https://a:b@example.com' }, false],
  ]
  for (const [title, given, ok] of settings) {
    test(title, () => assert.equal(readSettings(heap.settings, given).ok, ok))
  }
})
