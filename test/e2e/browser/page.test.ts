// What a page goes through: no network, the visitor who leaves, a strict policy, consent, and Heap's sessions.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { appOf, heapFor, until } from '../server.ts'
import { noChromium } from './chromium.ts'
import { standInForHeap } from './heap-stand-in.ts'
import { bundled, heapCalls, inPage, startWeb, titleOf, type Web } from './web.ts'

const VENDORS = { customerio: 'cioanalytics', segment: 'analytics' } as const
const vendors = Object.keys(VENDORS) as (keyof typeof VENDORS)[]
/** With 2 KB each, well above the 64 KB that a browser lets be on their way when they may outlive a page. */
const BURST = 60
const perVendor = ['offline', 'leaving', 'burst', 'policy'].flatMap((name) =>
  vendors.map((vendor) => `${name}-${vendor}`),
)

describe('A page in Chromium', { skip: noChromium, timeout: 120_000 }, () => {
  let web: Web
  before(async () => {
    web = await startWeb([...perVendor, 'consenting', 'sessions'], (place) => [
      {
        id: 'web',
        name: 'Heap',
        kind: 'heap-web',
        sources: ['policy-customerio', 'policy-segment', 'consenting'],
        settings: { appId: '51' },
        consent: ['Analytics'],
      },
      { ...heapFor(place.sandbox, 'consented', '52', ['consenting']), consent: ['Analytics'] },
      {
        id: 'heap-sessions',
        name: 'Heap',
        kind: 'heap',
        sources: ['sessions'],
        settings: { appId: '53', apiUrl: place.sandbox.url, sessionsFromPages: true },
      },
    ])
  })
  after(() => web?.end())

  for (const vendor of vendors) {
    const global = VENDORS[vendor]

    test(`without a network for a while: what ${global} was told then arrives`, async () => {
      const name = `offline-${vendor}`
      const context = await web.newContext()
      const page = await context.newPage()
      await page.goto(web.site.page(web.snippetsFor(name)[vendor]))
      await web.arrived(name, 1)
      await context.setOffline(true)
      await inPage(page, `void ${global}.track('Without'), void ${global}.track('Without Too')`)
      await until('the page to know', () => inPage<boolean>(page, 'navigator.onLine === false'))
      await context.setOffline(false)
      const events = await web.arrived(name, 3)
      assert.deepEqual(events.map(titleOf).toSorted(), ['page', 'track Without', 'track Without Too'])
    })

    test(`the page is left right after a call of ${global}: it arrives`, async () => {
      const name = `leaving-${vendor}`
      const page = await (await web.newContext()).newPage()
      await page.goto(web.site.page(web.snippetsFor(name)[vendor]))
      await web.arrived(name, 1)
      const elsewhere = web.site.page('')
      // As soon as the library has begun to send, before any answer.
      await inPage(
        page,
        `{
          const send = window.fetch
          window.fetch = (...given) => {
            const answer = send(...given)
            location.href = ${JSON.stringify(elsewhere)}
            return answer
          }
          void ${global}.track('Goodbye')
        }`,
      )
      await page.waitForURL(elsewhere)
      await page.close()
      const events = await web.arrived(name, 2)
      assert.deepEqual(events.map(titleOf), ['page', 'track Goodbye'])
    })

    test(`a burst of ${global}, more than a browser lets be on its way: all of it arrives, once`, async () => {
      const name = `burst-${vendor}`
      const page = await (await web.newContext()).newPage()
      await page.goto(web.site.page(web.snippetsFor(name)[vendor]))
      await web.arrived(name, 1)
      const numbers = Array.from({ length: BURST }, (_, number) => number)
      await inPage(
        page,
        `for (const number of ${JSON.stringify(numbers)}) void ${global}.track('Burst', { number, filling: 'x'.repeat(2000) })`,
      )
      const events = (await web.arrived(name, 1 + BURST)).filter(({ event }) => event === 'Burst')
      const arrived = events.map(({ properties }) => (properties as { number: number }).number)
      assert.deepEqual(
        arrived.toSorted((a, b) => a - b),
        numbers,
      )
    })

    test(`a strict policy that names the two hosts lets ${global} and Heap Web work`, async () => {
      const name = `policy-${vendor}`
      const context = await web.newContext()
      await standInForHeap(context)
      const page = await context.newPage()
      const policy = [
        "default-src 'none'",
        `script-src 'nonce-n0' ${web.front.url} https://cdn.us.heap-api.com`,
        `connect-src ${web.front.url}`,
      ].join('; ')
      const watch = `<script nonce="n0">window.violations = []; addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI))</script>`
      const head = watch + web.snippetsFor(name)[vendor].replace('<script>', '<script nonce="n0">')
      await page.goto(web.site.page(head, { 'content-security-policy': policy }))
      await web.arrived(name, 1)
      const found = await page.evaluate(`(${global}.track('Allowed'), violations)`)
      assert.deepEqual(found, [])
      const calls = await heapCalls(page, 'Allowed')
      assert.ok(calls.length > 0)
      await web.arrived(name, 2)
    })
  }

  test('consent denied: nothing for Heap in the page and on the server; granted: both, and only what came after', async () => {
    const { npmSegment } = web.snippetsFor('consenting')
    const options = /AnalyticsBrowser\.load\((.*)\)/.exec(npmSegment)?.[1] as string
    const head = await bundled(`
      import { AnalyticsBrowser } from '@segment/analytics-next'
      import { createWrapper } from '@segment/analytics-consent-tools'
      const analytics = window.analytics = new AnalyticsBrowser()
      createWrapper({ getCategories: () => JSON.parse(localStorage.consent ?? '{"Analytics":false}') })(analytics)
      analytics.load(${options})
    `)
    const context = await web.newContext()
    const cdn = await standInForHeap(context)
    const page = await context.newPage()
    await page.goto(web.site.page(head))
    await inPage(page, `analytics.track('Denied')`)
    await web.arrived('consenting', 1)
    await web.millrace.counted('destinations', 'consented', 'filtered', 1)
    assert.deepEqual(cdn.asked, [])

    await inPage(page, `localStorage.consent = '{"Analytics":true}'`)
    await page.reload()
    await inPage(page, `analytics.track('Granted')`)
    const tracks = (await heapCalls(page, 'Granted')).filter(([name]) => name === 'track')
    await web.millrace.counted('destinations', 'consented', 'delivered', 1)
    const names = [
      tracks.map(([, name]) => name),
      appOf(web.place.sandbox, '52').events.map(({ event }) => event),
    ]
    assert.deepEqual(names, [['Granted'], ['Granted']])
  })

  test('events that the server sends join Heap’s session in the page', async () => {
    const context = await web.newContext()
    await standInForHeap(context)
    const page = await context.newPage()
    const heap = `<script>
      window.heap = { loaded: true, getUserId: () => '1234567890', getSessionId: () => '987654321' }
    </script>`
    await page.goto(web.site.page(heap + web.snippetsFor('sessions').customerio))
    await inPage(page, `cioanalytics.track('In Session')`)
    const events = await web.arrived('sessions', 2)
    for (const { context: about } of events) {
      assert.deepEqual(about['heap'], { userId: '1234567890', sessionId: '987654321' })
    }
    await web.millrace.done('heap-sessions', 2)
    for (const { user_id, session_id } of appOf(web.place.sandbox, '53').events) {
      assert.deepEqual([user_id, session_id], ['1234567890', '987654321'])
    }
  })
})
