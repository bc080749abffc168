// The documents at /docs, under the policy of the admin side: nothing that it forbids, a search, light and dark.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, afterEach, before, describe, test } from 'node:test'
import { DOCS_FOLDER } from '../../../server/web-folder.ts'
import { until } from '../server.ts'
import { type AdminPages, assertAccessible, PHONE, startAdminPages } from './admin-pages.ts'
import { noChromium } from './chromium.ts'

const notThere = !existsSync(DOCS_FOLDER) && 'the documents are not built: "npm run build:docs" builds them'
const PATHS = ['/docs/', '/docs/triggers', '/docs/destinations/heap', '/docs/nothing/at/all']
const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1_280, height: 800 } },
  { colorScheme: 'dark', viewport: PHONE },
] as const

describe('The documents in Chromium', { skip: noChromium || notThere, timeout: 120_000 }, () => {
  let pages: AdminPages
  before(async () => {
    pages = await startAdminPages({ sources: [], destinations: [] })
  })
  afterEach(() => pages?.closeAll())
  after(() => pages?.end())

  for (const path of PATHS) {
    test(`${path}: axe finds nothing, the policy forbids nothing, all comes from here`, async () => {
      const { page, troubles } = await pages.open(path, { reducedMotion: 'reduce' })
      const foreign: string[] = []
      page.on('request', (request) => {
        if (!request.url().startsWith(pages.millrace.adminUrl)) foreign.push(request.url())
      })
      for (const { colorScheme, viewport } of LOOKS) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize(viewport)
        await page.reload()
        await page.locator('h1').first().waitFor()
        await assertAccessible(page, `${path} in ${colorScheme}, ${viewport.width} px wide`)
      }
      assert.deepEqual(foreign, [])
      const expected = path.includes('nothing') ? /404 \(Not Found\)/ : /(?!)/
      assert.deepEqual(
        troubles().filter((trouble) => !expected.test(trouble)),
        [],
      )
    })
  }

  test('the search finds an error by its code, without a network', async () => {
    const { page, troubles } = await pages.open('/docs/')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('searchbox').fill('BODY_TOO_LARGE')
    await page
      .getByRole('option', { name: /BODY_TOO_LARGE/ })
      .first()
      .click()
    await page.waitForURL(/\/docs\/errors#body_too_large$/)
    await page.getByText('The request body is larger than').waitFor()
    assert.deepEqual(troubles(), [])
  })

  test('dark is dark in the documents and in the pages, whichever was asked', async () => {
    const { page } = await pages.open('/docs/installing', { colorScheme: 'light' })
    await page.getByRole('switch').first().click()
    await page.locator('html.dark').waitFor()
    await until('it to be written', () =>
      page.evaluate(() => localStorage.getItem('millrace.theme') ?? undefined),
    )
    await page.getByRole('link', { name: 'To the pages of this server' }).click()
    await page.locator('html[data-theme=dark]').waitFor()
    await page.evaluate(() => localStorage.setItem('millrace.theme', 'light'))
    await page.getByRole('link', { name: 'Docs' }).click()
    await page.locator('html:not(.dark) h1').waitFor()
  })
})
