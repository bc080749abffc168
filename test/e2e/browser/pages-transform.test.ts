// Writing a transformation in the pages: tried on real events while it is written, saved, undone, removed.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { source, until } from '../server.ts'
import { type AdminPages, assertAccessible, startAdminPages } from './admin-pages.ts'
import { noChromium } from './chromium.ts'

const HEAP = {
  ...{ id: 'heap', name: 'Heap', kind: 'heap', enabled: false, sources: ['shop'] },
  settings: { appId: '11' },
}

describe('A transformation, in the pages', { skip: noChromium, timeout: 120_000 }, () => {
  let pages: AdminPages
  before(async () => {
    pages = await startAdminPages({ sources: [source('shop')], destinations: [HEAP] })
    const order = { userId: 'ada', event: 'Order Completed', properties: { price: 2, quantity: 3 } }
    await pages.millrace.post('/v1/track', 'shop-key', order)
  })
  after(() => pages?.end())

  const stored = async () => {
    const { transform } = (await pages.millrace.admin('sources/shop')) as { transform?: string }
    return transform
  }

  test('of a source: from an example, tried, wrong at its place, saved, undone, removed', async () => {
    const { page, troubles } = await pages.open('/sources/shop/settings')
    const part = page.getByRole('region', { name: 'Transformation' })
    await part.getByRole('button', { name: 'Compute a total' }).click()
    const code = part.getByRole('textbox', { name: 'Transformation of the source' })
    await code.waitFor()
    await part.getByRole('button', { name: 'Order Completed changed' }).waitFor()
    await part.getByRole('region', { name: 'The event before and after' }).getByText('"total": 6').waitFor()
    await assertAccessible(page, 'a transformation that is tried')

    await code.fill('export function transform(event) {\n  return event..name\n}')
    await part.getByText(/Line 2, column 16:/).waitFor()
    await code.fill(
      'export function transform(event) {\n  console.log("seen", 7)\n  throw new Error("no")\n}',
    )
    await part.getByText('It threw Error: no (line 3).').waitFor()
    await code.fill('export function transform(event) {\n  console.log("seen", 7)\n  return null\n}')
    await part.getByText('It drops the event').waitFor()
    await part.getByRole('region', { name: 'Console' }).getByText('seen 7').waitFor()

    await part.getByRole('button', { name: 'Save the transformation' }).click()
    await until('the text', async () => ((await stored())?.includes('return null') ? true : undefined))
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await until('the way back', async () => ((await stored()) === undefined ? true : undefined))
    // Where all of a coloured text is written over, Chromium itself gives the new one the old one's colour for a moment.
    assert.deepEqual(
      troubles().filter((one) => !one.startsWith('Applying inline style')),
      [],
    )
  })

  test('of an action: what the sample becomes is shown beside it, and it is saved with the rest', async () => {
    const { page, troubles } = await pages.open('/destinations/heap/actions/track-event')
    const part = page.getByRole('region', { name: 'Transform' })
    await part.getByRole('button', { name: 'Compute a total' }).click()
    await page.getByText("Changed by the action's transformation").waitFor()
    await assertAccessible(page, 'an action with a transformation')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('is saved. It counts from the next event on.').waitFor()
    const { actions } = (await pages.millrace.admin('destinations/heap')) as unknown as {
      actions: readonly { readonly id: string; readonly transform?: string }[]
    }
    assert.match(actions.find(({ id }) => id === 'track-event')?.transform ?? '', /properties\.total/)
    assert.deepEqual(troubles(), [])
  })
})
