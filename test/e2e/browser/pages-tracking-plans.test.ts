// Tracking plans in the pages: made of what came, edited, tried, held to by a source, and what is found is seen.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { source, until } from '../server.ts'
import { type AdminPages, assertAccessible, startAdminPages } from './admin-pages.ts'
import { noChromium } from './chromium.ts'

type Rule = {
  readonly type: string
  readonly event?: string
  readonly schema: { readonly required?: string[] }
}
type Plan = { readonly name: string; readonly rules: readonly Rule[] }

const SEGMENT = {
  rules: [
    {
      type: 'TRACK',
      key: 'Signed Up',
      version: 1,
      jsonSchema: { type: 'object', properties: { properties: { required: ['plan'], $ref: '#/x' } } },
    },
  ],
}

describe('A tracking plan, in the pages', { skip: noChromium, timeout: 180_000 }, () => {
  let pages: AdminPages
  const order = (properties: object, event = 'Order Completed') =>
    pages.millrace.post('/v1/track', 'shop-key', { userId: 'ada', event, properties })
  before(async () => {
    pages = await startAdminPages({ sources: [source('shop')], destinations: [] })
    for (let count = 0; count < 10; count++) await order({ total: count, currency: 'EUR' })
    await until('the schema', async () => {
      const { events } = (await pages.millrace.admin('sources/shop/schema')) as unknown as {
        events: { count: number }[]
      }
      return events[0]?.count === 10 ? true : undefined
    })
  })
  after(() => pages?.end())
  const stored = async () => (await pages.millrace.admin('tracking-plans/shop-plan')) as unknown as Plan

  test('is drafted from what a source sent, edited, tried and saved', async () => {
    const { page, troubles } = await pages.open('/tracking-plans')
    await page.getByText('No tracking plans yet').waitFor()
    await page.getByRole('button', { name: 'New plan' }).click()
    const dialog = page.getByRole('dialog', { name: 'New tracking plan' })
    await dialog.getByLabel('Name').fill('Shop plan')
    await dialog.getByLabel('Begin with').selectOption({ label: 'What shop sent so far' })
    await assertAccessible(page, 'a new tracking plan')
    await dialog.getByRole('button', { name: 'Create the plan' }).click()
    await page.getByRole('option', { name: 'Order Completed' }).click()
    const code = page.getByRole('textbox', { name: 'Schema of the properties' })
    await code.waitFor()
    assert.deepEqual((await stored()).rules[0]?.schema.required, ['total', 'currency'])
    await assertAccessible(page, 'a tracking plan')

    await code.fill('{"required": ["total", "coupon"], "properties": {"total": {"type": "numbr"}}}')
    await page.getByText('properties.total.type must be one of').waitFor()
    await page.getByRole('button', { name: 'Save the plan', disabled: true }).waitFor()
    await code.fill('{"required": ["total", "coupon"], "properties": {"total": {"type": "number"}}}')
    await page.getByRole('button', { name: 'Try on the newest events' }).click()
    const tried = page.getByRole('table', { name: 'What is not as the rules say' })
    await tried.getByText('properties.coupon', { exact: true }).waitFor()
    await assertAccessible(page, 'a tracking plan that is tried')
    await page.getByRole('button', { name: 'Save the plan' }).click()
    await until('the rule', async () =>
      (await stored()).rules[0]?.schema.required?.includes('coupon') ? true : undefined,
    )
    // Where all of a coloured text is written over, Chromium itself gives the new one the old one's colour for a moment.
    assert.deepEqual(
      troubles().filter((one) => !one.startsWith('Applying inline style')),
      [],
    )
  })

  test('takes the rules of another program, tells what it leaves out, and keeps what it was', async () => {
    const { page, troubles } = await pages.open('/tracking-plans/shop-plan')
    await page.getByRole('button', { name: 'Import…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Import rules' })
    await dialog.getByLabel('Or its text').fill('{"a": 1}')
    await dialog.getByText('no tracking plan that is known').waitFor()
    await dialog.getByLabel('Or its text').fill(JSON.stringify(SEGMENT))
    await dialog.getByText('1 rules of Segment were read.').waitFor()
    await dialog.getByText(/\$ref is left out/).waitFor()
    await dialog.getByRole('button', { name: 'Signed Up track added' }).waitFor()
    await assertAccessible(page, 'an import of rules')
    await dialog.getByRole('button', { name: 'Take these rules' }).click()
    await page.getByRole('button', { name: 'Save the plan' }).click()
    await until('both rules', async () => ((await stored()).rules.length === 2 ? true : undefined))
    await page.getByRole('button', { name: 'History' }).click()
    const history = page.getByRole('dialog', { name: 'History' })
    await history.getByRole('button', { name: 'Signed Up track added' }).click()
    await history.getByRole('region', { name: 'What is different in Signed Up' }).waitFor()
    await assertAccessible(page, 'the history of a tracking plan')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Types and export' }).click()
    await page
      .getByRole('region', { name: 'events.d.ts' })
      .getByText('export interface TrackEvents')
      .waitFor()
    assert.deepEqual(troubles(), [])
  })

  test('is held to by a source, whose page shows what is not so', async () => {
    const { page, troubles } = await pages.open('/sources/shop/settings')
    const part = page.getByRole('region', { name: 'Tracking plan' })
    await part.getByLabel('Plan', { exact: true }).selectOption({ label: 'Shop plan' })
    await part.getByLabel('Events that are not in the plan').selectOption({ label: 'Refuse them' })
    await until('the source', async () => {
      const { plan } = (await pages.millrace.admin('sources/shop')) as { plan?: { unplannedEvents?: string } }
      return plan?.unplannedEvents === 'block' ? true : undefined
    })
    await assertAccessible(page, 'how a source holds to a tracking plan')
    await order({ total: 1 })
    const refused = await fetch(`${pages.millrace.url}/v1/track`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('shop-key:')}` },
      body: JSON.stringify({ userId: 'ada', event: 'Something Else' }),
    })
    assert.equal(refused.status, 200)
    const [{ code } = { code: '' }] = ((await refused.json()) as { refused: { code: string }[] }).refused
    assert.equal(code, 'EVENT_UNPLANNED')
    await page.goto(`${page.url().replace(/settings$/, 'schema')}`)
    const found = page.getByRole('region', { name: 'Tracking plan' })
    await found.getByText('properties.coupon', { exact: true }).waitFor()
    await found.getByText('“Something Else”').waitFor()
    await assertAccessible(page, 'what a tracking plan finds')
    await found.getByRole('link', { name: 'see one' }).first().click()
    await page.getByRole('heading', { name: /^Search: / }).waitFor()
    assert.deepEqual(troubles(), [])
  })
})
