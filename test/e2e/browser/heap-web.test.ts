// Heap from the page itself, in a real browser; a stand-in for Heap's own scripts records what it is called with.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../server.ts'
import { noChromium } from './chromium.ts'
import { standInForHeap } from './heap-stand-in.ts'
import { bundled, heapCalls, inPage, startWeb, titleOf, type Web } from './web.ts'

/** The sources, and what each one's Heap Web is told. Two of them have two. */
const WEB: Readonly<Record<string, readonly object[]>> = {
  seed: [{ settings: { appId: '31' } }],
  bundled: [{ settings: { appId: '32' } }],
  classic: [{ settings: { appId: '33', hostname: 'heap.shop.example' } }],
  existing: [{ settings: { appId: '34' } }],
  shaped: [
    {
      settings: { appId: '35' },
      actions: [
        {
          action: 'trackEvent',
          trigger: 'type = "page" and contains(context.page.url, "http")',
          mapping: { event: { '@liquid': '{{ context.page.title | append: " seen" | upcase }}' } },
        },
      ],
    },
  ],
  order: [{ settings: { appId: '36' } }],
  double: [
    { settings: { appId: '37' } },
    {
      settings: { appId: '37' },
      actions: [
        {
          action: 'trackEvent',
          trigger: 'event = "Two"',
          mapping: { event: { '@upper': { '@path': '$.event' } } },
        },
      ],
    },
  ],
  blocked: [{ settings: { appId: '38' } }],
  never: [{ settings: { appId: '39' } }],
  refused: [{ settings: { appId: '40' } }],
  broken: [{ settings: { appId: '41' } }],
  hidden: [{ settings: { appId: '42' } }],
}
/** From the call to the beginning of its request. One of the libraries holds events for 10 s while a plugin loads. */
const HELD_MS_MAX = 1_000

/** Calls, and notes when the library begins to send. */
async function callAt(page: Page, global: string, event: string): Promise<void> {
  await inPage(
    page,
    `{
      const send = window.fetch
      window.fetch = (...given) => {
        window.held_ms ??= performance.now() - window.calledAt_ms
        return send(...given)
      }
      window.calledAt_ms = performance.now()
      void ${global}.track('${event}')
    }`,
  )
}

async function assertNotHeld(page: Page): Promise<void> {
  const held_ms = await inPage<number>(page, 'window.held_ms')
  assert.ok(held_ms < HELD_MS_MAX, `held for ${held_ms} ms`)
}

describe('Heap Web in Chromium', { skip: noChromium, timeout: 120_000 }, () => {
  let web: Web
  before(async () => {
    web = await startWeb(Object.keys(WEB), () =>
      Object.entries(WEB).flatMap(([name, instances]) =>
        instances.map((one, index) => ({
          id: `web-${name}-${index}`,
          name: `${name} ${index}`,
          kind: 'heap-web',
          sources: [name],
          ...one,
        })),
      ),
    )
  })
  after(() => web?.end())

  async function open(
    name: string,
    how: Parameters<typeof standInForHeap>[1],
    more: { head?: string; before?: string } = {},
  ) {
    const context = await web.newContext()
    const cdn = await standInForHeap(context, how)
    const page = await context.newPage()
    const head = more.head ?? web.snippetsFor(name).customerio
    await page.goto(web.site.page((more.before ?? '') + head))
    return { page, cdn }
  }
  const statusOf = (page: Page, id: string) =>
    inPage<Record<string, unknown> | undefined>(page, `window.millraceHeapWeb?.instances['${id}']`)

  test('the example of Heap’s users arrives in the log, and flattened at Heap; the server sends Heap nothing', async () => {
    const call = `<script>cioanalytics.track('Signed Up', {
      foo: { bar: { cheese: 'american', prop: [1, 2, 3], products: [{"A": "Jello"}, {"B": "Peanut"}] } }
    })</script>`
    const { page, cdn } = await open('seed', 'answers', { head: web.snippetsFor('seed').customerio + call })
    const calls = await heapCalls(page, 'Signed Up')
    assert.deepEqual(
      calls.filter(([name]) => name === 'track'),
      [
        [
          'track',
          'Signed Up',
          {
            'foo.bar.cheese': 'american',
            'foo.bar.prop': '[1,2,3]',
            'foo.bar.products': '[{"A":"Jello"},{"B":"Peanut"}]',
          },
        ],
      ],
    )
    assert.deepEqual(cdn.asked, ['https://cdn.us.heap-api.com/config/31/heap_config.js'])
    const events = await web.arrived('seed', 2)
    assert.deepEqual(events.map(titleOf).toSorted(), ['page', 'track Signed Up'])
    assert.deepEqual(Object.keys(web.place.sandbox.heap.state({}).apps), [])
    assert.ok(web.front.seen(/\/heap-web\.[0-9a-f]+\.js$/).length > 0, 'the smallest script is enough')
  })

  test('analytics from npm: identify and track at Heap, with the person first', async () => {
    const head = await bundled(`${web.snippetsFor('bundled').npmSegment}\nwindow.analytics = analytics`)
    const { page } = await open('bundled', 'answers', { head })
    await inPage(
      page,
      `analytics.identify('ada', { plan: 'pro', address: { city: 'London' } }).then(() => analytics.track('Bought'))`,
    )
    const calls = await heapCalls(page, 'Bought')
    const [identify, properties] = calls
    assert.deepEqual(identify, ['identify', 'ada'])
    const { anonymous_id, ...given } = (properties?.[1] ?? {}) as Record<string, unknown>
    assert.deepEqual(
      [properties?.[0], given],
      ['addUserProperties', { plan: 'pro', 'address.city': 'London' }],
    )
    const [event] = await web.arrived('bundled', 2)
    assert.equal(anonymous_id, event?.anonymousId)
  })

  test('a Hostname loads the classic library from there', async () => {
    const { page, cdn } = await open('classic', 'answers')
    await inPage(page, `cioanalytics.track('Classic')`)
    await heapCalls(page, 'Classic')
    assert.deepEqual(cdn.asked, ['https://heap.shop.example/js/heap-33.js'])
  })

  test('a Heap that the page has is used, and it is said', async () => {
    const said: string[] = []
    const before =
      '<script>window.heapCalls = []; window.heap = { envId: "34" }; for (const name of ["track", "identify", "addUserProperties"]) heap[name] = (...values) => heapCalls.push([name, ...values])</script>'
    const { page, cdn } = await open('existing', 'answers', { before })
    page.on('console', (message) => said.push(message.text()))
    await inPage(page, `cioanalytics.track('Once')`)
    await heapCalls(page, 'Once')
    assert.deepEqual(cdn.asked, [])
    assert.equal((await statusOf(page, 'web-existing-0'))?.['heap'], 'existing')
  })

  test('a trigger with functions and a mapping with Liquid do in the page what the server would do', async () => {
    const { page } = await open('shaped', 'answers', { before: '<title>Shop</title>' })
    await heapCalls(page, 'SHOP SEEN')
    assert.ok(web.front.seen(/\/heap-web-liquid\./).length > 0)
  })

  test('calls are done in their order: the goodbye is of the person who leaves, then Heap forgets them', async () => {
    const { page } = await open('order', 'answers')
    await inPage(page, `cioanalytics.identify('ada')`)
    await until('identify', async () =>
      inPage<boolean>(page, `window.heapCalls?.some(([name]) => name === 'identify')`),
    )
    await inPage(page, `cioanalytics.track('Signed Out'), cioanalytics.reset(), cioanalytics.track('Landed')`)
    const calls = await heapCalls(page, 'Landed')
    assert.deepEqual(
      calls
        .map(([name, what]) => (name === 'track' ? what : name))
        .filter((name) => name !== 'addUserProperties'),
      ['identify', 'identify', 'Signed Out', 'resetIdentity', 'Landed'],
    )
  })

  test('two instances in one page: one Heap, and each does its own', async () => {
    const { page, cdn } = await open('double', 'answers')
    await inPage(page, `cioanalytics.track('Two')`)
    await Promise.all([heapCalls(page, 'Two'), heapCalls(page, 'TWO')])
    assert.equal(cdn.asked.length, 1)
    for (const id of ['web-double-0', 'web-double-1']) assert.equal((await statusOf(page, id))?.['sent'], 1)
  })

  for (const [name, how] of [
    ['blocked', 'blocked'],
    ['never', 'held'],
  ] as const) {
    for (const vendor of ['customerio', 'segment'] as const) {
      test(`Heap’s script ${name === 'never' ? 'never comes' : 'is blocked'}: ${vendor} holds no event for it`, async () => {
        const { page, cdn } = await open(name, how, { head: web.snippetsFor(name)[vendor] })
        const event = `Through ${vendor}`
        await callAt(page, vendor === 'segment' ? 'analytics' : 'cioanalytics', event)
        await until(event, () => web.received(name).some((one) => one.event === event) || undefined)
        await assertNotHeld(page)
        assert.equal(cdn.asked.length, 1)
        await cdn.release()
        if (how === 'held') await heapCalls(page, event)
        else {
          const status = await until('the block to be seen', async () => {
            const found = await statusOf(page, `web-${name}-0`)
            return found?.['heap'] === 'blocked' ? found : undefined
          })
          assert.ok(Number(status['sent']) + Number(status['lost']) > 0)
        }
      })
    }
  }

  for (const [name, refusal] of [
    ['refused', 'not found'],
    ['broken', 'broken'],
  ] as const) {
    test(`our script is ${name} by a blocker: other events flow, within a second of the call`, async () => {
      web.front.refuse(/\/plugins\//, refusal)
      try {
        const { page } = await open(name, 'answers', { head: web.snippetsFor(name).customerio })
        await web.arrived(name, 1)
        await callAt(page, 'cioanalytics', 'Through')
        await web.arrived(name, 2)
        await assertNotHeld(page)
        assert.equal(await inPage(page, 'typeof window.millraceHeapWeb'), 'undefined')
      } finally {
        web.front.allowAll()
      }
    })
  }

  test('the libraries’ option obfuscate finds the script', async () => {
    const head = web
      .snippetsFor('hidden')
      .segment.replace('queue.load("hidden-key")', 'queue.load("hidden-key",{obfuscate:true})')
    const { page } = await open('hidden', 'answers', { head })
    await inPage(page, `analytics.track('Hidden')`)
    await heapCalls(page, 'Hidden')
    assert.deepEqual(
      web.front.seen(/cGx1Z2lucw\//).map(({ status }) => status),
      [200],
    )
  })
})
