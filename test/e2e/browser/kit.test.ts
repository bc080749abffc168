// The components of the pages, each used as a person does: by pointer, by keys alone, in light and in dark.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { until } from '../server.ts'
import { assertAccessible, focused, listenForTroubles, SCHEMES, tabTo } from './admin-pages.ts'
import { launchChromium, noChromium } from './chromium.ts'
import { startKit } from './kit.ts'

describe('The components in Chromium', { skip: noChromium, timeout: 120_000 }, () => {
  let kit: Awaited<ReturnType<typeof startKit>>
  let browser: Browser
  before(async () => {
    kit = await startKit()
    browser = await launchChromium()
  })
  after(async () => {
    await browser?.close()
    await kit?.close()
  })

  async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const page = await (await browser.newContext({ timezoneId: 'UTC', ...options })).newPage()
    await page.goto(kit.url)
    await page.getByRole('heading', { name: 'Kit' }).waitFor()
    return page
  }

  function focusOn(page: Page, wanted: RegExp): Promise<true> {
    return until(`the focus on ${wanted}`, async () => (wanted.test(await focused(page)) ? true : undefined))
  }

  for (const colorScheme of SCHEMES) {
    test(`${colorScheme}: axe finds nothing, and the policy has nothing to forbid`, async () => {
      const page = await (await browser.newContext({ colorScheme })).newPage()
      const troubles = listenForTroubles(page)
      await page.goto(kit.url)
      await page.getByRole('heading', { name: 'Kit' }).waitFor()
      await page.getByRole('button', { name: 'Menu' }).click()
      await page.getByRole('menuitem', { name: 'Rename' }).waitFor()
      await assertAccessible(page, 'with the menu open')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Open the dialog' }).click()
      await assertAccessible(page, 'with the dialog open')
      assert.deepEqual(troubles(), [])
    })
  }

  test('a dialog takes the focus, keeps it, and gives it back', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'Open the dialog' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Delete the destination' })
    await dialog.waitFor()
    for (let press = 0; press < 6; press += 1) {
      await page.keyboard.press('Tab')
      const outside =
        "!(document.activeElement === document.body || document.activeElement.closest('dialog'))"
      assert.equal(await page.evaluate(outside), false)
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    assert.match(await focused(page), /Open the dialog/)
  })

  test('a menu is walked by arrows and letters', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'Menu' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor()
    await page.keyboard.press('d')
    await focusOn(page, /Delete/)
    await page.keyboard.press('Home')
    await focusOn(page, /Rename/)
    await page.keyboard.press('Enter')
    assert.equal(await page.getByLabel('Notes').inputValue(), 'renamed')
  })

  test('what was done can be undone from what says so', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'Toast' }).click()
    await page.getByRole('button', { name: 'Undo' }).click()
    assert.equal(await page.getByLabel('Notes').inputValue(), 'undone')
    assert.equal(await page.getByText('Action deleted').count(), 0)
  })

  test('ten thousand rows: few are drawn, and keys choose among all', async () => {
    const page = await open()
    const grid = page.getByRole('grid', { name: 'Deliveries' })
    assert.ok((await grid.getByRole('row').count()) < 60)
    await grid.focus()
    for (const [key, row] of [
      ['ArrowDown', 'row 0'],
      ['ArrowDown', 'row 1'],
      ['End', 'row 9999'],
      ['ArrowUp', 'row 9998'],
      ['Home', 'row 0'],
    ] as const) {
      await page.keyboard.press(key)
      await page.getByText(`This is ${row}.`).waitFor()
      const chosen = grid.locator('[aria-selected=true]')
      await chosen.waitFor()
      assert.match(await chosen.innerText(), new RegExp(`^${row}\\b`))
      assert.equal(await grid.getAttribute('aria-activedescendant'), await chosen.getAttribute('id'))
    }
  })

  test('a JSON tree opens, closes and is picked from by keys', async () => {
    const page = await open()
    const tree = page.getByRole('tree', { name: 'The event' })
    await tree.focus()
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.getByText('Picked: $.properties.coupon').waitFor()
    await page.keyboard.press('Home')
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowLeft')
    await tree.getByText('{ 5 }').waitFor()
    assert.equal(await tree.getByText('29.9').count(), 0)
    await page.keyboard.press('ArrowRight')
    await tree.getByText('29.9').waitFor()
  })

  test('a value of thousands of lines draws those that are seen', async () => {
    const page = await open()
    const lines = page.getByRole('tree', { name: 'A long list' }).getByRole('treeitem')
    assert.ok((await lines.count()) < 100)
  })

  test('dragging over a chart zooms, a press picks, and the same is there as a table', async () => {
    const page = await open()
    const chart = page.getByRole('figure', { name: 'Deliveries' })
    await chart.scrollIntoViewIfNeeded()
    const box = await chart.getByRole('img').boundingBox()
    assert.ok(box)
    const at = (share: number) => [box.x + box.width * share, box.y + 50] as const
    await page.mouse.move(...at(0.251))
    await page.mouse.down()
    await page.mouse.move(...at(0.4), { steps: 4 })
    await page.mouse.move(...at(0.491), { steps: 4 })
    await page.mouse.up()
    await page.getByText('Zoomed to: 15 minutes').waitFor()
    await page.mouse.click(...at(0.51))
    await page.getByText('Zoomed to: minute 30').waitFor()
    await chart.getByRole('button', { name: 'Show as table' }).click()
    const row = chart.getByRole('row', { name: /12:30:00/ })
    assert.match(await row.innerText(), /140\s+0\s+40/)
    await assertAccessible(page, 'as a table')
    await row.getByRole('button').click()
    await page.getByText('Zoomed to: minute 30').waitFor()
  })

  test('who wants no motion sees none', async () => {
    const page = await open({ reducedMotion: 'reduce' })
    const moving = `document.getAnimations().filter((one) => one.playState === 'running').length`
    await until('everything to rest', async () => ((await page.evaluate(moving)) === 0 ? true : undefined))
  })

  test('all of it can be reached by Tab', async () => {
    const page = await open()
    for (const wanted of [
      /Save/,
      /Notes|TEXTAREA/,
      /SELECT/,
      /Enabled/,
      /Try again/,
      /Deliveries/,
      /The event/,
    ])
      await tabTo(page, wanted)
  })
})
