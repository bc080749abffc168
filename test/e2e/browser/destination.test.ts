// The page of a destination, as a person walks it: is it working, what happened, what can be done.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { appOf, type Configured, heapFor, type Place, source, until } from '../server.ts'
import { type AdminPages, assertAccessible, PHONE, startAdminPages } from './admin-pages.ts'
import { noChromium } from './chromium.ts'

const WIDE = { width: 1_440, height: 900 }
const APP_ID = '41'
const LONG = 'x'.repeat(1_400)

function configured({ sandbox }: Place): Configured {
  return {
    sources: [
      { ...source('site', 'javascript'), name: 'Website' },
      { ...source('backend'), name: 'Backend' },
    ],
    destinations: [
      { ...heapFor(sandbox, 'heap', APP_ID, ['backend']), name: 'Heap Production' },
      { id: 'web', name: 'Heap in pages', kind: 'heap-web', sources: ['site'], settings: { appId: '42' } },
    ],
  }
}
const order = (userId: string, properties: object = {}) => ({
  type: 'track',
  event: 'Order Completed',
  userId,
  properties,
})

describe('The page of a destination in Chromium', { skip: noChromium, timeout: 300_000 }, () => {
  let pages: AdminPages
  before(async () => {
    pages = await startAdminPages(configured)
    await send([order('ada', { total: 12.5, note: LONG }), { type: 'identify', userId: 'ada' }])
    await send([order('null')])
    await pages.millrace.done('heap', 3)
  })
  after(() => pages?.end())

  async function send(batch: readonly object[]): Promise<void> {
    await pages.millrace.post('/v1/batch', 'backend-key', { batch })
  }
  /** A change by somebody else; says its number. */
  async function patch(path: string, body: object): Promise<number> {
    const answer = await fetch(`${pages.millrace.adminUrl}/admin/v1/${path}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.equal(answer.status, 200)
    return ((await answer.json()) as { change: number }).change
  }
  async function open(path: string, options = {}): Promise<Page> {
    return (await pages.open(`/destinations/${path}`, options)).page
  }
  const tab = (page: Page, name: RegExp) =>
    page.getByRole('navigation', { name: 'Destination' }).getByRole('link', { name })

  test('the overview says that a part of it fails, what arrived, what did not, and where to look', async () => {
    const page = await open('heap')
    await page.getByRole('heading', { level: 1, name: 'Heap Production' }).waitFor()
    // A third of the last hour was refused.
    await page.getByText('failing', { exact: true }).waitFor()
    const tile = (name: string) => page.locator('dl > div').filter({ hasText: name })
    await tile('Delivered').getByText('2', { exact: true }).waitFor()
    await tile('Dead letters').getByText('1', { exact: true }).waitFor()
    await page.getByRole('meter').waitFor()
    const problem = page.getByRole('region', { name: 'Last problem' })
    assert.match(await problem.innerText(), /1 event refused, last .*never identities.*mend the source/s)
    await problem.getByRole('link', { name: 'See them' }).click()
    await page.waitForURL(/heap\/dead-letters\?code=HEAP_IDENTITY_NEVER$/)
  })

  test('the chart is a table for whoever wants numbers, and leads to what was sent then', async () => {
    const page = await open('heap')
    await page.getByRole('button', { name: 'Show as table' }).click()
    const row = page
      .getByRole('table')
      .getByRole('row')
      .filter({ has: page.getByRole('cell', { name: '2', exact: true }) })
    await row.getByRole('button').click()
    await page.waitForURL(/deliveries\?from=.*&to=/)
    await page.getByRole('grid', { name: 'Deliveries' }).getByText('Order Completed').waitFor()
  })

  test('a test shows its request first, and is sent by a second click only', async () => {
    const page = await open('heap')
    const { heap } = pages.place.sandbox
    const seen = () => heap.state({ limit: 1_000, order: 'arrival' }).apps[APP_ID]?.events.length ?? 0
    const before = seen()
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Millrace connection test', { exact: false }).first().waitFor()
    await dialog.getByText('/api/track').waitFor()
    assert.equal(seen(), before)
    await dialog.getByRole('button', { name: 'Send it to Heap Production' }).click()
    await dialog.getByText('Answered 200').waitFor()
    await assertAccessible(page, 'a test')
    assert.equal(seen(), before + 1)
  })

  test('paused, events wait for it; resumed, they go out', async () => {
    const page = await open('heap')
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused by a person').waitFor()
    await send([order('bob')])
    await page.locator('dl > div').filter({ hasText: 'Waiting' }).getByText('1', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Resume' }).first().click()
    await pages.millrace.done('heap', 4)
    assert.ok(appOf(pages.place.sandbox, APP_ID).events.some(({ identity }) => identity === 'bob'))
    await page.getByText('Paused by a person').waitFor({ state: 'detached' })
  })

  test('actions say in words what they take and do, and each change can be taken back', async () => {
    const page = await open('heap/actions')
    const row = (name: string) =>
      page.getByRole('list', { name: 'Actions' }).getByRole('listitem').filter({ hasText: name })
    const names = () => page.getByRole('list', { name: 'Actions' }).getByRole('link').allInnerTexts()
    const undone = async () => {
      await page.getByRole('button', { name: 'Undo' }).last().click()
      await page.getByText('Undone').first().waitFor()
    }
    await row('Track Event').getByText('Send an event to Heap.').waitFor()
    await row('Track Event').getByText('when type is track, page or screen').waitFor()
    const help = 'Set the user ID for a particular device ID or update user properties.'
    await row('Identify User').getByText(help).waitFor()

    const toggle = page.getByRole('switch', { name: 'Track Event on' })
    await toggle.click()
    await page.getByText('Track Event is switched off.').waitFor()
    assert.equal(await toggle.getAttribute('aria-checked'), 'false')
    await undone()
    await until(
      'it to be on again',
      async () => (await toggle.getAttribute('aria-checked')) === 'true' || undefined,
    )

    await page.getByRole('button', { name: 'Move Identify User up' }).focus()
    await page.keyboard.press('Enter')
    await until('the new order', async () => (await names())[0] === 'Identify User' || undefined)
    await page.getByText('The order of the actions is changed.').waitFor()
    await undone()
    await until('the old order', async () => (await names())[0] === 'Track Event' || undefined)

    await page.getByRole('button', { name: 'More for Track Event' }).click()
    await page.getByRole('menuitem', { name: 'Duplicate' }).click()
    await row('Copy of Track Event').getByText('off: sends nothing').waitFor()
    await page.getByRole('button', { name: 'More for Copy of Track Event' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByText('Copy of Track Event is deleted.').waitFor()
    assert.deepEqual(await names(), ['Track Event', 'Identify User'])

    await page.getByRole('button', { name: 'Add action' }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Set Account Properties/ })
      .click()
    await row('Set Account Properties').getByText('when type is group').waitFor()
  })

  test('a dead letter is looked at, its action mended, and it is sent again after a dry run', async () => {
    const page = await open('heap/dead-letters')
    await page.getByRole('option').filter({ hasText: 'never identities' }).click()
    await page.waitForURL(/code=HEAP_IDENTITY_NEVER/)
    const letters = page.getByRole('grid', { name: 'Dead letters' })
    await letters.focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/letter=\d+/)
    await page.getByRole('region', { name: 'Event' }).getByText('"null"').waitFor()
    const edit = page.getByRole('link', { name: 'Edit the action' })
    assert.match(
      (await edit.getAttribute('href')) ?? '',
      /heap\/actions\/track-event\?sample=\d+%2F\d+%2F\d+&/,
    )

    await assertAccessible(page, 'a dead letter')

    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Retry it…' }).click()
    await dialog.getByText('1 would still be refused.').waitFor()
    assert.equal(await dialog.getByRole('button', { name: 'Send it again' }).isEnabled(), false)
    await dialog.getByRole('button', { name: 'Cancel' }).click()

    const mapping = { event: { '@path': '$.event' }, identity: 'somebody' }
    const path = 'destinations/heap/actions/track-event'
    const change = await patch(path, { mapping })
    await page.getByRole('button', { name: 'All of this reason' }).click()
    await page.getByRole('button', { name: 'Retry it…' }).click()
    await dialog.getByText('1 would now be accepted.').waitFor()
    await dialog.getByRole('table').getByText('"identity": "somebody"').waitFor()
    await assertAccessible(page, 'a dry run')
    await dialog.getByRole('button', { name: 'Send it again' }).click()
    await page
      .getByRole('list', { name: 'Replays' })
      .getByText(/1 of 1: 1 delivered/)
      .waitFor()
    await page.getByText('No dead letters').waitFor()
    const { events } = appOf(pages.place.sandbox, APP_ID)
    assert.equal(events.filter(({ identity }) => identity === 'somebody').length, 1)
    await fetch(`${pages.millrace.adminUrl}/admin/v1/changes/${change}/undo`, { method: 'POST' })
  })

  test('dead letters are discarded only by whoever types it', async () => {
    await send([order('undefined')])
    const page = await open('heap/dead-letters?code=HEAP_IDENTITY_NEVER')
    await page.getByRole('button', { name: 'Discard…' }).click()
    const button = page.getByRole('dialog').getByRole('button', { name: 'Discard for ever' })
    assert.equal(await button.isEnabled(), false)
    await page.getByLabel('Type “discard” to confirm').fill('discard')
    await button.click()
    await page.getByText('1 dead letter is discarded.').waitFor()
    await page.getByText('No dead letters').waitFor()
  })

  test('a delivery is shown from the event to the answer, with what was adjusted in its place', async () => {
    const page = await open('heap/deliveries?person=ada')
    const grid = page.getByRole('grid', { name: 'Deliveries' })
    await grid.getByText('Order Completed').click()
    await page.waitForURL(/person=ada&attempt=\d+/)
    const station = (name: string) => page.getByRole('region', { name, exact: true })
    await station('Received').getByText('"ada"').waitFor()
    await station('Mapped').getByText('Track Event').waitFor()
    await station('Request')
      .getByText(/cut from 1,400 to 1,023 characters/)
      .waitFor()
    await station('Response').getByText('status 200').waitFor()
    const link = station('Received').getByRole('link', { name: 'Open the event' })
    assert.match((await link.getAttribute('href')) ?? '', /^\/events\/\d+-\d+-\d+$/)
    await page.getByRole('button', { name: 'Copy as curl' }).waitFor()
  })

  test('deliveries say which action sent them, and are filtered by it', async () => {
    const page = await open('heap/deliveries?person=ada')
    const grid = page.getByRole('grid', { name: 'Deliveries' })
    await grid.getByRole('gridcell', { name: 'Track Event' }).waitFor()
    await page.getByLabel('Action', { exact: true }).selectOption('Identify User')
    await page.waitForURL(/action=identify-user/)
    await grid.getByRole('gridcell', { name: 'Track Event' }).waitFor({ state: 'detached' })
    await grid.getByRole('gridcell', { name: 'Identify User' }).click()
    await page.getByText('Identify User · try 1').waitFor()
  })

  test('what comes while one looks is announced, and shown when asked for', async () => {
    const page = await open('heap/deliveries?event=Watched')
    await page.getByText('Nothing fits these filters').waitFor()
    await send([{ ...order('carol'), event: 'Watched' }])
    await page.getByRole('button', { name: '1 new' }).click()
    const grid = page.getByRole('grid', { name: 'Deliveries' })
    await grid.getByText('carol').waitFor()
    await grid.focus()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('region', { name: 'Request', exact: true }).getByText('"carol"').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await grid.getByText('Order Completed').first().waitFor()
  })

  test('sources are connected by a switch; those that cannot be are named, with the reason', async () => {
    const page = await open('heap/sources')
    const toggle = page.getByRole('switch', { name: 'Website connected' })
    await toggle.click()
    await page.getByText('Website now sends to Heap Production.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await until(
      'it to be off',
      async () => (await toggle.getAttribute('aria-checked')) === 'false' || undefined,
    )

    await page.goto(`${pages.millrace.adminUrl}/destinations/web/sources`)
    const others = page.getByRole('region', { name: 'Cannot be connected' })
    await others.getByText('Backend', { exact: true }).waitFor()
    assert.match(await others.innerText(), /sends from the page itself, so only JavaScript sources/)
    assert.equal(await page.getByRole('switch').count(), 1)
  })

  test('settings are checked while they are typed, and do not overwrite what others saved meanwhile', async () => {
    const page = await open('heap/settings')
    const [name, appId] = [page.getByLabel('Name', { exact: true }), page.getByLabel(/^App Id/)]
    await appId.fill('')
    await page.getByRole('button', { name: 'Save' }).click()
    assert.equal(await appId.getAttribute('aria-invalid'), 'true')
    await appId.fill(APP_ID)
    await name.fill('Heap One')
    await patch('destinations/heap', { consent: ['Analytics'] })
    await page.getByRole('button', { name: 'Save' }).click()
    await page
      .getByRole('status')
      .getByText(/changed meanwhile/i)
      .waitFor()
    await until(
      'what the other saved',
      async () => (await page.getByLabel('Consent categories').inputValue()) === 'Analytics' || undefined,
    )
    assert.equal(await name.inputValue(), 'Heap One')
    await page.getByLabel('Consent categories').fill('')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'Heap One' }).waitFor()
    await page
      .getByRole('region', { name: 'Changes' })
      .getByText(/name, consent changed/)
      .waitFor()
  })

  test('deleted, it can be brought back', async () => {
    const page = await open('web/settings')
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL(/\/destinations$/)
    await page.getByText('Heap in pages is deleted.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('link', { name: 'Heap in pages' }).waitFor()
  })

  test('Heap Web says where history would be that there is none, and what to use instead', async () => {
    const page = await open('web/deliveries')
    await page.getByText('Web', { exact: true }).waitFor()
    await page.getByRole('heading', { name: 'There is no history here' }).waitFor()
    await page.getByText('millraceHeapWeb.instances').waitFor()
    await assertAccessible(page, 'no history')
    await tab(page, /^Dead letters/).click()
    await page.getByRole('heading', { name: 'There is no history here' }).waitFor()
    await tab(page, /^Overview/).click()
    await page.getByRole('link', { name: 'Add Heap with the same sources' }).click()
    await page.waitForURL(/destinations\/new\/heap/)
    assert.equal(await page.getByRole('checkbox', { name: /Website/ }).isChecked(), true)
  })

  for (const [colorScheme, viewport] of [
    ['light', WIDE],
    ['dark', PHONE],
  ] as const) {
    test(`axe finds nothing on any tab, ${colorScheme} and ${viewport.width} wide, and nothing is wider`, async () => {
      const { page, troubles } = await pages.open('/destinations/heap', { colorScheme, viewport })
      for (const [name, shown] of TABS) {
        await tab(page, name).click()
        await page.getByText(shown).first().waitFor()
        await assertAccessible(page, `${name}`)
        const isWider = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
        assert.equal(isWider, false, `${name}`)
      }
      assert.deepEqual(troubles(), [])
    })
  }
})

const TABS: readonly (readonly [tab: RegExp, shown: RegExp])[] = [
  [/^Overview/, /What became of events/],
  [/^Actions/, /Send an event to Heap/],
  [/^Deliveries/, /Order Completed/],
  [/^Sources/, /events in the last hour/],
  [/^Settings/, /Consent categories/],
]
