// What stands around every page, and Connections: by pointer, by keys, on a phone, in light and in dark.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { appOf, heapFor, source, until } from '../server.ts'
import { type AdminPages, assertAccessible, focused, PHONE, startAdminPages, tabTo } from './admin-pages.ts'
import { noChromium } from './chromium.ts'

describe('The pages in Chromium', { skip: noChromium, timeout: 280_000 }, () => {
  let pages: AdminPages
  before(async () => {
    pages = await startAdminPages(({ sandbox }) => ({
      sources: [source('website', 'javascript'), source('backend'), source('idle')],
      destinations: [
        heapFor(sandbox, 'production', '61', ['website', 'backend', 'idle']),
        { id: 'in-pages', name: 'Heap', kind: 'heap-web', sources: ['website'], settings: { appId: '62' } },
        { ...heapFor(sandbox, 'switched-off', '63', ['backend']), enabled: false },
      ],
    }))
    const { millrace, place } = pages
    await millrace.post('/v1/track', 'website-key', { userId: 'ada', event: 'Signed Up' })
    await millrace.post('/v1/group', 'website-key', { userId: 'ada', groupId: 'g' })
    await millrace.post('/v1/track', 'backend-key', { userId: 'ada', event: 'Paid', messageId: 'paid-1' })
    await millrace.done('production', 3)
    await until('Heap to have them', () => (appOf(place.sandbox, '61').events.length >= 2 ? true : undefined))
  })
  afterEach(() => pages?.closeAll())
  after(() => pages?.end())

  test('a page of its own for each address, with its title, and the focus on its heading', async () => {
    const { page } = await pages.open('/')
    assert.equal(await page.title(), 'Connections · Millrace')
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Catalogue' }).focus()
    await page.keyboard.press('Enter')
    await until('the heading to have the focus', async () =>
      (await focused(page)) === 'H1 Catalogue' ? true : undefined,
    )
    assert.equal(await page.title(), 'Catalogue · Millrace')
    await until('it to be announced', async () => {
      const said = await page.getByRole('status').allInnerTexts()
      return said.includes('Catalogue · Millrace') ? true : undefined
    })
    await page.goBack()
    await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor()
  })

  test('the first Tab skips to the page', async () => {
    const { page } = await pages.open('/sources')
    await page.keyboard.press('Tab')
    assert.equal(await focused(page), 'A Skip to the page')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    assert.equal(await focused(page), 'A Add source')
  })

  test('an address that is no page says so, and leads home', async () => {
    const { page } = await pages.open('/nowhere/at/all')
    await page.getByText('There is no page at this address').waitFor()
    await page.getByRole('link', { name: 'Go to Connections' }).click()
    await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor()
  })

  for (const [what, press] of [
    ['/', '/'],
    ['Ctrl-K', 'Control+k'],
  ] as const) {
    test(`${what} leads to the search, arrows to what was found, Enter to its page`, async () => {
      const { page } = await pages.open('/')
      await page.keyboard.press(press)
      await page.keyboard.type('paid-1')
      const found = page.getByRole('option', { name: /Paid/ })
      await found.waitFor()
      await page.keyboard.press('ArrowDown')
      await page.getByRole('option', { name: /Paid/, selected: true }).waitFor()
      await assertAccessible(page, 'with hits')
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/events\/\d+-\d+-\d+$/)
    })
  }

  test('people, event names, sources and destinations are found too', async () => {
    const { page } = await pages.open('/')
    for (const [text, note] of [
      ['ada', 'userId'],
      ['Signed Up', 'track events'],
      ['backend', 'source'],
      ['production', 'destination'],
    ] as const) {
      await page.getByRole('combobox').fill(text)
      await page
        .getByRole('option', { name: new RegExp(`${text}.*${note}`) })
        .first()
        .waitFor()
    }
    await page.getByRole('combobox').fill('nobody at all')
    await page.getByText('No messageId and no person is “nobody at all”').waitFor()
  })

  test('a slash that is typed into a text is a slash', async () => {
    const { page } = await pages.open('/sources/new')
    await page.getByLabel('Name').pressSequentially('a/b')
    assert.equal(await page.getByLabel('Name').inputValue(), 'a/b')
  })

  test('dark stays dark, from the first paint of the next page on', async () => {
    const { page, context } = await pages.open('/')
    await page.getByRole('button', { name: 'Colours' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Dark' }).click()
    const background = 'getComputedStyle(document.body).backgroundColor'
    assert.equal(await page.evaluate(background), 'rgb(15, 18, 22)')
    // What the head's script does is done before the page's own script is there.
    await context.route('**/assets/*.js', (route) => route.abort())
    await page.reload({ waitUntil: 'domcontentloaded' })
    assert.equal(await page.evaluate(background), 'rgb(15, 18, 22)')
  })

  test('times are told in the zone that was chosen, also after loading again', async () => {
    const { page } = await pages.open('/sources', { timezoneId: 'Europe/Berlin' })
    const zone = page.getByRole('button', { name: /^Time zone/ })
    const exact = () => page.locator('time').first().getAttribute('title')
    await page.locator('time').first().waitFor()
    assert.match(String(await exact()), /GMT\+[12]|CES?T/)
    await zone.click()
    await page.getByRole('menuitemcheckbox', { name: 'UTC' }).click()
    assert.match(String(await exact()), /UTC$/)
    await zone.click()
    await page.getByRole('menuitemcheckbox', { name: 'Another zone' }).click()
    await page.getByRole('combobox', { name: /^Time zone/ }).fill('Mars/Base')
    await page.getByText('is no time zone that this browser knows').waitFor()
    await page.getByRole('combobox', { name: /^Time zone/ }).fill('Asia/Kolkata')
    await page.keyboard.press('Enter')
    await page.reload()
    await page.locator('time').first().waitFor()
    assert.match(String(await exact()), /GMT\+5:30|IST/)
  })

  test('on a phone, the places are behind a button', async () => {
    const { page } = await pages.open('/', { viewport: PHONE })
    const nav = page.getByRole('navigation', { name: 'Main' })
    assert.equal(await nav.isVisible(), false)
    await page.getByRole('button', { name: 'Menu' }).click()
    await assertAccessible(page, 'with the places open')
    await nav.getByRole('link', { name: 'Destinations' }).click()
    await page.getByRole('heading', { name: 'Destinations', level: 1 }).waitFor()
    assert.equal(await nav.isVisible(), false)
  })

  test('a server that does not answer is told, with what to do; when it is back, so is the page', async () => {
    const { page, context } = await pages.open('/')
    await context.route('**/admin/v1/**', (route) => route.abort())
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Catalogue' }).click()
    await page.getByText('The catalogue cannot be shown.').waitFor()
    await page.getByText('Millrace does not answer.').first().waitFor()
    await assertAccessible(page, 'without a server')
    await context.unroute('**/admin/v1/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'Destinations', level: 2 }).waitFor()
  })

  describe('Connections', () => {
    type Row = readonly [from: string, to: string, state: string, told: RegExp]
    const rows: readonly Row[] = [
      ['website', 'production', 'flowing', /2 events in the last hour, 50 % discarded/],
      ['backend', 'production', 'flowing', /1 event in the last hour, 0 % discarded/],
      ['idle', 'production', 'idle', /0 events in the last hour/],
      ['website', 'Heap', 'in pages', /Pages send these events straight to the destination/],
      ['backend', 'switched-off', 'off', /in the last hour/],
    ]
    for (const [from, to, state, told] of rows) {
      test(`${from} to ${to} is ${state}, and tells more to whoever comes by Tab`, async () => {
        const { page } = await pages.open('/')
        const line = page.getByRole('list', { name: 'Connections' }).getByRole('listitem')
        const wanted = line.filter({ hasText: `${from} → ${to}` })
        await page.getByRole('list', { name: 'Destinations' }).waitFor()
        await tabTo(page, new RegExp(`^BUTTON ${from} to ${to}: `))
        await wanted.getByText(told).waitFor()
        await wanted.getByText(state, { exact: true }).last().waitFor()
        await page.keyboard.press('Tab')
        assert.equal(await focused(page), 'A Events')
        await page.keyboard.press('Enter')
        await page.waitForURL(`**/events?source=${from}`)
      })
    }

    test('a line is drawn for each, from the one card to the other', async () => {
      const { page } = await pages.open('/')
      const paths = page.locator('svg g path:first-child')
      await until('the lines', async () => ((await paths.count()) === rows.length ? true : undefined))
      for (const path of await paths.all()) {
        assert.match(String(await path.getAttribute('d')), /^M[\d.]+ [\d.]+C/)
      }
    })

    test('on a phone they are a list', async () => {
      const { page } = await pages.open('/', { viewport: PHONE })
      await page.getByRole('heading', { name: 'Between them' }).waitFor()
      await page.getByText('website → production').waitFor()
      assert.equal(await page.locator('svg g path').count(), 0)
    })
  })
})
