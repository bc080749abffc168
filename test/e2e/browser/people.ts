import type { Page } from 'playwright-core'

export const PASSWORD = 'river-lantern-42-moss'

/** `/link#…` of what was printed or is shown; undefined where there is none. */
export function linkOf(text: string): string | undefined {
  return /\/link#[\w-]{43}/.exec(text)?.[0]
}

type Joining = { readonly email?: string; readonly name: string; readonly button: string }

/** On the page of a link of set-up or invitation: becomes somebody. */
export async function useLink(page: Page, { email, name, button }: Joining): Promise<void> {
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
