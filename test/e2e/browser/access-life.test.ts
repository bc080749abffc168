// The life of those who log in: the first admin by the link that the server prints, an editor and a viewer by invitations, a
// second factor, a token, and the audit log that tells of all of it. Each person has a browser of their own.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { codeOf } from '../../../server/access/second-factor.ts'
import { heapFor, source, until } from '../server.ts'
import { type AdminPages, assertAccessible, loaded, startAdminPages } from './admin-pages.ts'
import { noChromium } from './chromium.ts'
import { linkOf, logIn, PASSWORD, takeLink } from './people.ts'

const NEXT_PASSWORD = 'another-river-43-stone'

describe('People in Chromium', { skip: noChromium, timeout: 240_000 }, () => {
  let pages: AdminPages
  let ada: Page
  let eve: Page
  let vic: Page
  let secret = ''
  before(async () => {
    pages = await startAdminPages(
      ({ sandbox }) => ({
        sources: [source('backend')],
        destinations: [heapFor(sandbox, 'heap', '41', ['backend'])],
      }),
      ...['--login', 'on'],
    )
    await pages.millrace.post('/v1/track', 'backend-key', { userId: 'ada-lovelace', event: 'Signed Up' })
    await pages.millrace.done('heap', 1).catch(() => undefined)
  })
  after(() => pages?.end())

  const heading = (page: Page, name: string) =>
    page.getByRole('heading', { name, level: 1, exact: true }).waitFor()
  const go = async (page: Page, path: string) => {
    await page.goto(pages.millrace.adminUrl + path)
    await loaded(page)
  }
  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

  test('whoever comes before there is anybody is told of the link', async () => {
    const { page, troubles } = await pages.open('/sources')
    await heading(page, 'Log in')
    await page.getByText('Nobody can log in yet.').waitFor()
    assert.equal(await page.title(), 'Log in · Millrace')
    await assertAccessible(page, 'before anybody is there')
    assert.deepEqual(troubles(), [])
  })

  test('the printed link makes the first admin, who is in at once', async () => {
    const link = await until('the link', () => linkOf(pages.millrace.out()))
    ;({ page: ada } = await pages.open(link))
    await heading(ada, 'Become the first admin')
    await ada.getByLabel('E-mail address').fill('ada@example.com')
    await ada.getByLabel('Your name').fill('Ada')
    await ada.getByLabel('Password', { exact: true }).fill('password1234')
    await button(ada, 'Become admin').click()
    await ada.getByText('It is easy to guess').waitFor()
    await ada.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await button(ada, 'Become admin').click()
    await heading(ada, 'Connections')
    await button(ada, 'You: Ada').waitFor()
    assert.equal(new URL(ada.url()).hash, '')
  })

  test('a link that was used says so', async () => {
    const { page } = await pages.open(linkOf(pages.millrace.out()) ?? '')
    await heading(page, 'This link does not work')
    await assertAccessible(page, 'a link that was used')
  })

  async function invite(email: string, role: string): Promise<string> {
    await go(ada, '/settings/people')
    await button(ada, 'Invite somebody').click()
    await ada.getByLabel('E-mail address').fill(email)
    await ada.getByLabel('Role').selectOption(role)
    await button(ada, 'Invite').last().click()
    await ada.getByText('It is shown this once.').waitFor()
    await assertAccessible(ada, 'the link of an invitation')
    const link = linkOf(await ada.getByRole('region', { name: 'The link' }).innerText())
    await button(ada, 'Done').click()
    await ada.getByRole('table', { name: 'Invitations' }).getByText(email).waitFor()
    return link ?? ''
  }

  test('invited are an editor and a viewer; each joins in a browser of their own', async () => {
    const [forEve, forVic] = [
      await invite('eve@example.com', 'editor'),
      await invite('vic@example.com', 'viewer'),
    ]
    ;({ page: eve } = await pages.open(forEve))
    await eve.getByText('You will be an editor').waitFor()
    await takeLink(eve, { name: 'Eve', button: 'Join' })
    ;({ page: vic } = await pages.open(forVic))
    await takeLink(vic, { name: 'Vic', button: 'Join' })
    await Promise.all([eve, vic].map((page) => heading(page, 'Connections')))
    await go(ada, '/settings/people')
    const table = ada.getByRole('table', { name: 'People' })
    for (const name of ['Ada', 'Eve', 'Vic']) await table.getByText(name, { exact: true }).waitFor()
    assert.equal(await ada.getByRole('table', { name: 'Invitations' }).count(), 0)
  })

  test('the viewer looks at a source and finds what changes it disabled, with the reason', async () => {
    await go(vic, '/sources/backend/settings')
    const rename = button(vic, /^Rename$/)
    assert.equal(await rename.getAttribute('aria-disabled'), 'true')
    await rename.focus()
    await vic.getByText('It takes an editor or an admin; you are a viewer.').first().waitFor()
    await vic.getByRole('textbox', { name: 'Name', exact: true }).fill('Theirs')
    await vic.getByRole('textbox', { name: 'Name', exact: true }).press('Enter')
    assert.equal(await vic.getByRole('heading', { level: 1 }).innerText(), 'backend')
  })

  test('the editor changes it', async () => {
    await go(eve, '/sources/backend/settings')
    await eve.getByRole('textbox', { name: 'Name', exact: true }).fill('Shop')
    await button(eve, /^Rename$/).click()
    await heading(eve, 'Shop')
  })

  test('what is for admins says so to others', async () => {
    for (const path of ['/settings/people', '/settings/audit']) {
      await go(eve, path)
      await eve.getByText('It takes an admin; you are an editor.').first().waitFor()
      await assertAccessible(eve, `${path} for an editor`)
    }
  })

  test('a second factor is added with a code of the app, and asked for at the next login', async () => {
    await go(eve, '/account')
    await button(eve, 'Add a second factor').click()
    await eve.getByLabel('Your password').fill(PASSWORD)
    await button(eve, 'Go on').click()
    await eve.getByAltText('QR code for the app').waitFor()
    const image = eve.getByAltText('QR code for the app')
    await until('the picture', async () =>
      (await image.evaluate((one) => (one as HTMLImageElement).naturalWidth)) > 0 ? true : undefined,
    )
    await assertAccessible(eve, 'the picture for the app')
    secret = await eve.getByRole('dialog').locator('code').innerText()
    await eve.getByLabel('Code of the app').fill('000000')
    await button(eve, 'Turn on').click()
    await eve.getByText('This is not the code of now.').waitFor()
    await eve.getByLabel('Code of the app').fill(codeOf(secret, Date.now()))
    await button(eve, 'Turn on').click()
    const codes = (await eve.getByRole('region', { name: 'Recovery codes' }).innerText()).split('\n')
    assert.equal(codes.length, 10)
    const [download] = await Promise.all([
      eve.waitForEvent('download'),
      eve.getByRole('link', { name: 'Download' }).click(),
    ])
    assert.equal(download.suggestedFilename(), 'millrace-recovery-codes.txt')
    await button(eve, 'I have kept them').click()
    await eve.getByText('10 recovery codes are left').waitFor()

    await button(eve, 'You: Eve').click()
    await eve.getByRole('menuitem', { name: 'Log out' }).click()
    await heading(eve, 'Log in')
    await logIn(eve, 'eve@example.com')
    await button(eve, 'I have lost my phone').click()
    await eve.getByLabel('Recovery code').fill(codes[0] ?? '')
    await button(eve, 'Log in').click()
    await heading(eve, 'Connections')
  })

  test('a token is made, shown once, works, and is revoked', async () => {
    await go(eve, '/settings/tokens')
    await button(eve, 'New token').click()
    await eve.getByLabel('Name').fill('nightly')
    await button(eve, 'Make the token').click()
    const text = (await eve.getByRole('region', { name: 'The token' }).innerText()).trim()
    await assertAccessible(eve, 'the new token')
    const headers = { authorization: `Bearer ${text}` }
    const ask = async () => (await fetch(`${pages.millrace.adminUrl}/admin/v1/status`, { headers })).status
    assert.equal(await ask(), 200)
    await button(eve, 'I have kept it').click()
    await button(eve, 'Revoke nightly').click()
    await button(eve, 'Revoke').last().click()
    await eve.getByRole('table', { name: 'Tokens' }).getByText('revoked', { exact: true }).waitFor()
    assert.equal(await ask(), 401)
  })

  test('the audit log tells of all of it, with before and after, and each entry has an address', async () => {
    await go(ada, '/settings/audit')
    const grid = ada.getByRole('grid', { name: 'Audit log' })
    for (const what of [
      'became the first admin',
      'invited somebody',
      'added a second factor',
      'revoked a token',
    ])
      await grid.getByText(what).first().waitFor()
    await grid.getByText('changed a source').first().click()
    const diff = ada.getByRole('region', { name: 'What changed' })
    await diff.getByText('"name": "Shop"').waitFor()
    await assertAccessible(ada, 'an entry of the audit log')
    const page = await ada.context().newPage()
    await page.goto(ada.url())
    await page.getByRole('heading', { name: 'Eve changed a source' }).waitFor()
    await page.getByLabel('Outcome').selectOption('refused')
    await page.waitForURL(/outcome=refused/)
    await page.close()
  })

  test('the last admin stays one, and the page says why', async () => {
    await go(ada, '/settings/people')
    await button(ada, 'Change Ada').click()
    await ada.getByText('The last admin who can log in stays one').waitFor()
    assert.equal(await ada.getByLabel('Role').isDisabled(), true)
    assert.equal(await button(ada, 'Disable').count(), 0)
    await assertAccessible(ada, 'a person')
  })

  test('another browser is logged out; what was typed there stays, and goes on after the login', async () => {
    const { page: other } = await pages.open('/sources/backend/settings')
    await logIn(other, 'ada@example.com')
    await heading(other, 'Shop')
    await other.getByRole('textbox', { name: 'Name', exact: true }).fill('Shop of Ada')
    await go(ada, '/account')
    await button(ada, 'Log out everywhere else').click()
    await button(other, /^Rename$/).click()
    const dialog = other.getByRole('dialog', { name: 'Log in again' })
    await dialog.waitFor()
    await other.keyboard.press('Escape')
    await other.keyboard.press('Escape')
    await dialog.waitFor()
    await assertAccessible(other, 'the session has ended')
    assert.equal(await dialog.getByLabel('E-mail address').inputValue(), 'ada@example.com')
    await dialog.getByLabel('Password', { exact: true }).fill('not the password')
    await dialog.getByRole('button', { name: 'Log in' }).click()
    await dialog.getByText('The e-mail address or the password is not right.').waitFor()
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await dialog.getByRole('button', { name: 'Log in' }).click()
    await heading(other, 'Shop of Ada')
    assert.equal(await other.getByRole('dialog').count(), 0)
  })

  test('a link for a new password logs the person out, and lets them in again', async () => {
    await go(ada, '/settings/people')
    await button(ada, 'Change Vic').click()
    await button(ada, 'Link for a new password').click()
    const link = linkOf(await ada.getByRole('region', { name: 'The link' }).innerText()) ?? ''
    const { page } = await pages.open(link)
    await heading(page, 'Set a new password')
    assert.equal(await page.getByLabel('E-mail address').inputValue(), 'vic@example.com')
    await page.getByLabel('New password', { exact: true }).fill(NEXT_PASSWORD)
    await button(page, 'Set the password').click()
    await heading(page, 'Connections')
    await vic.getByRole('dialog', { name: 'Log in again' }).waitFor()
  })

  test('a person who is disabled is out', async () => {
    await go(ada, '/settings/people')
    await button(ada, 'Change Eve').click()
    await button(ada, 'Disable').click()
    await ada.getByText('Eve is disabled').waitFor()
    await eve.getByRole('dialog', { name: 'Log in again' }).waitFor()
  })
})
