// The first run with a keyboard and nothing else: a source, the catalogue, the wizard, and Heap is enabled.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { until } from '../server.ts'
import { type AdminPages, startAdminPages } from './admin-pages.ts'
import { noChromium } from './chromium.ts'

const APP = '93'
const PRESSES_MAX = 80

const hasFocus = (one: Locator) => one.evaluate((element) => element === document.activeElement)

/** Presses Tab until it has the focus, as somebody does who sees where the focus is. */
async function tabTo(page: Page, one: Locator): Promise<void> {
  await one.waitFor({ state: 'attached' })
  for (let press = 0; press < PRESSES_MAX; press += 1) {
    await page.keyboard.press('Tab')
    if (await hasFocus(one)) return assertSeen(page, one)
  }
  assert.fail(`Tab does not lead to ${one}`)
}

/** What has the focus says so, itself or, as a radio button that is drawn as a card, by what it stands in. */
async function assertSeen(page: Page, one: Locator): Promise<void> {
  const isSeen = await one.evaluate((element) => {
    const label = element.closest('label')
    return [element, ...(label === null ? [] : [label])].some((drawn) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(drawn)
      return outlineStyle !== 'none' && outlineWidth !== '0px'
    })
  })
  assert.ok(isSeen, `it is not seen that ${one} has the focus at ${page.url()}`)
}

describe('By keyboard alone', { skip: noChromium, timeout: 180_000 }, () => {
  let pages: AdminPages
  let page: Page
  before(async () => {
    pages = await startAdminPages()
    ;({ page } = await pages.open('/'))
  })
  after(() => pages?.end())

  const heading = (name: string, level = 1) =>
    page.getByRole('heading', { name, exact: true, level }).waitFor()
  const main = () => page.getByRole('main')
  async function enter(one: Locator): Promise<void> {
    await tabTo(page, one)
    await page.keyboard.press('Enter')
  }

  test('a source is added: its kind by arrows, its name by typing, the rest by Enter', async () => {
    await enter(main().getByRole('link', { name: 'Add source', exact: true }))
    await heading('Add a source')
    await tabTo(page, page.getByRole('radio', { name: /^JavaScript/ }))
    await page.keyboard.press('ArrowDown')
    const node = page.getByRole('radio', { name: /^Node/ })
    assert.deepEqual([await node.isChecked(), await hasFocus(node)], [true, true])
    await tabTo(page, page.getByLabel('Name'))
    await page.keyboard.type('Backend')
    await page.keyboard.press('Enter')
    await heading('Backend')
    await page.getByText('Waiting for the first event…').waitFor()
  })

  test('the catalogue is searched, and its entry for Heap is opened', async () => {
    await enter(page.getByRole('link', { name: 'Catalogue', exact: true }))
    await heading('Catalogue')
    await tabTo(page, page.getByLabel('Search the catalogue'))
    await page.keyboard.type('heap')
    await page.waitForURL('**/catalogue?q=heap')
    await enter(page.getByRole('link', { name: /^Heap\s+recommended/ }))
    await heading('Add Heap')
  })

  test('the wizard is gone through: Space chooses, Enter goes on, and Heap is enabled', async () => {
    const source = page.getByRole('checkbox', { name: /^Backend/ })
    await tabTo(page, source)
    await page.keyboard.press('Space')
    assert.equal(await source.isChecked(), true)
    await enter(page.getByRole('button', { name: 'Go on to settings' }))
    await heading('Settings', 2)
    await tabTo(page, page.getByLabel(/^App Id/))
    await page.keyboard.type(APP)
    const more = page.getByText('More settings')
    await enter(more)
    await tabTo(page, page.getByLabel(/^API address/))
    await page.keyboard.type(pages.place.sandbox.url)
    await enter(page.getByRole('button', { name: 'Go on to actions' }))
    await heading('Actions', 2)
    const identify = page.getByRole('switch', { name: 'Identify User' })
    await tabTo(page, identify)
    await page.keyboard.press('Space')
    assert.equal(await identify.getAttribute('aria-checked'), 'false')
    await page.keyboard.press('Space')
    assert.equal(await identify.getAttribute('aria-checked'), 'true')
    await enter(page.getByRole('button', { name: 'See what will happen' }))
    await heading('Enable', 2)
    await enter(page.getByRole('button', { name: 'Enable Destination' }))
    await heading('Heap')
    await page.getByText('Heap is enabled.').waitFor()
  })

  test('what is sent to the source arrives in Heap', async () => {
    const { writeKey } = (await pages.millrace.admin('sources/backend')) as { writeKey?: string }
    await pages.millrace.post('/v1/track', String(writeKey), { userId: 'ada', event: 'Typed' })
    await until('the event in Heap', () => {
      const { apps } = pages.place.sandbox.heap.state({ limit: 10, order: 'arrival' })
      return apps[APP]?.events.find(({ event, identity }) => event === 'Typed' && identity === 'ada')
    })
  })
})
