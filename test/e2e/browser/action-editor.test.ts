// The editor of an action, as a person works with it: conditions and code, values, a real event beside them, what the
// last events would have become, and saving.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { heapFor, source } from '../server.ts'
import { type AdminPages, assertAccessible, PHONE, SCHEMES, startAdminPages } from './admin-pages.ts'
import { noChromium } from './chromium.ts'

const EDITOR = (of: string, action = 'track-event') => `/destinations/${of}/actions/${action}`
/** One of the places where a test works, so that none meets what another one saved. */
const PLACES = ['looked-at', 'written', 'valued', 'saved', 'contested', 'mended', 'small'] as const

describe('The action editor', { skip: noChromium, timeout: 120_000 }, () => {
  let pages: AdminPages
  before(async () => {
    pages = await startAdminPages(({ sandbox }) => ({
      sources: [source('site', 'javascript')],
      destinations: [
        ...PLACES.map((id) => heapFor(sandbox, id, '31', ['site'])),
        { id: 'in-pages', name: 'Heap', kind: 'heap-web', sources: ['site'], settings: { appId: '32' } },
      ],
    }))
    const orders = ['pro', 'pro', 'team'].map((plan, index) => ({
      ...{ type: 'track', event: 'Order Completed', userId: `user_${index}` },
      properties: { plan, total: 10 * index, nested: { a: 1 } },
      context: { campaign: { name: 'spring' } },
    }))
    const home = { type: 'page', name: 'Home', anonymousId: 'visitor-1', properties: { path: '/' } }
    await pages.millrace.post('/v1/batch', 'site-key', { batch: [home, ...orders] })
    await pages.millrace.done('looked-at', 4)
  })
  after(() => pages?.end())

  const open = async (path: string, options = {}) => {
    const opened = await pages.open(path, options)
    await opened.page.getByText('It matches').waitFor()
    return opened
  }
  const field = (page: Page, name: string) => page.getByRole('group', { name, exact: true })
  const request = (page: Page) => page.getByRole('region', { name: /^POST .*\/api\/track$/ })
  const trigger = (page: Page) => page.getByRole('textbox', { name: 'Trigger' })
  /** In code, all of it anew. */
  const write = async (page: Page, editor: Locator, text: string) => {
    await editor.click()
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    await page.keyboard.insertText(text)
  }

  for (const colorScheme of SCHEMES) {
    test(`shows what an action does beside a real event, readable by everybody, ${colorScheme}`, async () => {
      const { page, troubles } = await open(EDITOR('looked-at'), { colorScheme })
      await page.getByText('matches 4 of the last 4 events').waitFor()
      await page.getByText('1 of 4').waitFor()
      await request(page).getByText('"event": "Order Completed"').waitFor()
      await field(page, 'Identity').getByText('"user_2"').waitFor()
      await field(page, 'Event name').getByText('by @first[0]').waitFor()
      await page.getByRole('button', { name: '7 more fields' }).click()
      await field(page, 'Session id').getByText('nothing: it is left out').waitFor()
      await assertAccessible(page, 'the editor')
      await page.getByRole('button', { name: 'Next sample' }).click()
      await page.waitForURL('**?sample=*')
      await page.getByText('2 of 4').waitFor()
      await field(page, 'Identity').getByText('"user_1"').waitFor()
      await page.getByRole('button', { name: 'Choose…' }).click()
      await page.getByLabel('A call of your own').waitFor()
      if (colorScheme === 'light') await assertAccessible(page, 'the choice of a sample')
      assert.deepEqual(troubles(), [])
    })
  }

  test('keeps conditions and code the same trigger, and says where the code is wrong', async () => {
    const { page, troubles } = await open(EDITOR('written'))
    await page.getByRole('button', { name: 'Group', exact: true }).click()
    const group = page.getByRole('group', { name: 'Group of conditions' })
    await group.getByText('choose a field').waitFor()
    await page.getByRole('button', { name: 'Save', disabled: true }).waitFor()
    await page.keyboard.type('plan')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await group.getByRole('combobox', { name: 'Value', exact: true }).fill('pr')
    await page.getByRole('option', { name: /^pro/ }).click()
    await page.getByRole('combobox', { name: 'How many of the conditions' }).selectOption('all of')
    await page.getByRole('radio', { name: 'Code' }).click()
    await trigger(page).getByText('type = "screen" and properties.plan = "pro"').waitFor()

    await write(page, trigger(page), 'type == "track"')
    await page.getByText('At character 6: "==" is not expected here: did you mean "="?').waitFor()
    await page.getByRole('radio', { name: 'Conditions', disabled: true }).waitFor()
    await page.getByText('this is with the last one that was').waitFor()
    await write(page, trigger(page), 'type = "track" and "pro" in properties.plans and properties.total > 5')
    await page.getByRole('radio', { name: 'Conditions' }).click()
    await page.getByText('One part says more than a row can show').waitFor()
    await page.getByText('matches 0 of the last 4 events').waitFor()
    await page.getByText('It does not match: this action does not send it').waitFor()
    await page.getByText('None of the last 4 events matches').waitFor()
    await page.getByRole('button', { name: 'Remove the condition "pro" in properties.plans' }).click()
    await page.getByText('matches 2 of the last 4 events').waitFor()
    assert.deepEqual(troubles(), [])
  })

  test('opened with a condition, has it in the draft, once', async () => {
    const condition = encodeURIComponent('type = "track" and event = "Order Completed"')
    const { page, troubles } = await open(`${EDITOR('looked-at')}?only=${condition}`)
    await page.getByText('The condition is added. Save, to let it count.').waitFor()
    await page.waitForURL((url) => url.search === '')
    await page.getByText('matches 3 of the last 4 events').waitFor()
    await page.getByRole('button', { name: 'Save', disabled: false }).waitFor()
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.getByText('matches 4 of the last 4 events').waitFor()
    await page.reload()
    await page.getByText('matches 4 of the last 4 events').waitFor()
    assert.deepEqual(troubles(), [])
  })

  test('takes values from the event, by typing $ and by picking, and shows at once what is sent', async () => {
    const { page, troubles } = await open(EDITOR('valued'))
    const properties = field(page, 'Properties')
    await properties.getByRole('button', { name: 'Properties: add a key' }).click()
    await page.keyboard.type('campaign')
    await page.keyboard.press('Enter')
    await page.getByRole('combobox', { name: 'Properties campaign: path' }).fill('$.campaign.n')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await request(page).locator('ins', { hasText: '"campaign": "spring"' }).waitFor()
    await properties.getByRole('button', { name: 'Properties: leave a key out' }).click()
    await page.getByRole('option', { name: 'nested' }).click()
    await request(page).locator('del', { hasText: '"nested.a": 1' }).waitFor()

    const name = field(page, 'Event name')
    await name.getByRole('combobox', { name: 'Event name: where from' }).selectOption('Text with values')
    await name.getByRole('combobox', { name: 'Event name: text' }).fill('Plan $')
    await page.keyboard.type('pla')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await request(page).locator('ins', { hasText: '"event": "Plan team"' }).waitFor()
    await name.getByRole('combobox', { name: 'Event name: where from' }).selectOption('From the event')
    await name.getByRole('button', { name: 'Event name: pick from the sample' }).click()
    await page.getByRole('treeitem').filter({ hasText: 'plan: "team"' }).click()
    await request(page).locator('ins', { hasText: '"event": "team"' }).waitFor()

    await name.getByRole('combobox', { name: 'Event name: where from' }).selectOption('Code')
    const code = name.getByRole('textbox', { name: 'Event name: code' })
    await write(page, code, '{"@frist": [1]}')
    await name.getByText('@frist is no directive; did you mean @first?').waitFor()
    await page.getByRole('button', { name: 'Save', disabled: true }).waitFor()
    await write(page, code, '')
    await page.keyboard.type('{"@upp')
    await page.getByRole('option', { name: /@upper/ }).click()
    await name.getByText('"@path"').waitFor()
    await page.keyboard.type('event')
    await request(page).locator('ins', { hasText: '"event": "ORDER COMPLETED"' }).waitFor()
    await name.getByRole('button', { name: 'Event name: back to the default' }).click()
    await name.getByText('by @first[0]').waitFor()
    assert.deepEqual(troubles(), [])
  })

  test('shows a table as rows, and says where two are for the same value', async () => {
    const { page, troubles } = await open(EDITOR('looked-at'))
    const name = field(page, 'Event name')
    const gives = (row: string) => name.getByRole('group', { name: row, exact: true }).getByRole('textbox')
    assert.equal(await gives('Event name, 2, row 1').inputValue(), 'Page viewed')
    assert.equal(await name.getByRole('textbox', { name: /: code$/ }).count(), 0)
    const loaded = "performance.getEntriesByType('resource').some(({ name }) => name.includes('CodeEditor'))"
    assert.equal(await page.evaluate(loaded), false, 'who writes no code waits for no editor of code')

    await name.getByRole('combobox', { name: 'Event name: where from' }).selectOption('From the event')
    await name.getByRole('combobox', { name: 'Event name: path' }).fill('$.properties.plan')
    await name.getByRole('combobox', { name: 'Event name: where from' }).selectOption('From a table')
    await request(page).locator('ins', { hasText: '"event": "team"' }).waitFor()
    const when = (row: number) => name.getByRole('combobox', { name: `Event name, row ${row}: when it is` })
    await when(1).click()
    await page.getByRole('option', { name: 'team' }).click()
    await gives('Event name, row 1').fill('Team bought')
    await request(page).locator('ins', { hasText: '"event": "Team bought"' }).waitFor()
    await assertAccessible(page, 'a table')
    await name.getByRole('button', { name: 'Row', exact: true }).click()
    await when(2).fill('team')
    await name.getByText('Two rows are for “team”.').waitFor()
    await page.getByRole('button', { name: 'Save', disabled: true }).waitFor()
    await name.getByRole('button', { name: 'Remove Event name, row 2' }).click()
    await name.getByText('Two rows are for “team”.').waitFor({ state: 'detached' })
    await name.getByRole('combobox', { name: 'Event name, all others: where from' }).selectOption('Nothing')
    await page.getByRole('button', { name: 'Save', disabled: false }).waitFor()
    assert.deepEqual(troubles(), [])
  })

  test('tries the last events before it is saved, is saved by Ctrl-S, and taken back by Undo', async () => {
    const { page, troubles } = await open(EDITOR('saved'))
    const name = field(page, 'Event name')
    await name.getByRole('combobox', { name: 'Event name: where from' }).selectOption('Fixed value')
    await page.getByText('3 newly refused').or(page.getByText('4 newly refused')).waitFor()
    await page.getByText('It would be a dead letter').waitFor()
    await name.getByText('Event name is missing').waitFor()
    await name.getByRole('textbox', { name: 'Event name: value' }).fill('Bought')
    await page.getByText('0 same, 4 change, 0 newly refused').waitFor()
    await page.keyboard.press('Control+Enter')
    const dialog = page.getByRole('dialog', { name: 'What the last 4 events would have become' })
    await dialog.getByText('1 of the newest 4').waitFor()
    await dialog.locator('ins', { hasText: '"event": "Bought"' }).waitFor()
    await assertAccessible(page, 'what would have become')
    await page.keyboard.press('Escape')

    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Purchases')
    await page.keyboard.press('Control+s')
    await page.getByText('Purchases is saved').waitFor()
    await page.getByText('not saved').waitFor({ state: 'detached' })
    assert.equal((await action('saved')).mapping['event'], 'Bought')
    await page.getByRole('button', { name: 'History' }).click()
    const history = page.getByRole('dialog', { name: 'History' })
    await history.locator('ins', { hasText: '"event": "Bought"' }).waitFor()
    await assertAccessible(page, 'the history')
    await history.getByRole('button', { name: /^v1 / }).click()
    await history.getByRole('button', { name: 'Put v1 back' }).click()
    await page.getByRole('heading', { name: 'Track Event', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.getByRole('heading', { name: 'Purchases', level: 1 }).waitFor()
    await page.getByText('Purchases is saved').locator('..').getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { name: 'Track Event', level: 1 }).waitFor()
    assert.equal((await action('saved')).name, 'Track Event')
    assert.deepEqual(troubles(), [])
  })

  type Saved = {
    readonly id: string
    readonly name: string
    readonly mapping: Readonly<Record<string, unknown>>
  }
  async function action(of: string): Promise<Saved> {
    const { actions } = (await pages.millrace.admin(`destinations/${of}`)) as unknown as { actions: Saved[] }
    return actions[0] as Saved
  }
  async function changeElsewhere(of: string, body: object): Promise<void> {
    const url = `${pages.millrace.adminUrl}/admin/v1/destinations/${of}/actions/track-event`
    const headers = { 'content-type': 'application/json' }
    assert.equal((await fetch(url, { method: 'PATCH', headers, body: JSON.stringify(body) })).status, 200)
  }

  test('meets what somebody else saved meanwhile: other parts are joined, the same part is chosen between', async () => {
    const { page, troubles } = await open(EDITOR('contested'))
    const name = field(page, 'Event name')
    await name.getByRole('combobox', { name: 'Event name: where from' }).selectOption('Fixed value')
    await name.getByRole('textbox', { name: 'Event name: value' }).fill('Mine')
    await changeElsewhere('contested', { name: 'Renamed' })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Renamed is saved').waitFor()
    const joined = await action('contested')
    assert.deepEqual([joined.name, joined.mapping['event']], ['Renamed', 'Mine'])

    await name.getByRole('textbox', { name: 'Event name: value' }).fill('Mine again')
    await changeElsewhere('contested', { mapping: { event: 'Theirs' } })
    await page.getByRole('button', { name: 'Save' }).click()
    const dialog = page.getByRole('dialog', { name: 'Somebody else changed it meanwhile' })
    await dialog.locator('del', { hasText: '"event": "Theirs"' }).waitFor()
    await assertAccessible(page, 'the choice')
    assert.equal((await action('contested')).mapping['event'], 'Theirs')
    await dialog.getByRole('button', { name: 'Save mine over it' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText('not saved').waitFor({ state: 'detached' })
    assert.equal((await action('contested')).mapping['event'], 'Mine again')

    await page.getByRole('switch').click()
    await page.getByRole('link', { name: 'Sources' }).click()
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor()
    await page.getByRole('button', { name: 'Stay' }).click()
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.getByRole('link', { name: 'Sources' }).click()
    await page.waitForURL('**/sources')
    // The refused save is an answer of 409, which the browser tells too.
    assert.deepEqual(
      troubles().filter((text) => !text.includes('409')),
      [],
    )
  })

  test('opened from a dead letter: why it ended, and after the save, how to send its like again', async () => {
    const { events } = (await pages.millrace.admin('events')) as unknown as {
      events: { address: string; event: { type: string } }[]
    }
    const { address = '' } = events.find(({ event }) => event.type === 'page') ?? {}
    const reason = { code: 'VALUES_INVALID', text: 'Event name is missing.' }
    const search = new URLSearchParams({ sample: address, ...reason })
    const { page, troubles } = await open(`${EDITOR('mended')}?${search}`)
    await page.getByText('This event became a dead letter').waitFor()
    await page.getByText('4 of 4').waitFor()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Mended')
    await page.keyboard.press('Control+s')
    const link = page.getByRole('link', { name: 'Retry the dead letters of this reason' })
    const { pathname, searchParams } = new URL(await link.evaluate((one) => (one as HTMLAnchorElement).href))
    assert.equal(pathname, '/destinations/mended/dead-letters')
    assert.deepEqual(Object.fromEntries(searchParams), { action: 'track-event', ...reason })
    assert.deepEqual(troubles(), [])
  })

  test('shows, where the page itself sends, what it would call; and takes a call of one’s own', async () => {
    const { page, troubles } = await open(EDITOR('in-pages'))
    await page.getByText("What the page calls of Heap's library").waitFor()
    await page.getByRole('region', { name: 'heap.identify' }).getByText('"user_2"').waitFor()
    await page.getByRole('region', { name: 'heap.track' }).getByText('"plan": "team"').waitFor()
    await page.getByRole('button', { name: 'Choose…' }).click()
    const text = page.getByLabel('A call of your own')
    await text.fill('{"type": "track" "event": "x"}')
    await page.getByText('line 1: a "," or "}" is missing here').waitFor()
    await text.fill('{"type": "track", "event": "x"}')
    await page.getByRole('button', { name: 'Use this call' }).click()
    await page.getByText('This call would be refused when it comes in').waitFor()
    await page.getByRole('button', { name: 'Choose…' }).click()
    await page.getByLabel('A call of your own').fill('{"type": "track", "event": "x", "userId": "me"}')
    await page.getByRole('button', { name: 'Use this call' }).click()
    await page.getByRole('region', { name: 'heap.identify' }).getByText('"me"').waitFor()
    await page.getByText('pasted, not in the log').waitFor()
    assert.deepEqual(troubles(), [])
  })

  test('can be used on a phone, and nothing stands beside the page', async () => {
    const { page, troubles } = await open(EDITOR('small'), { viewport: PHONE })
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(width <= PHONE.width, `the page is ${width} wide`)
    await assertAccessible(page, 'the editor on a phone')
    assert.deepEqual(troubles(), [])
  })
})
