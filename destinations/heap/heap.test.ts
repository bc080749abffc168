import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { jsonOf, requestsOf } from '../../core/destination.ts'
import type { Json } from '../../core/event.ts'
import { readSettings } from '../../core/payload.ts'
import { sends } from '../testing.ts'
import { heap } from './index.ts'
import { heapUnderTest, itemsOf } from './testing.ts'

const US = { appId: '11' }

describe('A request to Heap', () => {
  test('holds the app, and of each event its time and a key of its own', () => {
    const [request] = sends(heap, US, [
      { type: 'track', userId: 'ada', event: 'Signed Up', messageId: 'm-1', properties: { a: 1 } },
    ])
    assert.ok(request !== undefined)
    const { method, url } = request
    assert.deepEqual([method, url], ['POST', 'https://heapanalytics.com/api/track'])
    assert.deepEqual(jsonOf(request), {
      app_id: '11',
      events: [
        {
          identity: 'ada',
          event: 'Signed Up',
          timestamp: '2026-01-02T03:04:05.678Z',
          properties: { a: 1 },
          idempotency_key: 'mr1:web:heap:track-event:m-1',
        },
      ],
    })
  })

  test('has a key for each item of a list, made from the key of the event', () => {
    const mapping = { trackEvent: { items: { '@path': '$.properties.items' } } }
    const { plan } = heapUnderTest({ mapping })
    const call = {
      type: 'track',
      userId: 'ada',
      event: 'E',
      messageId: 'm-1',
      properties: { items: ['a', 'b'] },
    }
    const keys = requestsOf(plan([call]))
      .flatMap(itemsOf)
      .map((item) => item['idempotency_key'])
    const key = 'mr1:web:heap:track-event:m-1'
    assert.deepEqual(keys, [key, `${key}:1`, `${key}:2`])
  })

  test('holds all events of one call: never some in this request and some in the next', () => {
    const mapping = { trackEvent: { items: { '@path': '$.properties.items' }, items_max: 10_000 } }
    const { plan } = heapUnderTest({ mapping })
    const items = Array.from({ length: 600 }, (_, n) => n)
    const call = { type: 'track', userId: 'ada', event: 'E', properties: { items } }
    assert.deepEqual(
      requestsOf(plan([call, call, call])).map((request) => itemsOf(request).length),
      [501, 501, 501],
    )
  })

  test('goes to the address of the settings, with whatever path it has', () => {
    const settings = { ...US, apiUrl: 'https://proxy.example.com/heap/' }
    const [request] = sends(heap, settings, [{ type: 'track', userId: 'ada', event: 'E' }])
    assert.equal(request?.url, 'https://proxy.example.com/heap/api/track')
  })

  test('for a thousand people is one; a delivery with a link and properties is in both', () => {
    const { plan } = heapUnderTest()
    const calls = Array.from({ length: 1_001 }, (_, n) => ({
      type: 'identify',
      userId: `u${n}`,
      traits: { n },
    }))
    assert.deepEqual(
      requestsOf(
        plan([...calls, { type: 'identify', userId: 'u0', anonymousId: 'a', traits: { b: 1 } }]),
      ).map((request) => [request.deliveries.length, itemsOf(request).length]),
      [
        [1, 0],
        [1_001, 1_000],
        [1, 1],
      ],
    )
  })

  test('keeps the adjustments beside the deliveries that they are of', () => {
    const { plan } = heapUnderTest()
    const long = { note: 'x'.repeat(2_000) }
    const calls = [
      { type: 'track', userId: 'ada', event: 'A' },
      { type: 'track', userId: 'ada', event: 'B', properties: long },
      { type: 'identify', userId: 'ada', traits: long },
    ]
    const told = requestsOf(plan(calls)).map(({ adjustments = [] }) =>
      adjustments.map(({ delivery, field, text }) => [delivery.action, field, text]),
    )
    const text = '`note` cut from 2,000 to 1,023 characters'
    assert.deepEqual(told, [[['identifyUser', 'note', text]], [['trackEvent', 'note', text]]])
  })
})

describe('The settings of Heap', () => {
  const settings: readonly [title: string, given: { readonly [name: string]: Json }, ok: boolean][] = [
    ['digits are an App Id', { appId: '123' }, true],
    ['letters are none', { appId: 'abc' }, false],
    ['the App Id is needed', {}, false],
    ['a way with anonymous events that there is not', { ...US, anonymousEvents: 'Maybe' }, false],
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
