// Rules that keep personal data out, and the deletion of a person, as people do both in the pages.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { source } from '../server.ts'
import { type AdminPages, assertAccessible, startAdminPages } from './admin-pages.ts'
import { noChromium } from './chromium.ts'

describe('Privacy, in the pages', { skip: noChromium, timeout: 120_000 }, () => {
  let pages: AdminPages
  before(async () => {
    pages = await startAdminPages({ sources: [source('shop')], destinations: [] })
  })
  after(() => pages?.end())
  const bought = (messageId: string) => ({
    ...{ type: 'track', event: 'Bought', userId: 'ada', messageId },
    properties: { email: 'ada@example.com' },
  })

  test('a rule is tried on the last events, saved, and keeps an address out of what comes next', async () => {
    await pages.millrace.post('/v1/batch', 'shop-key', { batch: [bought('m1')] })
    await pages.millrace.counted('sources', 'shop', 'accepted', 1)
    const { page, troubles } = await pages.open('/sources/shop/settings')
    const part = page.getByRole('region', { name: 'Redaction' })
    await part.getByRole('button', { name: 'Mask e-mail addresses' }).click()
    await part.getByText('Of the last 1 events, 1 would be changed').waitFor()
    await part.getByText('"***"').waitFor()
    await assertAccessible(page, 'rules with their preview')
    await part.getByRole('button', { name: 'Save the rules' }).click()
    await page.getByText('1 redaction rules, from the next event on.').waitFor()
    await pages.millrace.post('/v1/batch', 'shop-key', { batch: [bought('m2')] })
    await pages.millrace.counted('sources', 'shop', 'accepted', 2)
    const { events } = await pages.millrace.admin('events?messageId=m2')
    assert.ok(JSON.stringify(events).includes('"email":"***"'), JSON.stringify(events))
    assert.deepEqual(troubles(), [])
  })

  test('a person is found, deleted after their id was typed once more, and has a receipt', async () => {
    const { page, troubles } = await pages.open('/settings')
    const part = page.getByRole('region', { name: 'Privacy' })
    await part.getByRole('textbox', { name: 'Id or address' }).fill('ada')
    await part.getByRole('button', { name: 'Find' }).click()
    await part.getByText('2 events').waitFor()
    await part.getByRole('button', { name: 'Delete this person' }).click()
    const press = page.getByRole('button', { name: 'Delete everywhere' })
    assert.equal(await press.isDisabled(), true)
    await assertAccessible(page, 'the dialog of a deletion')
    await page.getByRole('textbox', { name: 'Type ada to go on' }).fill('ada')
    await press.click()
    const receipts = page.getByRole('table', { name: 'Deletions' })
    await receipts.getByText('2 events').waitFor()
    await receipts.getByText('done').waitFor()
    await page.getByRole('table', { name: 'Suppressed people' }).getByText('userId').waitFor()
    assert.deepEqual(troubles(), [])
  })
})
