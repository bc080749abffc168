// What came in and what became of it: Data In, one event, all events, and the search box.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { heapFor, source, until } from '../server.ts'
import { type AdminPages, assertAccessible, PHONE, SCHEMES, startAdminPages } from './admin-pages.ts'
import { noChromium } from './chromium.ts'

const LIVE_ROWS_MAX = 500
const order = (number: number, more: object = {}) => ({
  ...{ type: 'track', event: 'Order Completed', userId: `user_${number % 3}`, messageId: `order-${number}` },
  properties: { total: number, currency: 'EUR' },
  ...more,
})
const orders = (count: number, from = 0) => Array.from({ length: count }, (_, at) => order(from + at))

describe('What came in, in the pages', { skip: noChromium, timeout: 180_000 }, () => {
  let pages: AdminPages
  before(async () => {
    pages = await startAdminPages((place) => ({
      sources: ['fresh', 'busy', 'many', 'story', 'shop', 'look'].map((id) => source(id)),
      destinations: [
        heapFor(place.sandbox, 'heap', '81', ['story', 'look']),
        {
          ...heapFor(place.sandbox, 'broken', '82', ['story']),
          actions: [
            {
              action: 'trackEvent',
              name: 'Track Event',
              trigger: 'type = "track"',
              mapping: { event: { '@path': '$.nowhere' }, identity: { '@path': '$.userId' } },
            },
          ],
        },
      ],
    }))
  })
  after(() => pages?.end())

  const send = (name: string, ...batch: readonly object[]) =>
    pages.millrace.post('/v1/batch', `${name}-key`, { batch })
  /** A batch of which some are refused. */
  async function sendAll(name: string, batch: readonly object[]): Promise<void> {
    const authorization = `Basic ${Buffer.from(`${name}-key:`).toString('base64')}`
    const answer = await fetch(`${pages.millrace.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ batch }),
    })
    assert.equal(answer.status, 200)
  }
  async function addressOf(name: string, messageId: string): Promise<string> {
    const found = await until(`${messageId} in the log`, async () => {
      const { events } = (await pages.millrace.admin(
        `events?source=${name}&messageId=${messageId}`,
      )) as unknown as { events: readonly { address: string }[] }
      return events.at(-1)
    })
    return found.address.replaceAll('/', '-')
  }
  const table = (page: Page) => page.getByRole('grid')
  /** Rows of the table that are drawn, heading and end apart. */
  const drawn = (page: Page) => table(page).locator('[role=row][aria-selected]').count()
  const rowCount = async (page: Page) => Number(await table(page).getAttribute('aria-rowcount')) - 1

  test('a source that never sent says so; then rows arrive by themselves, the refused ones with the reason', async () => {
    const { page, troubles } = await pages.open('/sources/fresh')
    await page.getByText('Nothing has come in yet').waitFor()
    await page.getByText('live', { exact: true }).waitFor()
    await sendAll('fresh', [order(1), { type: 'track', event: 'Nobody' }, order(1)])
    await table(page).getByRole('link', { name: 'Order Completed' }).waitFor()
    await table(page)
      .getByText(/neither a "userId" nor an "anonymousId".*Give the call a userId/)
      .waitFor()
    await table(page)
      .getByText(/same messageId had come/)
      .waitFor()
    await page.getByRole('link', { name: '1', exact: true }).first().waitFor()

    await page.getByLabel('Kind', { exact: true }).selectOption('refused')
    await page.waitForURL('**/sources/fresh?kind=refused')
    await until('only the refused one', async () => (await rowCount(page)) === 1)
    await page.reload()
    await until('the filter to outlive the page', async () => (await rowCount(page)) === 1)
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByLabel('Search in them').fill('no such text')
    await page.getByText('Nothing fits these filters').waitFor()
    await page.getByLabel('Search in them').fill('ORDER-1')
    await until('the event and its duplicate', async () => (await rowCount(page)) === 2)
    assert.deepEqual(troubles(), [])
  })

  test('a pause holds the rows and counts what comes; a row opens the event, by keys too', async () => {
    const { page } = await pages.open('/sources/busy')
    await page.getByText('live', { exact: true }).waitFor()
    await send('busy', order(1))
    await table(page).getByText('Order Completed').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Nothing has come since.').waitFor()
    await send('busy', order(2), order(3))
    await page.getByText('2 came meanwhile.').waitFor()
    assert.equal(await rowCount(page), 1)
    await page.getByRole('button', { name: 'Show them' }).click()
    await until('all three', async () => (await rowCount(page)) === 3)
    await table(page).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/events/*')
    await page.getByText('order-2').first().waitFor()
    await page.goBack()
    await table(page).getByText('user_0').first().click()
    await page.waitForURL('**/events/*')
  })

  test('thousands of live rows leave the page as light as it was; older ones come by scrolling', async () => {
    const { page, context } = await pages.open('/sources/many')
    await page.getByText('live', { exact: true }).waitFor()
    const client = await context.newCDPSession(page)
    await client.send('Performance.enable')
    async function weigh(): Promise<{ readonly nodes: number; readonly heap_bytes: number }> {
      await client.send('HeapProfiler.collectGarbage')
      const { metrics } = await client.send('Performance.getMetrics')
      const of = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN
      return { nodes: of('Nodes'), heap_bytes: of('JSHeapUsedSize') }
    }
    let ends = 0
    /** More than a page is told of, and then one after the other until the page has caught up. */
    async function burst(from: number): Promise<void> {
      for (let at = 0; at < 5_000; at += 500) await send('many', ...orders(500, from + at))
      await until('the end of the burst to be shown', async () => {
        ends += 1
        await send('many', order(ends, { event: `After ${from}`, messageId: `end-${ends}` }))
        return (await table(page).getByText(`After ${from}`).count()) > 0
      })
    }
    await burst(0)
    await until('as many rows as are kept', async () => {
      ends += 1
      await send('many', ...orders(20, 20_000 + ends * 20))
      return (await rowCount(page)) >= LIVE_ROWS_MAX
    })
    const first = await weigh()
    await burst(10_000)
    const second = await weigh()
    assert.ok((await rowCount(page)) <= LIVE_ROWS_MAX, 'rows')
    assert.ok((await drawn(page)) < 60, 'drawn rows')
    assert.ok(second.nodes < first.nodes + 500, `nodes: ${first.nodes}, then ${second.nodes}`)
    assert.ok(
      second.heap_bytes < first.heap_bytes * 1.5,
      `heap: ${first.heap_bytes}, then ${second.heap_bytes}`,
    )
    await page.getByText('came faster than can be shown').waitFor()

    let said = ''
    const older = async () => {
      await table(page).evaluate((one) => one.scrollTo(0, one.scrollHeight))
      said = (await page.getByRole('status').allInnerTexts()).join('; ')
      return (await rowCount(page)) > LIVE_ROWS_MAX
    }
    await until('older rows below the live ones', older, () => said)
    await page.getByText('held while you read').waitFor()
    const held = await rowCount(page)
    await send('many', order(999_999))
    await page.getByText('1 came meanwhile.').waitFor()
    assert.ok((await rowCount(page)) >= held)
    assert.ok((await drawn(page)) < 60, 'drawn rows')
  })

  test('an event from end to end: delivered, discarded, a dead letter, each with its reason', async () => {
    const at = '2026-11-25T00:00:00.000Z'
    await send('story', order(1, { timestamp: at, sentAt: '2026-11-25T00:00:10.000Z' }), {
      type: 'group',
      userId: 'ada',
      groupId: 'shop',
      messageId: 'group-1',
    })
    const visit = { type: 'track', event: 'Looked', anonymousId: 'visitor-9', messageId: 'visit-9' }
    await send('story', visit)
    const { page, context, troubles } = await pages.open(`/events/${await addressOf('story', 'order-1')}`)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const stations = page.getByRole('list', { name: 'What happened to it' })
    await stations.getByText(/The sender's clock was .* so the timestamp was put right/).waitFor()
    await page.getByRole('tree', { name: 'The event' }).getByText(`was "${at}"`).waitFor()
    await stations.getByText('Its address').waitFor()

    const heap = page.getByRole('list', { name: 'At heap', exact: true })
    await heap.getByRole('heading', { name: 'Delivered' }).waitFor()
    await heap.getByText('POST').click()
    await heap.getByRole('tree', { name: 'Request' }).getByText('"Order Completed"').waitFor()
    await heap.getByText('Answer 200').waitFor()
    const editor = heap.getByRole('link', { name: 'Track Event' })
    assert.match(
      (await editor.getAttribute('href')) ?? '',
      /^\/destinations\/heap\/actions\/track-event\?sample=/,
    )

    const broken = page.getByRole('list', { name: 'At broken', exact: true })
    await broken.getByRole('heading', { name: 'Dead letter' }).waitFor()
    await broken.getByText('VALUES_INVALID').first().waitFor()
    const letters = broken.getByRole('link', { name: 'See it among the dead letters' })
    assert.match((await letters.getAttribute('href')) ?? '', /^\/destinations\/broken\/dead-letters\?/)

    await page.getByRole('button', { name: 'Copy as curl' }).click()
    const curl = await page.evaluate<string>('navigator.clipboard.readText()')
    assert.match(curl, new RegExp(`curl '${pages.millrace.url}/v1/track' .*-u 'story-key:'`, 's'))
    assert.doesNotMatch(curl, /messageId/)
    await page.getByRole('button', { name: 'Copy link' }).click()
    assert.equal(await page.evaluate<string>('navigator.clipboard.readText()'), page.url())

    await page.goto(`${pages.millrace.adminUrl}/events/${await addressOf('story', 'group-1')}`)
    await page.getByRole('heading', { name: 'Group shop', level: 1 }).waitFor()
    await page.getByText('No action wanted it:').first().waitFor()
    await page.getByText('does not hold').first().waitFor()
    await page.goto(`${pages.millrace.adminUrl}/events/${await addressOf('story', 'visit-9')}`)
    await page
      .getByText(/goes under the Heap user id \d+, which is made from the anonymous id visitor-9/)
      .waitFor()
    await page.goto(`${pages.millrace.adminUrl}/events/0-999999-0`)
    await page.getByText('This event cannot be shown.').waitFor()
    assert.deepEqual(
      troubles().filter((one) => !one.includes('404')),
      [],
    )
  })

  test('an event under way is followed until it has ended', async () => {
    const patch = async (body: object) => {
      const answer = await fetch(`${pages.millrace.adminUrl}/admin/v1/destinations/heap`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      assert.equal(answer.status, 200)
    }
    await patch({ paused: true })
    await send('look', order(50))
    const { page } = await pages.open(`/events/${await addressOf('look', 'order-50')}`)
    await page.getByText('It is under way').waitFor()
    await page.getByText('paused', { exact: true }).waitFor()
    await patch({ paused: false })
    await page.getByRole('heading', { name: 'Delivered' }).waitFor()
    await page.getByText('It is under way').waitFor({ state: 'detached' })
  })

  test('all events: filters stand in the address, one person’s, and paging to the first one', async () => {
    await send('shop', ...orders(240, 5_000), {
      ...{ type: 'identify', userId: 'user_1', anonymousId: 'visitor-1', messageId: 'who' },
      traits: { plan: 'pro' },
    })
    const { page } = await pages.open('/events?source=shop')
    await until('one page of rows', async () => (await rowCount(page)) === 100)
    await until('all of them', async () => {
      await table(page).evaluate((one) => one.scrollTo(0, one.scrollHeight))
      return (await rowCount(page)) === 241
    })
    await page.getByText('Nothing older fits the filters.').waitFor()
    await page.getByLabel('Person').fill('user_1')
    await page.getByRole('heading', { name: 'user_1', level: 1 }).waitFor()
    assert.equal(new URL(page.url()).search, '?source=shop&person=user_1')
    await page.getByRole('region', { name: 'Person' }).getByText('"pro"').waitFor()
    await page.getByRole('link', { name: 'visitor-1' }).waitFor()
    await page.getByLabel('Call').selectOption('identify')
    await until('one row', async () => (await rowCount(page)) === 1)
    await send('shop', { type: 'identify', userId: 'user_1', messageId: 'who-2', traits: { plan: 'free' } })
    await page.getByText('1 newer one has come in.').waitFor()
    await page.getByRole('button', { name: 'Show them' }).click()
    await page.getByRole('region', { name: 'Person' }).getByText('"free"').waitFor()
    await page.getByLabel('Received').selectOption('900000')
    await page.waitForURL(/from=/)
    await page.getByLabel('From (UTC)').waitFor()
    await until('the same rows', async () => (await rowCount(page)) === 2)
    await page.getByLabel('messageId').fill('nobody-has-this')
    await page.getByText('No event fits these filters').waitFor()
  })

  test('the search box: names, a pasted messageId, what was searched in vain, and where one went before', async () => {
    await send('shop', order(7_001, { event: 'Cart Abandoned', messageId: 'cart-1' }))
    await until('the name to be known', async () => {
      const { hits } = (await pages.millrace.admin('search?q=abandoned')) as unknown as { hits: unknown[] }
      return hits.length > 0
    })
    const { page, context } = await pages.open('/events')
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const box = page.getByRole('combobox', { name: /^Search events/ })
    await page.keyboard.press('/')
    await page.keyboard.type('abandoned')
    await page
      .getByRole('group', { name: 'Event names' })
      .getByRole('option', { name: /Cart Abandoned/ })
      .waitFor()
    await assertAccessible(page, 'the search box with hits')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/events\?event=Cart/)

    await page.evaluate('navigator.clipboard.writeText("cart-1")')
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Control+v')
    await page.getByRole('heading', { name: 'Cart Abandoned', level: 1 }).waitFor()

    await page.keyboard.press('Control+k')
    await page.getByRole('group', { name: 'Recent' }).getByRole('option').nth(1).waitFor()
    await page.keyboard.type('zebra')
    await page.getByText('No messageId and no person is “zebra”').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Search: zebra' }).waitFor()
    await assertAccessible(page, 'nothing found')
    await page.getByRole('link', { name: /inside of all events/ }).click()
    await page.getByText('No event fits these filters').waitFor()
    assert.equal(await box.inputValue(), 'zebra')
  })

  test('nothing is out of reach for anybody: axe finds no fault, light and dark, wide and narrow', async () => {
    await sendAll('look', [order(1), order(1), { type: 'track', event: 'Nobody' }])
    const address = await addressOf('look', 'order-1')
    const looks = [
      ...SCHEMES.map((colorScheme) => ({ colorScheme, name: colorScheme })),
      { viewport: PHONE, name: 'a phone' },
    ]
    for (const { name, ...options } of looks) {
      const { page } = await pages.open('/sources/look', options)
      await table(page).getByText('Order Completed').first().waitFor()
      await assertAccessible(page, `Data In, ${name}`)
      for (const [path, text] of [
        ['/sources/look/schema?type=track&event=Order%20Completed', 'See these events'],
        ['/sources/look/settings', 'None that is known.|Changes'],
        [`/events/${address}`, 'Its address'],
        ['/events?source=look', 'Nobody|Order Completed'],
        ['/search?q=order', 'Order Completed'],
      ] as const) {
        await page.goto(pages.millrace.adminUrl + path)
        await page.getByText(new RegExp(text)).first().waitFor()
        await assertAccessible(page, `${path}, ${name}`)
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        assert.ok(wide <= 0, `${path}, ${name}: wider than the window by ${wide}`)
      }
    }
  })
})
