import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { PagePlugin } from '../core/page-plugin.ts'
import { readSettings } from '../core/payload.ts'
import { presetSubscriptions } from '../core/presets.ts'
import { type HeapSettings, settings as heapSettings } from '../destinations/heap/settings.ts'
import { heapProperties } from '../destinations/heap/values.ts'
import { heapWeb } from '../destinations/heap-web/index.ts'
import { fakePage, SIMPLE, simplePage, subscription, track } from './testing.ts'

const READY_MADE = presetSubscriptions(heapWeb).flatMap(({ enabled, action, trigger, mapping }) =>
  enabled ? [subscription(action as 'trackEvent', trigger, mapping)] : [],
)

describe('What is called', () => {
  const person = { userId: 'ada', anonymousId: 'v1' }
  const about = { anonymous_id: 'v1', plan: 'pro' }
  const rows: readonly [
    title: string,
    settings: Partial<PagePlugin>,
    calls: readonly object[],
    heap: readonly unknown[],
  ][] = [
    [
      'identify: who it is, then the properties, so that they go to nobody else',
      { subscriptions: READY_MADE },
      [{ type: 'identify', messageId: 'i', ...person, traits: { plan: 'pro', Email: 'a@b.example', id: 7 } }],
      [
        ['identify', 'ada'],
        ['addUserProperties', { ...about, email: 'a@b.example', trait_id: 7 }],
      ],
    ],
    [
      'track: the person as the event tells, then the event; properties that have not changed only once',
      { subscriptions: READY_MADE },
      [
        track('One', { ...person, context: { traits: { plan: 'pro' } } }),
        track('Two', { ...person, context: { traits: { plan: 'pro' } } }),
      ],
      [
        ['identify', 'ada'],
        ['addUserProperties', about],
        ['track', 'One', {}],
        ['identify', 'ada'],
        ['track', 'Two', {}],
      ],
    ],
    [
      'the same properties of another person again',
      { subscriptions: READY_MADE },
      [track('One', person), track('Two', { ...person, userId: 'bob' })],
      [
        ['identify', 'ada'],
        ['addUserProperties', { anonymous_id: 'v1' }],
        ['track', 'One', {}],
        ['identify', 'bob'],
        ['addUserProperties', { anonymous_id: 'v1' }],
        ['track', 'Two', {}],
      ],
    ],
    [
      'nested properties: dotted names, lists as JSON text, nothing for nothing',
      {},
      [
        track('Signed Up', {
          properties: {
            foo: {
              bar: { cheese: 'american', prop: [1, 2, 3], products: [{ A: 'Jello' }, { B: 'Peanut' }] },
            },
            paid: true,
            none: null,
            blank: ' ',
          },
        }),
      ],
      [
        [
          'track',
          'Signed Up',
          {
            'foo.bar.cheese': 'american',
            'foo.bar.prop': '[1,2,3]',
            'foo.bar.products': '[{"A":"Jello"},{"B":"Peanut"}]',
            paid: 'true',
          },
        ],
      ],
    ],
    [
      'items of lists, at most as many as set for each list',
      { arrayLimit: 2 },
      [
        track('Bought', {
          properties: { products: [{ sku: 'a' }, { sku: 'b' }, { sku: 'c' }], tags: ['x'] },
        }),
      ],
      [
        ['track', 'Bought', { products: '[{"sku":"a"},{"sku":"b"},{"sku":"c"}]', tags: '["x"]' }],
        ['track', 'Bought products item', { sku: 'a' }],
        ['track', 'Bought products item', { sku: 'b' }],
        ['track', 'Bought tags item', { value: 'x' }],
      ],
    ],
    ['calls that no trigger wants: nothing', {}, [{ type: 'page', messageId: 'p', name: 'Home' }], []],
    [
      'texts that are too long are cut, between characters',
      {},
      [
        track('n'.repeat(1_030), {
          properties: { long: `${'v'.repeat(1_022)}😀`, [`${'k'.repeat(600)}`]: 1 },
        }),
      ],
      [['track', 'n'.repeat(1_024), { long: 'v'.repeat(1_022), ['k'.repeat(512)]: 1 }]],
    ],
    [
      'ids as texts, as the server reads them',
      {
        subscriptions: [
          subscription('trackEvent', 'userId = "7" and anonymousId = null', { event: 'Seven' }),
        ],
      },
      [track('x', { userId: 7, anonymousId: '' })],
      [['track', 'Seven', {}]],
    ],
  ]
  for (const [title, settings, calls, heap] of rows) {
    test(title, async () => {
      const page = await simplePage(settings)
      page.run('arriveHeap()')
      for (const call of calls) page.call(call)
      assert.deepEqual(page.calls(), heap)
    })
  }

  test('times that a library gives as dates are the texts that the server gets', async () => {
    const mapping = { event: { '@path': '$.timestamp' } }
    const page = await simplePage({ subscriptions: [subscription('trackEvent', 'type = "track"', mapping)] })
    page.run('arriveHeap()')
    page.run("library.call({ type: 'track', messageId: 'm', timestamp: new Date(Date.UTC(2026, 0, 2)) })")
    assert.deepEqual(page.calls(), [['track', '2026-01-02T00:00:00.000Z', {}]])
  })

  test('any properties are as flat as the server makes them', async () => {
    const read = readSettings(heapSettings, { appId: '11' })
    assert.ok(read.ok)
    const dotted = read.values as unknown as HeapSettings
    const page = await simplePage()
    page.run('arriveHeap()')
    const values = fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.string({ unit: 'grapheme' }),
    )
    const key = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('__proto__', 'id', 'a.b', 'toString', ''),
    )
    fc.assert(
      fc.property(fc.object({ maxDepth: 4, values: [values], key }), (given) => {
        page.run('heapCalls.length = 0')
        const event = { ...track('E'), properties: JSON.parse(JSON.stringify(given)) }
        page.call(event)
        assert.deepEqual(page.calls(), [
          ['track', 'E', heapProperties(event.properties, 'event', dotted, [])],
        ])
      }),
      { numRuns: 300 },
    )
  })
})

describe('What goes wrong', () => {
  const rows: readonly [title: string, settings: Partial<PagePlugin>, code: string, counts: object][] = [
    [
      'an event without a name is rejected',
      {},
      "library.call({ type: 'track', messageId: 'm' })",
      { rejected: 1 },
    ],
    [
      'and one with a blank name',
      {},
      "library.call({ type: 'track', event: ' ', messageId: 'm' })",
      { rejected: 1 },
    ],
    [
      'a value that is not what its field takes is rejected',
      {},
      "library.call({ type: 'track', event: 'E', messageId: 'm', properties: 'none' })",
      { rejected: 1 },
    ],
    [
      'an event that no JSON can hold fails',
      {},
      "const event = { type: 'track', event: 'E', messageId: 'm' }; event.properties = { event }; library.plugins[0].track(library.context(event))",
      { failed: 1 },
    ],
    [
      'a Heap that throws fails',
      {},
      "arriveHeap(); heap.track = () => { throw new Error('boom') }; library.call({ type: 'track', event: 'E', messageId: 'm' })",
      { failed: 1 },
    ],
  ]
  for (const [title, settings, code, counts] of rows) {
    test(`${title}: counted, said, and nobody else feels it`, async () => {
      const page = await simplePage(settings)
      page.run(`{ ${code} }`)
      const { problem, ...told } = page.status()
      assert.deepEqual(told, { heap: 'loading', sent: 0, rejected: 0, lost: 0, failed: 0, ...counts })
      assert.deepEqual(page.tell('console.said'), [`Heap Web: ${problem}`])
    })
  }

  test('a mapping that this script cannot do fails alone', async () => {
    const LOUD = subscription('trackEvent', 'type = "track"', { event: { '@lower': 'LOUD' } })
    const page = fakePage()
    await page.load('heap-web', {
      ...SIMPLE,
      subscriptions: [LOUD, ...SIMPLE.subscriptions],
    })
    page.run('arriveHeap()')
    page.call(track('First'))
    assert.deepEqual(page.calls(), [['track', 'First', {}]])
    assert.equal(page.status()['failed'], 1)
  })

  test('a page where Heap cannot be brought still takes events', async () => {
    const page = await simplePage({}, 'document.createElement = () => { throw new Error("no") }')
    page.call(track('First'))
    assert.equal(page.status()['failed'], 1)
  })
})
