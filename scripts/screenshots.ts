// npm run screenshots: the pictures of the pages in docs/screenshots/, of a small world that is always the same.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { loaded, PHONE } from '../test/e2e/browser/admin-pages.ts'
import { invited, withLogin } from '../test/e2e/browser/people.ts'
import { FAILING, HEAP, type SmallWorld, startSmallWorld } from '../test/e2e/browser/small-world.ts'

const FOLDER = join(import.meta.dirname, '../docs/screenshots')
const WIDE = { width: 1_280, height: 800 }

type Shot = {
  readonly path: string
  readonly options?: BrowserContextOptions
  /** What a person does before the picture is taken. */
  readonly first?: (page: Page) => Promise<void>
}
const EDITOR = `/destinations/${HEAP}/actions/track-event`
const edited = (page: Page) => page.getByText('It matches').waitFor()

const SHOTS: Readonly<Record<string, Shot>> = {
  connections: { path: '/' },
  'connections-dark': { path: '/', options: { colorScheme: 'dark' } },
  'connections-phone': { path: '/', options: { viewport: PHONE } },
  catalogue: { path: '/catalogue' },
  'wizard-settings': {
    path: '/destinations/new/heap?step=settings',
    first: (page) => page.getByLabel('App ID', { exact: false }).first().fill('1234567890'),
  },
  'source-set-up': { path: '/sources/website/set-up' },
  'data-in': { path: '/sources/website' },
  event: { path: '/events/ORDER', options: { viewport: { width: 1_280, height: 1_120 } } },
  'destination-overview': { path: `/destinations/${HEAP}` },
  deliveries: {
    path: `/destinations/${HEAP}/deliveries`,
    first: async (page) => {
      await page.getByRole('grid').getByText('Order Completed').first().click()
      await page.getByText('/api/track').first().waitFor()
    },
  },
  'dead-letters': {
    path: `/destinations/${FAILING}/dead-letters`,
    first: async (page) => {
      await page.getByText('The identity is one of').first().click()
      await page.getByText('Choose a row').waitFor({ state: 'detached' })
      await loaded(page)
    },
  },
  'action-editor': { path: EDITOR, first: edited },
  'action-editor-dark': { path: EDITOR, first: edited, options: { colorScheme: 'dark' } },
}

mkdirSync(FOLDER, { recursive: true })
const world = await startSmallWorld()
try {
  for (const [name, { path, options, first }] of Object.entries(SHOTS)) {
    const { page } = await world.open(path.replace('ORDER', world.order), {
      ...{
        viewport: WIDE,
        deviceScaleFactor: 1,
        timezoneId: 'UTC',
        locale: 'en-GB',
        reducedMotion: 'reduce',
      },
      ...options,
    })
    await loaded(page)
    await first?.(page)
    await take(page, name)
    await world.closeAll()
  }
  await withPeople(world)
} finally {
  await world.end()
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', caret: 'hide' })
  console.log(`docs/screenshots/${name}.png`)
}

/** What there is with login on only. */
async function withPeople(world: SmallWorld): Promise<void> {
  const { page, millrace } = await withLogin(world)
  const eve = await invited(world, page, { email: 'eve@example.com', role: 'editor' })
  await eve.context.close()
  for (const path of ['settings/people', 'settings/audit', 'account']) {
    await page.goto(`${millrace.adminUrl}/${path}`)
    await loaded(page)
    await take(page, path.replace('settings/', ''))
  }
  await page.context().clearCookies()
  await page.goto(millrace.adminUrl)
  await page.getByRole('heading', { name: 'Log in' }).waitFor()
  await take(page, 'login')
}
