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

  test('a rule that is there is changed in its place, or left as it was', async () => {
    const { page, troubles } = await pages.open('/sources/shop/settings')
    const part = page.getByRole('region', { name: 'Redaction' })
    await part.getByRole('button', { name: 'Drop passwords' }).click()
    await part.getByRole('button', { name: 'Change rule 1' }).click()
    const form = part.getByRole('form', { name: 'Change the rule' })
    assert.equal(await form.getByLabel('With').inputValue(), 'email')
    await form.getByLabel('Where').fill('properties..email')
    await form.getByText('lacks a key').waitFor()
    assert.equal(await form.getByRole('button', { name: 'Change it' }).isDisabled(), true)
    await assertAccessible(page, 'a rule that is being changed')
    await form.getByLabel('Where').press('Escape')
    await part.getByText('mask email', { exact: true }).waitFor()
    await part.getByRole('button', { name: 'Change rule 1' }).click()
    await form.getByLabel('Where').fill('properties.email')
    await form.getByLabel('Leave at the end').fill('3')
    await form.getByRole('button', { name: 'Change it' }).click()
    await part.getByText('mask email in properties.email').waitFor()
    await part.getByText('"***com"').waitFor()
    await part.getByRole('button', { name: 'Save the rules' }).click()
    await page.getByText('2 redaction rules, from the next event on.').waitFor()
    const { sources } = await pages.millrace.admin('sources')
    assert.deepEqual((sources as unknown as readonly [{ redact: object }])[0].redact, [
      { how: 'mask', path: 'properties.email', pattern: 'email', keepLast: 3 },
      { path: '**.password', how: 'drop' },
    ])
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
