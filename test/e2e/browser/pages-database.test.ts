// A source that is a database: set up, tried, saved, read and set back in the pages.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { missing, startDatabase, type TestDatabase } from '../../../server/sql/databases.fixtures.ts'
import { until } from '../server.ts'
import {
  type AdminPages,
  assertAccessible,
  loaded,
  PHONE,
  SCHEMES,
  startAdminPages,
  tabTo,
} from './admin-pages.ts'
import { noChromium } from './chromium.ts'

const skip = noChromium || missing('postgresql')

describe('A database as a source, in the pages', { skip, timeout: 180_000 }, () => {
  let pages: AdminPages
  let database: TestDatabase
  before(async () => {
    database = await startDatabase('postgresql')
    database.run(`create table orders as
      select n as id, 'customer ' || n % 7 as customer, n * 10 as total, '2026-01-01 00:00:00Z'::timestamptz + n * interval '1 minute' as changed
      from generate_series(1, 1000) n`)
    pages = await startAdminPages({ sources: [], destinations: [] })
  })
  after(async () => {
    await pages?.end()
    await database?.stop()
  })

  test('is added, tried, saved, read and set back', async () => {
    const { page, troubles } = await pages.open('/sources/new')
    await page.getByText('PostgreSQL', { exact: true }).click()
    await page.getByLabel('Name').fill('Orders')
    await page.getByRole('button', { name: 'Add source' }).click()
    await page.waitForURL(/\/sources\/orders\/set-up/)

    await fillConnection(page, database)
    await page.getByLabel('Password').fill('wrong-secret')
    await page.getByRole('button', { name: 'Test the connection' }).click()
    await page.getByText(/The user or the password is wrong/).waitFor()
    await page.getByLabel('Password').fill(database.settings.password ?? '')
    await page.getByRole('button', { name: 'Test the connection' }).click()
    await page.getByText(/^PostgreSQL \d+.* answers\.$/).waitFor()

    await page.getByLabel(/^Query/).fill('delete from orders')
    await page.getByRole('button', { name: 'Show the first rows' }).click()
    await page.getByText('must be one SELECT').waitFor()
    await page.getByLabel(/^Query/).fill('select id, customer, total, changed from orders')
    await page.getByLabel('Cursor column').fill('changed')
    await page.getByLabel('Key columns').fill('id')
    await page.getByLabel('userId').fill('{{customer}}')
    await page.getByLabel('event', { exact: true }).fill('Order Completed')
    await page.getByLabel('timestamp').fill('{{changed}}')
    await page.getByRole('button', { name: 'Show the first rows' }).click()
    const first = page.getByRole('tree', { name: 'What row 1 becomes' })
    await first.getByText('Order Completed').waitFor()

    await page.getByLabel('Read it').selectOption('cron')
    await page.getByLabel('Cron expression').fill('0 6 * *')
    await page.getByText(/must be five parts/).waitFor()
    await page.getByLabel('Cron expression').fill('0 6 * * *')
    await page.getByText('Next:').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Orders is read as it says here.').waitFor()

    await page.getByRole('link', { name: 'Runs' }).first().click()
    await page.getByText('It has not been read yet').waitFor()
    await page.getByRole('button', { name: 'Run now' }).click()
    const runs = page.getByRole('table', { name: 'Runs, newest first' })
    await runs.getByText('done').waitFor()
    assert.equal(await runs.getByText('1,000').count(), 2)
    const { accepted } = await pages.millrace.counted('sources', 'orders', 'accepted', 1_000)
    assert.equal(accepted?.total, 1_000)

    await page.getByRole('button', { name: 'Set the cursor back' }).click()
    await page.getByLabel('Begin after').fill('2026-01-01 16:30:00')
    await page.getByRole('button', { name: 'Set it back' }).click()
    await page.getByText('The next run begins after').waitFor()
    await page.getByRole('button', { name: 'Run now' }).click()
    await runs.getByRole('row').nth(2).getByText('done').waitFor()
    await runs.getByRole('row').nth(1).getByText('done').waitFor()
    assert.match(await runs.getByRole('row').nth(1).innerText(), /10\s+0\s+10/)
    const expected = troubles().filter((trouble) => !/status of (502|422)/.test(trouble))
    assert.deepEqual(expected, [])
  })

  test('a failing one says why, and when it is tried again', async () => {
    const sql = { ...database.settings, query: 'select * from nix', call: { type: 'track' } }
    const ask = (path: string, method: string, body?: object) =>
      fetch(`${pages.millrace.adminUrl}/admin/v1/sources${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
    await ask('', 'POST', { name: 'Failing', kind: 'postgresql' })
    assert.equal((await ask('/failing', 'PATCH', { sql })).status, 200)
    await ask('/failing/sql/run', 'POST')
    const { page } = await pages.open('/sources/failing/runs')
    await page.getByText('failed, tried again').waitFor()
    await page.getByText('Tried again', { exact: true }).waitFor()
    await page
      .getByText(/A table is not there\. relation "nix" does not exist/)
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'Try no more' }).click()
    await page.getByText('By hand', { exact: true }).waitFor()
    await page.close()
  })

  for (const colorScheme of SCHEMES) {
    for (const [what, viewport] of [
      ['wide', { width: 1_280, height: 900 }],
      ['narrow', PHONE],
    ] as const) {
      test(`is readable by everybody, ${colorScheme} and ${what}`, async () => {
        for (const tab of ['set-up', 'runs']) {
          const { page, context } = await pages.open(`/sources/orders/${tab}`, { colorScheme, viewport })
          await loaded(page)
          await page.getByRole('button', { name: tab === 'runs' ? 'Run now' : 'Save' }).waitFor()
          if (tab === 'set-up') {
            await page.getByRole('button', { name: 'Show the first rows' }).click()
            await page.getByRole('button', { name: 'Show them again' }).waitFor()
          }
          await assertAccessible(page, `${tab}, ${colorScheme}, ${what}`)
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
          assert.ok(overflow <= 0, `${tab} is ${overflow} px too wide`)
          const folder = process.env['MILLRACE_PICTURES']
          if (folder !== undefined)
            await page.screenshot({ path: `${folder}/${tab}-${colorScheme}-${what}.png`, fullPage: true })
          await context.close()
        }
      })
    }
  }

  test('can be used with the keyboard alone', async () => {
    const { page } = await pages.open('/sources/orders/runs')
    await page.getByRole('button', { name: 'Run now' }).waitFor()
    await tabTo(page, /^BUTTON Run now/)
    await page.keyboard.press('Enter')
    await until('another run', async () => {
      const ended = await page.getByRole('table').getByText('done').count()
      return ended === 3 ? true : undefined
    })
    await page.getByRole('button', { name: 'Run now' }).waitFor()
    await tabTo(page, /^BUTTON Set the cursor back/)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  })
})

async function fillConnection(page: Page, { settings }: TestDatabase): Promise<void> {
  await page.getByLabel('Host').fill(settings.host)
  await page.getByLabel('Port').fill(String(settings.port))
  await page.getByLabel('Database').fill(settings.database)
  await page.getByLabel('User', { exact: false }).first().fill(settings.user)
  await page.getByLabel('TLS').selectOption('off')
}
