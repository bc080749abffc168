import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { PagePlugin } from '../core/page-plugin.ts'
import { readSettings } from '../core/payload.ts'
import { presetSubscriptions } from '../core/presets.ts'
import { type HeapSettings, settings as heapSettings } from '../destinations/heap/settings.ts'
import { heapProperties } from '../destinations/heap/values.ts'
import { heapWeb } from '../destinations/heap-web/index.ts'
import { fakePage, parsed, SETTINGS, subscription } from './testing.ts'
import { bundleFor } from './which-bundle.ts'

const trackOnly = subscription('trackEvent', 'type = "track"', {
  event: { '@path': '$.event' },
  properties: { '@path': '$.properties' },
})
const READY_MADE = presetSubscriptions(heapWeb).flatMap(({ enabled, action, trigger, mapping }) =>
  enabled ? [subscription(action as 'trackEvent', trigger, mapping)] : [],
)
const SIMPLE: PagePlugin = { ...SETTINGS, subscriptions: [trackOnly] }
const FULL: PagePlugin = {
  ...SETTINGS,
  instanceId: 'full',
  subscriptions: [subscription('trackEvent', 'contains(event, "Up")', { event: { '@lower': 'LOUD' } })],
}
let count = 0
const track = (event: string, more: object = {}) => ({
  type: 'track',
  event,
  messageId: `m${count++}`,
  ...more,
})
const status = (page: ReturnType<typeof fakePage>, id = SETTINGS.instanceId) =>
  page.tell(`millraceHeapWeb.instances['${id}']`) as Record<string, unknown>

async function simplePage(more: Partial<PagePlugin> = {}, before = '') {
  const settings = { ...SIMPLE, ...more }
  const page = fakePage(before)
  await page.load(bundleFor(settings), settings)
  return page
}

describe('Heap is brought', () => {
  const current = (path: string) => `https://${path}/config/11/heap_config.js`
  const classic = (path: string) => `https://${path}/js/heap-11.js`
  const hostname = 'heap.shop.example'
  const rows: readonly [given: Partial<PagePlugin>, from: string][] = [
    [{}, current('cdn.us.heap-api.com')],
    [{ region: 'EU' }, current('cdn.eu.heap-api.com')],
    [{ ingestServer: 'data.shop.example' }, current('cdn.us.heap-api.com')],
    [{ trackingServer: 'https://data.shop.example' }, classic('cdn.heapanalytics.com')],
    [{ trackingServer: 't.example', ingestServer: 'i.example' }, current('cdn.us.heap-api.com')],
    [{ hostname }, classic(hostname)],
    [{ hostname, ingestServer: 'i.example' }, classic(hostname)],
    [{ hostname, sdk: 'current' }, current(hostname)],
    [{ sdk: 'classic' }, classic('cdn.heapanalytics.com')],
    [{ sdk: 'classic', hostname }, classic(hostname)],
    [{ sdk: 'current', trackingServer: 't.example' }, current('cdn.us.heap-api.com')],
  ]
  for (const [given, from] of rows) {
    test(`${JSON.stringify(given)}: from ${from}`, async () => {
      const page = await simplePage(given)
      assert.deepEqual(page.tell('document.scripts.map(({ src }) => src)'), [from])
    })
  }

  test('the current library gets its settings, and calls wait in its own queue', async () => {
    const page = await simplePage({ disableTextCapture: true, secureCookie: true, ingestServer: 'i.example' })
    assert.deepEqual(page.tell('[heap.envId, heap.clientConfig]'), [
      '11',
      {
        disableTextCapture: true,
        secureCookie: true,
        ingestServer: 'i.example',
        shouldFetchServerConfig: false,
      },
    ])
    page.call(track('First'))
    page.run("heap.addEventProperties({ of: 'the site' })")
    page.call(track('Second', { properties: { total: 1 } }))
    assert.deepEqual(page.tell('heapReadyCb.map(({ name }) => name)'), [
      'track',
      'addEventProperties',
      'track',
    ])
    page.arrive('onload', 'arriveHeap()')
    assert.deepEqual(page.calls(), [
      ['track', 'First', {}],
      ['track', 'Second', { total: 1 }],
    ])
    assert.deepEqual(status(page), { heap: 'loaded', sent: 2, rejected: 0, lost: 0, failed: 0 })
  })

  test('the classic library gets its settings, and calls wait in its own queue', async () => {
    const page = await simplePage({ trackingServer: 't.example' })
    page.call(track('First', { properties: { total: 1 } }))
    assert.deepEqual(page.tell('[heap.appid, heap.config, [...heap]]'), [
      '11',
      { disableTextCapture: false, secureCookie: false, trackingServer: 't.example' },
      [['track', 'First', { total: 1 }]],
    ])
  })

  const recording = (more: string) =>
    `window.heap = { ${more} track: (...values) => heapCalls.push(['track', ...values]) }`
  const existing: readonly [title: string, has: string, heap: string, sent: number][] = [
    ['a Heap that the page has is used', '', 'existing', 1],
    ['of the same App Id too', "envId: '11',", 'existing', 1],
    ['the classic one too', 'appid: 11,', 'existing', 1],
    ['one of another App Id is not, as Heap could not undo it', "envId: '12',", 'another app', 0],
  ]
  for (const [title, has, heap, sent] of existing) {
    test(`${title}, and it is said`, async () => {
      const page = await simplePage({}, recording(has))
      page.call(track('First'))
      assert.deepEqual(page.tell('document.scripts'), [])
      assert.equal(page.calls().length, sent)
      assert.match((page.tell('console.said') as string[]).join(), new RegExp(`^Heap Web: ${heap}`))
      const { heap: told, sent: count, lost } = status(page)
      assert.deepEqual([told, count, lost], [heap, sent, 1 - sent])
    })
  }

  test('what is called after its script was refused is counted as lost, and kept nowhere', async () => {
    const page = await simplePage()
    page.call(track('Before'))
    page.arrive('onerror')
    page.call(track('After'))
    assert.deepEqual(page.tell('heapReadyCb.length'), 1)
    assert.deepEqual(status(page), {
      heap: 'blocked',
      sent: 1,
      rejected: 0,
      lost: 1,
      failed: 0,
      problem: 'blocked',
    })
    assert.deepEqual(page.tell('library.logged'), ['Heap Web: blocked'])
  })

  test('a library that never comes gets at most 1,000 calls to wait for it', async () => {
    const page = await simplePage()
    for (let number = 0; number < 1_003; number++) page.call(track('Again'))
    assert.equal(page.tell('heapReadyCb.length'), 1_000)
    const { sent, lost, problem } = status(page)
    assert.deepEqual([sent, lost, problem], [1_000, 3, 'queue full'])
  })
})

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
    test(`${title}: counted, told in the library's log, and nobody else feels it`, async () => {
      const page = await simplePage(settings)
      page.run(`{ ${code} }`)
      const { problem, ...told } = status(page)
      assert.deepEqual(told, { heap: 'loading', sent: 0, rejected: 0, lost: 0, failed: 0, ...counts })
      assert.deepEqual(page.tell('library.logged'), [`Heap Web: ${problem}`])
    })
  }

  test('a mapping that this script cannot do fails alone', async () => {
    const page = fakePage()
    await page.load('heap-web', {
      ...SIMPLE,
      subscriptions: [...FULL.subscriptions, ...SIMPLE.subscriptions],
    })
    page.run('arriveHeap()')
    page.call(track('First'))
    assert.deepEqual(page.calls(), [['track', 'First', {}]])
    assert.equal(status(page)['failed'], 1)
  })

  test('a page where Heap cannot be brought still takes events', async () => {
    const page = await simplePage({}, 'document.createElement = () => { throw new Error("no") }')
    page.call(track('First'))
    assert.equal(status(page)['failed'], 1)
  })
})

describe('Two instances in one page', () => {
  for (const order of [
    [SIMPLE, FULL],
    [FULL, SIMPLE],
  ] as const) {
    test(`${order.map(bundleFor).join(' before ')}: each can do what it must, with one Heap`, async () => {
      const page = fakePage()
      for (const one of order) await page.load(bundleFor(one), one)
      page.run('arriveHeap()')
      page.call(track('Signed Up'))
      const names = page.calls().map(([, name]) => name)
      assert.deepEqual(names.toSorted(), ['Signed Up', 'loud'])
      assert.deepEqual(page.tell('document.scripts.length'), 1)
      for (const { instanceId } of order) assert.equal(status(page, instanceId)['sent'], 1)
    })
  }

  test('of two App Ids, the first has the page', async () => {
    const page = fakePage()
    await page.load('heap-web', SIMPLE)
    await page.load('heap-web', { ...SIMPLE, instanceId: 'other', appId: '12' })
    page.run('arriveHeap()')
    page.call(track('Once'))
    assert.equal(page.calls().length, 1)
    assert.deepEqual([status(page)['sent'], status(page, 'other')['lost']], [1, 1])
  })

  test('a reset makes one new visitor, not two', async () => {
    const page = fakePage()
    await page.load('heap-web', SIMPLE)
    await page.load('heap-web', { ...SIMPLE, instanceId: 'other' })
    page.run("arriveHeap(); library.emit('reset')")
    assert.deepEqual(page.calls(), [['resetIdentity']])
  })
})

describe('A reset is done in the order of the calls', () => {
  /** `start` names an event that is called, `deliver` one that is handed over. */
  const rows: readonly [title: string, steps: readonly string[], heap: readonly string[]][] = [
    ['at once when nothing is on its way', ['reset'], ['resetIdentity']],
    ['after what was called before it', ['start A', 'reset', 'deliver A'], ['track A', 'resetIdentity']],
    [
      'before what was called after it',
      ['start A', 'start B', 'reset', 'start C', 'deliver A', 'deliver B', 'deliver C'],
      ['track A', 'track B', 'resetIdentity', 'track C'],
    ],
    [
      'when what was called before it never comes: with the next event',
      ['start A', 'reset', 'start B', 'deliver B'],
      ['resetIdentity', 'track B'],
    ],
    ['when the page goes', ['start A', 'reset', 'leave'], ['resetIdentity']],
    [
      'twice, when there are two',
      ['start A', 'reset', 'reset', 'deliver A', 'start B', 'deliver B'],
      ['resetIdentity', 'track A', 'resetIdentity', 'track B'],
    ],
  ]
  for (const [title, steps, heap] of rows) {
    test(title, async () => {
      const page = await simplePage()
      page.run('arriveHeap(); const started = {}')
      for (const step of steps) {
        const [verb = '', name = ''] = step.split(' ')
        if (verb === 'start') page.run(`started.${name} = library.start(${parsed(track(name))})`)
        if (verb === 'deliver') page.run(`started.${name}()`)
        if (verb === 'reset') page.run("library.emit('reset')")
        if (verb === 'leave') page.run('listeners.pagehide()')
      }
      assert.deepEqual(
        page.calls().map(([call, name]) => (name === undefined ? call : `${call} ${name}`)),
        heap,
      )
    })
  }
})
