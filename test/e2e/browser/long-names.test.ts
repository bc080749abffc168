// Names that are as long as people make them, without a place to break: no page stands out of the side of its window.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { heapFor, source, until } from '../server.ts'
import { type AdminPages, loaded, startAdminPages } from './admin-pages.ts'
import { noChromium } from './chromium.ts'

const NAME = 'storefront_of_the_european_subsidiary_staging_do_not_use_for_reporting_2026'
const EVENT = 'com.example.storefront.checkout.payment.express.gift_card.redemption.completed.v2'
const WIDTHS_PX = [320, 1_280]
/** The smallest of phones, and a desk. */
const PAGES = [
  '/',
  '/sources',
  '/sources/shop-web',
  '/sources/shop-web/schema',
  '/sources/shop-web/set-up',
  '/sources/shop-web/settings',
  '/tracking-plans',
  '/tracking-plans/plan',
  '/destinations',
  '/destinations/new/heap',
  '/destinations/heap',
  '/destinations/heap/actions',
  '/destinations/heap/deliveries',
  '/destinations/heap/dead-letters',
  '/destinations/heap/sources',
  '/destinations/heap/settings',
  '/destinations/heap-web/sources',
  '/destinations/heap/actions/track-event',
  '/events',
  `/search?q=${NAME}`,
  '/settings',
]

describe('Long names, in the pages', { skip: noChromium, timeout: 180_000 }, () => {
  let pages: AdminPages
  before(async () => {
    pages = await startAdminPages(({ sandbox }) => ({
      sources: [
        { ...source('shop-web', 'javascript'), name: NAME, plan: { id: 'plan' } },
        { ...source('ios-app', 'ios'), name: NAME },
      ],
      destinations: [
        { ...heapFor(sandbox, 'heap', '71', ['shop-web', 'ios-app']), name: NAME },
        { id: 'heap-web', name: NAME, kind: 'heap-web', sources: ['shop-web'], settings: { appId: '72' } },
      ],
      plans: [{ id: 'plan', name: NAME, rules: [] }],
      alerts: { channels: [], rules: { deadLetters: { count: 1, minutes: 60 } } },
    }))
    const batch = ['null', 'ada', `${NAME}@example.com`].map((userId) => ({
      ...{ type: 'track', event: EVENT, userId, messageId: `${NAME}-${userId}` },
      properties: { [NAME]: NAME },
    }))
    await pages.millrace.post('/v1/batch', 'shop-web-key', { batch })
    await pages.millrace.done('heap', batch.length)
    await until('an alert with the name', async () => {
      const { active } = (await pages.millrace.admin('alerts')) as unknown as { active: readonly object[] }
      return active.length > 0 || undefined
    })
  })
  after(() => pages?.end())

  for (const width of WIDTHS_PX) {
    test(`nothing stands out of a window of ${width} px`, async () => {
      const { page } = await pages.open('/', { viewport: { width, height: 800 }, reducedMotion: 'reduce' })
      const out: string[] = []
      for (const path of PAGES) {
        await page.goto(pages.millrace.adminUrl + path)
        await loaded(page)
        const wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
        const out_px = await page.evaluate<number>(wide)
        if (out_px > 0) out.push(`${path}: ${out_px} px`)
      }
      assert.deepEqual(out, [])
    })
  }
})
