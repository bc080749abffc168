// What a source sends, and what can be changed of it: Schema and Settings.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { IN_CLUSTER } from '../in-cluster.ts'
import { source, until } from '../server.ts'
import { type AdminPages, assertAccessible, startAdminPages } from './admin-pages.ts'
import { noChromium } from './chromium.ts'

const order = (number: number, more: object = {}) => ({
  ...{ type: 'track', event: 'Order Completed', userId: 'ada', messageId: `order-${number}` },
  properties: { total: number },
  ...more,
})

describe('A source, in the pages', { skip: noChromium, timeout: 120_000 }, () => {
  let pages: AdminPages
  before(async () => {
    const sources = ['shop', 'keys', 'gone'].map((id) => source(id))
    pages = await startAdminPages({ sources, destinations: [] })
  })
  after(() => pages?.end())

  test('the schema: names, properties, and what looks wrong', async () => {
    const orders = Array.from({ length: 200 }, (_, number) => order(number))
    const batch = [
      ...orders,
      order(8_001, { properties: { total: '12', orderId: 'a', order_id: 'a' } }),
      order(8_002, { event: 'order completed' }),
    ]
    await pages.millrace.post('/v1/batch', 'shop-key', { batch })
    const { page } = await pages.open('/sources/shop/schema')
    await page.getByLabel('Search names').fill('order')
    const names = page.getByRole('listbox', { name: 'Event names' })
    await until('the name in other letters', async () => {
      await page.reload()
      await names.waitFor()
      return (await names.getByText('Also sent as “order completed”.').count()) > 0
    })
    await names.getByRole('option', { name: /^Order Completed/ }).click()
    await page.waitForURL(/event=Order/)
    const properties = page.getByRole('table', { name: 'Properties' })
    await properties.getByText(/Sent as number \(\d+ %\) and text \(< 1 %\)/).waitFor()
    await properties.getByText('Is it the same as properties.order_id?').waitFor()
    await page.getByText('Use in a trigger').click()
    await page.getByText('type = "track" and event = "Order Completed"').waitFor()
    await page.getByText('No destination is connected to this source yet.').waitFor()
    await page.getByRole('link', { name: 'See these events' }).click()
    await page.waitForURL(/\/events\?/)
    await page.getByRole('grid').getByText('Order Completed').first().waitFor()
  })

  test('settings: a name and its way back, two write keys and then one, privacy, deletion and its way back', async () => {
    const { page, troubles } = await pages.open('/sources/keys/settings')
    const status = async (key: string, origin?: string) => {
      const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
      const body = JSON.stringify({ userId: 'a', event: 'Key Tried' })
      const headers = {
        ...{ authorization, 'content-type': 'application/json' },
        ...(origin === undefined ? {} : { origin }),
      }
      return (await fetch(`${pages.millrace.url}/v1/track`, { method: 'POST', headers, body })).status
    }
    /** Another process may take events: it hears of a change a moment later. */
    const answers = (wanted: number, key: string, origin?: string) =>
      until(`${wanted} for ${key}`, async () => (await status(key, origin)) === wanted || undefined)
    await page.getByRole('textbox', { name: 'Name' }).fill('Web shop')
    await page.getByRole('button', { name: 'Rename', exact: true }).click()
    await page.getByRole('heading', { name: 'Web shop', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.getByRole('heading', { name: 'keys', level: 1 }).waitFor()

    await page.getByRole('button', { name: 'Rotate' }).click()
    await page.getByText('The present key goes on working').waitFor()
    await assertAccessible(page, 'the dialog about a new key')
    await page.getByRole('button', { name: 'Make a new key' }).click()
    await page.getByText('older, still taken').waitFor()
    await page.getByRole('button', { name: 'Show' }).first().click()
    const fresh = await page
      .getByRole('region', { name: 'Write keys' })
      .locator('li code')
      .first()
      .innerText()
    await answers(200, fresh)
    assert.equal(await status('keys-key'), 200)
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('button', { name: 'Remove the key' }).click()
    await page.getByText('older, still taken').waitFor({ state: 'detached' })
    await answers(401, 'keys-key')
    assert.equal(await status(fresh), 200)

    await page.getByRole('button', { name: 'Disable the write key' }).click()
    await page.getByText('disabled', { exact: true }).waitFor()
    await answers(401, fresh)
    await page.getByRole('button', { name: 'Enable the write key' }).click()
    await page.getByText('disabled', { exact: true }).waitFor({ state: 'detached' })
    await answers(200, fresh)

    const sites = page.getByRole('region', { name: 'Allowed sites' })
    await sites.getByRole('textbox').fill('shop.example')
    await sites.getByText('must be an origin such as').waitFor()
    await sites.getByRole('textbox').fill('https://*.shop.example')
    await sites.getByRole('button', { name: 'Add' }).click()
    await sites.getByRole('listitem').filter({ hasText: 'https://*.shop.example' }).waitFor()
    await answers(403, fresh, 'https://evil.example')
    assert.equal(await status(fresh, 'https://de.shop.example'), 200)
    await page.reload()
    // Each process counts for itself what it turns away.
    if (!IN_CLUSTER) {
      await page.getByRole('region', { name: 'Turned away' }).getByText('ORIGIN_NOT_ALLOWED').waitFor()
      await assertAccessible(page, 'the settings of a source that turned requests away')
    }

    await page.getByRole('radio', { name: /^Truncate/ }).click()
    await page.getByText(/addresses: truncate/).waitFor()
    await page.getByRole('region', { name: 'Limits' }).getByText('64 KiB').waitFor()
    await page.getByRole('region', { name: 'Changes' }).getByRole('listitem').nth(3).waitFor()

    await page.goto(`${pages.millrace.adminUrl}/sources/gone/settings`)
    await page.getByRole('button', { name: 'Delete gone' }).click()
    await page.getByRole('heading', { name: 'Sources', level: 1 }).waitFor()
    await until('the source to be gone', async () => (await status('gone-key')) === 401)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { name: 'gone', level: 1 }).waitFor()
    assert.equal(await status('gone-key'), 200)
    assert.deepEqual(
      troubles().filter((one) => !one.includes('404')),
      [],
    )
  })
})
