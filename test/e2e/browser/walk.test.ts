// One person's way through the pages, from an empty data folder to events in Heap that can be seen, mended and sent
// again. Each test goes on where the one before it ended, in the same tab, as a person would.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { until } from '../server.ts'
import { type AdminPages, startAdminPages } from './admin-pages.ts'
import { noChromium } from './chromium.ts'
import { type Site, startSite } from './front.ts'
import { inPage } from './web.ts'

const APP = '91'
/** The example that Customer.io's page on Heap gives for nested data. */
const NESTED = `{ foo: { bar: {
  cheese: 'american', prop: [1, 2, 3], products: [{ A: 'Jello' }, { B: 'Peanut' }],
} } }`
const FLAT = {
  'foo.bar.cheese': 'american',
  'foo.bar.prop': '[1,2,3]',
  'foo.bar.products': '[{"A":"Jello"},{"B":"Peanut"}]',
}

describe('The walk from an empty folder', { skip: noChromium, timeout: 280_000 }, () => {
  let pages: AdminPages
  let site: Site
  /** The person's tab. */
  let page: Page
  /** Another tab: a page of the site, with the snippet. */
  let visited: Page
  let troubles: () => readonly string[]
  let backendKey = ''
  before(async () => {
    pages = await startAdminPages()
    site = await startSite()
    ;({ page, troubles } = await pages.open('/'))
  })
  after(async () => {
    await pages?.end()
    await site?.close()
  })

  const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor()
  const go = async (place: string) => {
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: place, exact: true })
      .click()
    await heading(place)
  }
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const tab = (name: RegExp) =>
    page.getByRole('navigation', { name: 'Destination' }).getByRole('link', { name }).click()
  const seesText = (text: string | RegExp, within: Page | Locator = page) =>
    within.getByText(text).first().waitFor()
  const atHeap = () => pages.place.sandbox.heap.state({ limit: 100, order: 'arrival' }).apps[APP]
  const eventAtHeap = (name: string) =>
    until(`${name} in Heap`, () => atHeap()?.events.find(({ event }) => event === name))
  const inSite = (code: string) => inPage<void>(visited, `void ${code}`)
  /** The page of the newest event of a name, found as a person finds it. */
  async function openEvent(name: string): Promise<void> {
    await go('Events')
    await page.getByRole('grid').getByRole('link', { name, exact: true }).first().click()
    await heading(name)
  }

  test('Connections is empty; a source is added, and its set-up has both snippets', async () => {
    await seesText('Two steps to the first event in Heap')
    await page.getByRole('link', { name: 'Add source', exact: true }).click()
    await heading('Add a source')
    assert.equal(await page.getByRole('radio', { name: /^JavaScript/ }).isChecked(), true)
    await page.getByLabel('Name').fill('Shop')
    await button('Add source').click()
    await heading('Shop')
    await seesText('Waiting for the first event…')
    const head = page.getByRole('figure').filter({ hasText: 'Into the <head>' }).locator('pre')
    await page.getByRole('link', { name: 'Segment', exact: true }).click()
    await until(
      'the snippet of Segment',
      async () => (await head.innerText()).includes('("analytics")') || undefined,
    )
    await page.getByRole('link', { name: 'Customer.io', exact: true }).click()
    await until(
      'that of Customer.io',
      async () => (await head.innerText()).includes('"cioanalytics"') || undefined,
    )
    visited = await page.context().newPage()
    await visited.goto(site.page(`<title>Shop</title>${await head.innerText()}`))
  })

  test('cioanalytics.track in a page becomes the first event, there where it was waited for (S11)', async () => {
    await inSite("cioanalytics.track('Looked Around', { from: 'the walk' })")
    await page.getByRole('heading', { name: /Looked Around|page/ }).waitFor()
    await page.getByRole('tree', { name: 'The event' }).waitFor()
    await seesText('Events are kept here, and go nowhere yet.')
    await seesText('received')
  })

  test('a second source, of a server, says in its own language how it is set up', async () => {
    await go('Sources')
    await page.getByRole('link', { name: 'Add source' }).first().click()
    await page.getByRole('radio', { name: /^Node/ }).check({ force: true })
    await page.getByLabel('Name').fill('Backend')
    await button('Add source').click()
    await heading('Backend')
    await seesText('Waiting for the first event…')
    backendKey = await page.locator('dd code').nth(1).innerText()
    assert.match(await page.locator('pre').nth(1).innerText(), new RegExp(backendKey))
  })

  test('the catalogue has two entries for Heap, one of them Web; the other is recommended, with the reason (S1)', async () => {
    await go('Destinations')
    await page.getByRole('link', { name: 'Add New' }).first().click()
    await heading('Catalogue')
    const heaps = page.getByRole('link', { name: /^Heap/ })
    await heaps.first().waitFor()
    const [standard, web, ...more] = await heaps.allInnerTexts()
    assert.equal(more.length, 0)
    assert.match(String(standard), /^Heap\s+recommended[\s\S]*Events pass through Millrace/)
    assert.match(String(web), /^Heap\s+Web\s/)
    await heaps.first().click()
    await heading('Add Heap')
  })

  test('the wizard asks for sources, settings and actions, and enables Heap (S4, S5, S6, S7)', async () => {
    assert.equal(await page.getByRole('checkbox').count(), 2)
    await page.getByRole('checkbox', { name: /^Shop/ }).check()
    await button('Go on to settings').click()
    await page.getByLabel(/^App Id/).fill(APP)
    await page.getByText('More settings').click()
    await page.getByLabel(/^API address/).fill(pages.place.sandbox.url)
    await button('Go on to actions').click()
    const actions = page.getByRole('main').getByRole('listitem')
    await seesText('Send an event to Heap.', actions.filter({ hasText: 'Track Event' }))
    const identify = actions.filter({ hasText: 'Identify User' })
    await seesText('Set the user ID for a particular device ID or update user properties.', identify)
    await seesText('type = "identify"', identify)
    await button('See what will happen').click()
    await seesText('Track, page and screen calls from Shop:')
    await seesText(/"event": "Looked Around"|"event": "Page viewed"/)
    await button('Enable Destination').click()
    await heading('Heap')
    await seesText('Heap is enabled.')
  })

  test('an event and a person arrive in Heap, nested properties flattened (S8, S10)', async () => {
    await inSite("cioanalytics.identify('ada', { plan: 'pro', address: { city: 'Turin' } })")
    await inSite(`cioanalytics.track('Cheese Bought', ${NESTED})`)
    const { identity, properties } = await eventAtHeap('Cheese Bought')
    assert.equal(identity, 'ada')
    for (const [key, value] of Object.entries(FLAT)) assert.equal(properties[key], value, key)
    assert.equal(Object.hasOwn(properties, 'foo'), false)
    const ada = await until('ada in Heap', () =>
      atHeap()?.users.find((user) => user.identity === 'ada' && user.properties['plan'] !== undefined),
    )
    assert.deepEqual([ada.properties['plan'], ada.properties['address.city']], ['pro', 'Turin'])
  })

  test('a source is connected later, and Connections draws both lines (S3, S4)', async () => {
    await tab(/^Sources/)
    await page.getByRole('switch', { name: 'Backend connected' }).click()
    await seesText('Backend now sends to Heap.')
    await go('Connections')
    const lines = page.getByRole('list', { name: 'Connections' })
    await lines.getByRole('button', { name: /^Shop to Heap/ }).waitFor()
    await lines.getByRole('button', { name: /^Backend to Heap/ }).waitFor()
    await seesText('flowing', page.getByRole('list', { name: 'Destinations' }))
    await until('the lines', async () => (await page.locator('svg > g > path').count()) >= 2 || undefined)
  })

  test('Deliveries shows what was sent, with the request and the answer (S12)', async () => {
    await page.getByRole('list', { name: 'Destinations' }).getByRole('link', { name: /^Heap/ }).click()
    await heading('Heap')
    await tab(/^Deliveries/)
    await page.getByRole('grid', { name: 'Deliveries' }).getByText('Cheese Bought').first().click()
    const station = (name: string) => page.getByRole('region', { name, exact: true })
    const lines = station('Request').getByRole('treeitem')
    await lines.filter({ hasText: /foo\.bar\.cheese:\s*"american"/ }).waitFor()
    await seesText('status 200', station('Response'))
  })

  test('an anonymous event of a server arrives, and its page shows under which id; or it is held (S9)', async () => {
    const send = (event: string) =>
      pages.millrace.post('/v1/track', backendKey, { anonymousId: 'visitor-1', event, properties: {} })
    const heap = page.getByRole('list', { name: 'At Heap', exact: true })
    await send('Coupon Printed')
    const { identity, user_id } = await eventAtHeap('Coupon Printed')
    assert.equal(identity, undefined)
    assert.match(String(user_id), /^\d+$/)
    await openEvent('Coupon Printed')
    await heap.getByRole('heading', { name: 'Delivered' }).waitFor()
    await heap.getByText('POST').click()
    await seesText(String(user_id), heap.getByRole('tree', { name: 'Request' }))

    await go('Destinations')
    await page.getByRole('link', { name: /^Heap/ }).first().click()
    await tab(/^Settings/)
    await page.getByLabel(/^Anonymous events/).selectOption('Hold')
    await button('Save').click()
    await until('the setting', async () => {
      const { settings } = (await pages.millrace.admin('destinations/heap')) as {
        settings?: { anonymousEvents?: string }
      }
      return settings?.anonymousEvents === 'Hold' || undefined
    })
    await send('Coupon Kept')
    await pages.millrace.counted('destinations', 'heap', 'dead', 1)
    await openEvent('Coupon Kept')
    await heap.getByRole('heading', { name: 'Dead letter' }).waitFor()
    await seesText('the setting "Anonymous events" says to hold such events', heap)
    await seesText('Choose in the settings how events of people without a userId are sent.', heap)
  })

  test('Heap Web takes JavaScript sources only, has its settings, and says why it has no history (S2, S5, S6)', async () => {
    await go('Catalogue')
    await page.getByRole('link', { name: /^Heap\s+Web/ }).click()
    await heading('Add Heap')
    await page.getByRole('checkbox', { name: /^Shop/ }).check()
    assert.equal(await page.getByRole('checkbox').count(), 1)
    await seesText('sends from the page itself, so only JavaScript sources can be connected')
    await seesText('Backend (Node)')
    await button('Go on to settings').click()
    await page.getByLabel('Name', { exact: true }).fill('Heap in pages')
    await page.getByLabel(/^App Id/).fill('92')
    for (const label of [/^Tracking Server/, /^Hostname/]) {
      await page.getByRole('textbox', { name: label }).waitFor()
    }
    for (const name of ['Disable Text Capture', 'Secure Cookie']) {
      assert.equal(await page.getByRole('switch', { name }).getAttribute('aria-checked'), 'false')
    }
    await button('Go on to actions').click()
    for (const name of ['Track Event', 'Identify User']) {
      assert.equal(await page.getByRole('switch', { name }).getAttribute('aria-checked'), 'true')
    }
    await button('See what will happen').click()
    await seesText('there is no history of them here')
    await button('Enable Destination').click()
    await heading('Heap in pages')
    await tab(/^Deliveries/)
    await page.getByRole('heading', { name: 'There is no history here' }).waitFor()
    await seesText('straight to Heap')
  })

  test('a mapping that is broken makes a dead letter; mended in the editor, it is sent again, once', async () => {
    const save = async () => {
      await button('Save').click()
      await seesText('Track Event is saved')
      await page.getByText('not saved').waitFor({ state: 'detached' })
    }
    const name = page.getByRole('group', { name: 'Event name', exact: true })
    await go('Destinations')
    await page.getByRole('link', { name: 'Heap', exact: true }).first().click()
    await tab(/^Actions/)
    await page.getByRole('list', { name: 'Actions' }).getByRole('link', { name: 'Track Event' }).click()
    await heading('Track Event')
    await name.getByRole('combobox', { name: 'Event name: where from' }).selectOption('Fixed value')
    await seesText('Event name is missing', name)
    await save()

    await pages.millrace.post('/v1/track', backendKey, {
      userId: 'bob',
      event: 'Order Completed',
      properties: {},
    })
    await pages.millrace.counted('destinations', 'heap', 'dead', 2)
    assert.equal(
      atHeap()?.events.some(({ identity }) => identity === 'bob'),
      false,
    )

    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Heap' }).click()
    await tab(/^Dead letters/)
    await page.getByRole('option').filter({ hasText: 'Event is missing' }).click()
    await page.getByRole('link', { name: 'Edit the action' }).click()
    await seesText('This event became a dead letter')
    await button('Event name: back to the default').click()
    await seesText('"Order Completed"', name)
    await save()
    await page.getByRole('link', { name: 'Retry the dead letters of this reason' }).click()
    await page.getByRole('button', { name: 'Retry it…' }).click()
    const dialog = page.getByRole('dialog')
    await seesText('1 would now be accepted.', dialog)
    assert.equal(
      atHeap()?.events.some(({ identity }) => identity === 'bob'),
      false,
    )
    await dialog.getByRole('button', { name: 'Send it again' }).click()
    await seesText(/1 of 1: 1 delivered/, page.getByRole('list', { name: 'Replays' }))
    const { identity } = await eventAtHeap('Order Completed')
    assert.equal(identity, 'bob')
    assert.equal(atHeap()?.events.filter(({ event }) => event === 'Order Completed').length, 1)
    await until(
      'the letter to be gone',
      async () =>
        (await page.getByRole('option').filter({ hasText: 'Event is missing' }).count()) === 0 || undefined,
    )
    assert.deepEqual(troubles(), [])
  })
})
