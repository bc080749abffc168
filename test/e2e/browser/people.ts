import type { Page } from 'playwright-core'
import { type Millrace, until } from '../server.ts'
import type { AdminPages } from './admin-pages.ts'

export const PASSWORD = 'river-lantern-42-moss'

/** `/link#…` of what was printed or is shown; undefined where there is none. */
export function linkOf(text: string): string | undefined {
  return /\/link#[\w-]{43}/.exec(text)?.[0]
}

type Joining = { readonly email?: string; readonly name: string; readonly button: string }

/** On the page of a link of set-up or invitation: becomes somebody. */
export async function takeLink(page: Page, { email, name, button }: Joining): Promise<void> {
  if (email !== undefined) await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: button }).click()
}

/** On the login page. */
export async function logIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
}

type Opened = Awaited<ReturnType<AdminPages['open']>>

/** A server that asks everybody to log in, where there was one that did not, and Ada, who is admin. */
export async function withLogin(pages: AdminPages): Promise<Opened & { readonly millrace: Millrace }> {
  const millrace = await pages.restart('--login', 'on')
  const link = await until('the link', () => linkOf(millrace.out()))
  const ada = await pages.open(link)
  await takeLink(ada.page, { email: 'ada@example.com', name: 'Ada', button: 'Become admin' })
  await ada.page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor()
  return { ...ada, millrace }
}

type Invited = { readonly email: string; readonly role: string; readonly personal?: boolean }

/** Somebody whom an admin has invited, in a browser of their own. */
export async function invited(pages: AdminPages, admin: Page, who: Invited): Promise<Opened> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(who) }
  const answer = await admin.evaluate(
    async (given) => (await fetch('/admin/v1/invitations', given)).text(),
    init,
  )
  const opened = await pages.open(linkOf(answer) ?? '')
  await takeLink(opened.page, { name: who.role, button: 'Join' })
  await opened.page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor()
  return opened
}
