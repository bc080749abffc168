// Both vendors' libraries for browsers, unmodified, in a real one: each way into a page, each way of sending.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { until } from '../server.ts'
import { noChromium } from './chromium.ts'
import { bundled, inPage, startWeb, titleOf, type Web } from './web.ts'

const VENDORS = {
  customerio: { global: 'cioanalytics', delivery: 'Customer.io Data Pipelines', npm: 'npmCustomerio' },
  segment: { global: 'analytics', delivery: 'Segment.io', npm: 'npmSegment' },
} as const
type Vendor = keyof typeof VENDORS
const vendors = Object.keys(VENDORS) as Vendor[]
const rows = vendors.flatMap((vendor) =>
  (['snippet', 'npm'] as const).flatMap((way) =>
    (['standard', 'batching'] as const).map((strategy) => ({
      vendor,
      way,
      strategy,
      name: `${vendor}-${way}-${strategy}`,
    })),
  ),
)

describe('In Chromium', { skip: noChromium, timeout: 120_000 }, () => {
  let web: Web
  before(async () => {
    web = await startWeb(
      rows.map(({ name }) => name),
      () => [],
    )
  })
  after(() => web?.end())

  for (const { vendor, way, strategy, name } of rows) {
    const { global, delivery, npm } = VENDORS[vendor]
    test(`${global} as ${way}, ${strategy}: identify, track, page, group, alias and reset arrive`, async () => {
      const snippets = web.snippetsFor(name)
      const config = { size: 2, timeout: 200 }
      const options = JSON.stringify({
        integrations: { [delivery]: { deliveryStrategy: { strategy, config } } },
      })
      const head =
        way === 'snippet'
          ? snippets[vendor].replace(`queue.load("${name}-key")`, `queue.load("${name}-key",${options})`)
          : await bundled(
              `${snippets[npm].replace(/ \}\)\n?$/, ` }, ${options})`)}\nwindow.${global} = ${global}; ${global}.page()`,
            )
      assert.ok(head.includes('deliveryStrategy'))
      const page = await (await web.newContext()).newPage()
      const errors: string[] = []
      page.on('pageerror', (error) => errors.push(error.message))
      await page.goto(web.site.page(head))
      await until('the first call', () => web.received(name).length > 0 || undefined)
      await inPage(
        page,
        `(async () => {
          await ${global}.alias('ada', 'visitor-1')
          await ${global}.identify('ada', { plan: 'pro' })
          await ${global}.track('Signed Up', { total: 12.5, nested: { deep: [1, 2] } })
          await ${global}.group('g1', { name: 'Acme' })
          ${global}.reset()
          await ${global}.track('Somebody Else')
        })()`,
      )
      const events = await web.arrived(name, 6)
      const titles = ['page', 'alias', 'identify', 'track Signed Up', 'group', 'track Somebody Else']
      assert.deepEqual(events.map(titleOf).toSorted(), titles.toSorted())
      const named = (title: string) => events.find((event) => titleOf(event) === title)
      const signedUp = named('track Signed Up')
      assert.equal(signedUp?.['userId'], 'ada')
      assert.deepEqual(signedUp?.['properties'], { total: 12.5, nested: { deep: [1, 2] } })
      assert.deepEqual(named('identify')?.['traits'], { plan: 'pro' })
      assert.equal(named('group')?.['groupId'], 'g1')
      assert.deepEqual([named('alias')?.['userId'], named('alias')?.['previousId']], ['ada', 'visitor-1'])
      assert.equal(signedUp?.anonymousId, named('page')?.anonymousId)
      const other = named('track Somebody Else')
      assert.ok(
        other?.['userId'] === undefined && other?.anonymousId !== signedUp?.anonymousId,
        'the reset counts',
      )
      assert.deepEqual(errors, [])

      const to = strategy === 'standard' ? /^\/v1\/[tipga]$/ : /^\/v1\/b$/
      assert.ok(web.front.seen(to, 'POST').length > 0, 'it was sent the way that was asked for')
    })
  }

  test('Segment’s calls are asked for beforehand (preflight), as they carry authorization; nothing is refused', () => {
    const preflights = web.front.seen(/^\/v1\/[tbipga]$/, 'OPTIONS')
    assert.ok(preflights.length > 0)
    assert.deepEqual(new Set(preflights.map(({ status }) => status)), new Set([204]))
    const refused = web.front.seen(/./).filter(({ status }) => status >= 400)
    assert.deepEqual(refused, [])
  })
})
