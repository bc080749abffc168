// What there is to be seen with login on: each page in light and in dark, on a desk and on a phone; the login with all that can
// go wrong in it; a live view that ends with the session and goes on after the login.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { codeOf } from '../../../server/access/second-factor.ts'
import { heapFor, type Millrace, source, until } from '../server.ts'
import {
  type AdminPages,
  assertAccessible,
  focused,
  loaded,
  PHONE,
  SCHEMES,
  startAdminPages,
  tabTo,
} from './admin-pages.ts'
import { noChromium } from './chromium.ts'
import { invited, logIn, PASSWORD, withLogin } from './people.ts'

const WIDE = { width: 1_280, height: 800 }
const SHOWN = ['/settings/people', '/settings/tokens', '/settings/audit', '/account'] as const

describe('With login on, in Chromium', { skip: noChromium, timeout: 240_000 }, () => {
  let pages: AdminPages
  let millrace: Millrace
  let ada: Page
  let troubles: () => readonly string[]
  before(async () => {
    pages = await startAdminPages(({ sandbox }) => ({
      sources: [source('backend')],
      destinations: [heapFor(sandbox, 'heap', '43', ['backend'])],
    }))
    ;({ page: ada, troubles, millrace } = await withLogin(pages))
    const { context } = await invited(pages, ada, { email: 'eve@example.com', role: 'editor' })
    await context.close()
    await ada.evaluate(async () => {
      const headers = { 'content-type': 'application/json' }
      const post = (path: string, body: object) =>
        fetch(`/admin/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      await post('tokens', { name: 'nightly', role: 'viewer' })
      await post('invitations', { email: 'grace@example.com', role: 'viewer' })
    })
  })
  after(() => pages?.end())

  const heading = (page: Page, name: string) =>
    page.getByRole('heading', { name, level: 1, exact: true }).waitFor()

  for (const path of SHOWN) {
    test(`${path}: axe finds nothing, nothing goes wrong, nothing stands out of a phone`, async () => {
      const count = troubles().length
      for (const colorScheme of SCHEMES) {
        await ada.emulateMedia({ colorScheme })
        await ada.goto(millrace.adminUrl + path)
        for (const viewport of [WIDE, PHONE]) {
          await ada.setViewportSize(viewport)
          await loaded(ada)
          const looksAt = colorScheme === SCHEMES[0] ? 'all' : 'colours'
          await assertAccessible(ada, `${path} in ${colorScheme}, ${viewport.width} px wide`, looksAt)
        }
      }
      const wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      assert.equal(await ada.evaluate(wide), 0, 'pixels that stand out of the side of a phone')
      assert.deepEqual(troubles().slice(count), [])
      await ada.setViewportSize(WIDE)
    })
  }

  test('the login page: axe finds nothing, in light and in dark, on a desk and on a phone', async () => {
    for (const colorScheme of SCHEMES) {
      for (const viewport of [WIDE, PHONE]) {
        const { page, context } = await pages.open('/events?event=Paid', { colorScheme, viewport })
        await heading(page, 'Log in')
        await assertAccessible(page, `the login in ${colorScheme}, ${viewport.width} px wide`)
        await context.close()
      }
    }
  })

  test('by keyboard alone one logs in, and is where one wanted to go', async () => {
    const { page, context } = await pages.open('/events?event=Paid')
    await heading(page, 'Log in')
    const email = page.getByLabel('E-mail address')
    const password = page.getByLabel('Password', { exact: true })
    assert.deepEqual(
      [await email.getAttribute('autocomplete'), await password.getAttribute('autocomplete')],
      ['username', 'current-password'],
    )
    await until('the focus', async () =>
      (await email.evaluate((one) => one === document.activeElement)) ? true : undefined,
    )
    await page.keyboard.type('eve@example.com')
    await page.keyboard.press('Tab')
    await page.keyboard.type(PASSWORD)
    await tabTo(page, /^BUTTON Show the password/)
    await page.keyboard.press('Space')
    assert.equal(await password.getAttribute('type'), 'text')
    await tabTo(page, /^BUTTON Log in/)
    await page.keyboard.press('Enter')
    await heading(page, 'Events')
    assert.match(page.url(), /\/events\?event=Paid$/)
    await tabTo(page, /^BUTTON You: editor/)
    await page.keyboard.press('Enter')
    await until('the menu', async () => /My account/.test(await focused(page)) || undefined)
    await page.keyboard.press('Enter')
    await heading(page, 'My account')
    await context.close()
  })

  test('too many tries are slowed down, with the seconds that are left', async () => {
    const { page, context } = await pages.open('/')
    for (let tries = 0; tries < 12; tries += 1) {
      if (await page.getByText('There were too many tries.').isVisible()) break
      await logIn(page, 'nobody@example.com', 'not the password')
      await page.getByRole('alert').waitFor()
      await page.getByRole('button', { name: 'Log in', exact: true, disabled: false }).waitFor()
    }
    await page.getByText(/There were too many tries\. You can try again in \d+ s\./).waitFor()
    await assertAccessible(page, 'too many tries')
    await context.close()
  })

  test('a live view ends with the session, and goes on after the login', async () => {
    const { page, context } = await pages.open('/sources/backend')
    await logIn(page, 'eve@example.com')
    await heading(page, 'backend')
    await millrace.post('/v1/track', 'backend-key', { userId: 'ada', event: 'Before' })
    await page.getByText('Before').first().waitFor()
    await ada.goto(`${millrace.adminUrl}/settings/people`)
    await ada.getByRole('button', { name: 'Change editor' }).click()
    await ada.getByRole('button', { name: /^Log out everywhere/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Log in again' })
    await dialog.waitFor()
    await millrace.post('/v1/track', 'backend-key', { userId: 'ada', event: 'Meanwhile' })
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await dialog.getByRole('button', { name: 'Log in' }).click()
    await dialog.waitFor({ state: 'detached' })
    await millrace.post('/v1/track', 'backend-key', { userId: 'ada', event: 'Afterwards' })
    await page.getByText('Afterwards').first().waitFor()
    await context.close()
  })

  test('when a second factor is asked of everybody, nothing else is shown before it is added', async () => {
    await ada.goto(`${millrace.adminUrl}/settings/people`)
    await ada.getByRole('checkbox', { name: /^Everybody who logs in/ }).click()
    await heading(ada, 'Add a second factor')
    await assertAccessible(ada, 'the second factor that is needed')
    await ada.getByLabel('Your password').fill(PASSWORD)
    await ada.getByRole('button', { name: 'Go on' }).click()
    const secret = await ada.getByRole('main').locator('code').innerText()
    await ada.getByLabel('Code of the app').fill(codeOf(secret, Date.now()))
    await ada.getByRole('button', { name: 'Turn on' }).click()
    await ada.getByRole('region', { name: 'Recovery codes' }).waitFor()
    await assertAccessible(ada, 'recovery codes')
    await ada.getByRole('button', { name: 'I have kept them' }).click()
    await heading(ada, 'People')
  })
})
