// From an empty folder to an event in Heap, in the pages, by keys alone; and what the steps on the way say and keep.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { IN_CLUSTER } from '../in-cluster.ts'
import { type Place, source, until } from '../server.ts'
import { type AdminPages, assertAccessible, focused, SCHEMES, startAdminPages, tabTo } from './admin-pages.ts'
import { noChromium } from './chromium.ts'
import { startSite } from './front.ts'

const HEAP = '/destinations/new/heap'
const APP = '71'

/** Types into the field that Tab leads to. */
async function fill(page: Page, label: RegExp, text: string): Promise<void> {
  await page.getByLabel(label).waitFor()
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press('Tab')
    if (await page.getByLabel(label).evaluate((one) => one === document.activeElement)) {
      await page.keyboard.type(text)
      return
    }
  }
  assert.fail(`Tab does not lead to ${label}`)
}

async function press(page: Page, wanted: RegExp): Promise<void> {
  await tabTo(page, wanted)
  await page.keyboard.press('Enter')
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor()

describe('The first run, by keys alone', { skip: noChromium, timeout: 280_000 }, () => {
  let pages: AdminPages
  let place: Place
  before(async () => {
    pages = await startAdminPages({ sources: [], destinations: [] })
    place = pages.place
  })
  afterEach(() => pages?.closeAll())
  after(() => pages?.end())

  test('an empty folder becomes an event in Heap', async () => {
    const { page, troubles } = await pages.open('/')
    await page.getByText('Two steps to the first event in Heap').waitFor()
    await assertAccessible(page, 'the empty home page')
    await press(page, /^A 1Add a source/)

    await heading(page, 'Add a source')
    await tabTo(page, /^INPUT/)
    await page.keyboard.press('ArrowDown')
    assert.equal(await page.getByRole('radio', { name: /^Node/ }).isChecked(), true)
    await fill(page, /^Name/, 'Backend')
    await page.keyboard.press('Enter')

    await heading(page, 'Backend')
    await page.getByText('Waiting for the first event…').waitFor()
    await assertAccessible(page, 'the set-up, waiting')
    const key = await page.locator('dd code').nth(1).innerText()
    assert.match(
      await page.getByRole('region', { name: 'Send' }).innerText(),
      new RegExp(`writeKey: "${key}"`),
    )
    const sent = { userId: 'ada', event: 'Signed Up', properties: { plan: { name: 'pro' }, seats: [1, 2] } }
    await pages.millrace.post('/v1/track', key, sent)
    await page.getByRole('heading', { name: /Signed Up/ }).waitFor()
    await page.getByRole('tree', { name: 'The event' }).getByText('"ada"').waitFor()
    await assertAccessible(page, 'the set-up, with its event')
    await press(page, /^A Connect it to Heap/)

    await heading(page, 'Add Heap')
    const box = page.getByRole('checkbox', { name: /Backend/ })
    await until('the source to be chosen', async () => ((await box.isChecked()) ? true : undefined))
    await press(page, /^BUTTON Go on to settings/)
    await page.waitForURL('**?step=settings')
    await press(page, /^BUTTON Go on to actions/)
    await page.getByText('is missing').waitFor()
    assert.equal(await page.getByLabel(/^App Id/).evaluate((one) => one === document.activeElement), true)
    await page.keyboard.type(APP)
    await page.getByText('is missing').waitFor({ state: 'detached' })
    await press(page, /^SUMMARY More settings/)
    await fill(page, /^API address/, place.sandbox.url)
    await press(page, /^BUTTON Go on to actions/)
    await page.waitForURL('**?step=actions')
    await press(page, /^BUTTON See what will happen/)
    await page.getByText('Track, page and screen calls from Backend:').waitFor()
    await page.getByText('"plan.name": "pro"').waitFor()
    await page.getByText('"seats": "[1,2]"').waitFor()
    await assertAccessible(page, 'what will happen')
    await press(page, /^BUTTON Enable Destination/)
    await page.waitForURL('**/destinations/heap')
    await page.getByText('Heap is enabled.').waitFor()

    // Of several processes, the one that has stored it has begun it, and who takes events knows nothing of it.
    await until('the destination to read', async () => {
      if (IN_CLUSTER) return true
      const { lag_ms } = (await (await fetch(`${pages.millrace.url}/readyz`)).json()) as { lag_ms: object }
      return 'heap' in lag_ms ? true : undefined
    })
    await pages.millrace.post('/v1/track', key, { userId: 'ada', event: 'Paid', properties: { total: 5 } })
    const events = await until('the event in Heap', () => {
      const all = place.sandbox.heap.state({ limit: 10, order: 'arrival' }).apps[APP]?.events ?? []
      return all.length > 0 ? all : undefined
    })
    assert.deepEqual(
      events.map(({ event }) => event),
      ['Paid'],
    )
    await press(page, /^A Connections/)
    await page.getByRole('list', { name: 'Destinations' }).getByText('flowing').waitFor()
    assert.deepEqual(troubles(), [])
  })

  test('sample events show what Millrace does, with one press', async () => {
    const { millrace } = pages
    const { page } = await pages.open('/sources/new?kind=http')
    await page.getByLabel('Name').fill('Samples')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Send made-up events instead' }).click()
    await page.getByRole('tree', { name: 'The event' }).waitFor()
    const accepted = async () => (await millrace.counts('sources', 'samples'))['accepted']?.total
    // Counting leaves a busy thread to what is more urgent.
    await until('all to be counted', async () => ((await accepted()) === 7 ? true : undefined))
  })
})

describe('Setting up', { skip: noChromium, timeout: 280_000 }, () => {
  let pages: AdminPages
  before(async () => {
    pages = await startAdminPages({
      sources: [source('website', 'javascript'), source('backend'), source('mobile', 'ios')],
      destinations: [],
    })
  })
  afterEach(() => pages?.closeAll())
  after(() => pages?.end())

  test('Add New under Destinations leads to a catalogue with two entries for Heap', async () => {
    const { page } = await pages.open('/destinations')
    await page.getByRole('link', { name: 'Add New' }).first().click()
    await heading(page, 'Catalogue')
    const heaps = page.getByRole('link', { name: /^Heap/ })
    await heaps.first().waitFor()
    const [standard, web, ...more] = await heaps.allInnerTexts()
    assert.equal(more.length, 0)
    assert.match(String(standard), /^Heap\s+recommended[\s\S]*Events pass through Millrace/)
    assert.match(String(web), /^Heap\s+Web[\s\S]*No history here[\s\S]*JavaScript sources only/)
    await page.getByLabel('Search the catalogue').fill('webh')
    await until('the search', async () => ((await heaps.count()) === 0 ? true : undefined))
    assert.match(page.url(), /\?q=webh$/)
    await page.getByLabel('Search the catalogue').fill('nothing like it')
    await page.getByText('Nothing is called “nothing like it”').waitFor()
  })

  test('where a file configures the server, it is said before something is added', async () => {
    const { page } = await pages.open('/sources/new')
    await page.getByText(/The file \S+millrace\.yaml configures this server/).waitFor()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Catalogue' }).click()
    await page.getByRole('link', { name: /^Webhook/ }).click()
    await page.getByText(/The file \S+millrace\.yaml configures this server/).waitFor()
  })

  test('for Heap Web, only JavaScript sources are offered, and it says why', async () => {
    const { page } = await pages.open('/destinations/new/heap-web')
    await page.getByRole('checkbox', { name: /website/ }).waitFor()
    assert.equal(await page.getByRole('checkbox').count(), 1)
    await page.getByText('sends from the page itself, so only JavaScript sources can be connected').waitFor()
    await page.getByText('backend (Node)').waitFor()
    await page.getByText('mobile (iOS)').waitFor()
  })

  test('the settings of Heap Web are those that people know', async () => {
    const { page } = await pages.open('/destinations/new/heap-web?step=settings')
    for (const label of ['App Id', 'Tracking Server', 'Hostname']) {
      await page.getByRole('textbox', { name: new RegExp(`^${label}`) }).waitFor()
    }
    for (const label of ['Disable Text Capture', 'Secure Cookie']) {
      assert.equal(await page.getByRole('switch', { name: label }).getAttribute('aria-checked'), 'false')
    }
    await page.getByLabel(/^Hostname/).fill('https://cdn.example.com')
    await page.locator('[aria-invalid=true]').waitFor()
  })

  test('Heap Web is enabled, and says where its history would be why there is none', async () => {
    const { page } = await pages.open('/destinations/new/heap-web?step=settings')
    await page.getByLabel(/^App Id/).fill('72')
    await page.getByRole('button', { name: 'Go on to actions' }).click()
    const preset = page.getByRole('switch', { name: 'Page Calls' })
    assert.equal(await preset.getAttribute('aria-checked'), 'false')
    await preset.click()
    await page.getByRole('button', { name: 'See what will happen' }).click()
    await page.getByText('there is no history of them here').waitFor()
    await page.getByRole('button', { name: 'Enable Destination' }).click()
    await page.waitForURL(/\/destinations\/heap[^/]*$/)
    const { destinations } = await pages.millrace.admin('destinations')
    const [made] = destinations as unknown as {
      kind: string
      actions: { name: string; enabled: boolean }[]
    }[]
    assert.deepEqual(
      [made?.kind, ...(made?.actions ?? []).map(({ name, enabled }) => `${name} ${enabled}`)],
      ['heap-web', 'Track Event true', 'Identify User true', 'Page Calls true'],
    )
  })

  test('back, forward and loading again keep what was typed; a secret is kept nowhere', async () => {
    const { page } = await pages.open(`${HEAP}?step=settings`)
    await page.getByLabel('Name', { exact: true }).fill('Production')
    await page.getByLabel(/^App Id/).fill('73')
    await page.getByLabel(/^API key/).fill('very secret')
    assert.equal(await page.getByLabel(/^API key/).getAttribute('type'), 'password')
    await page.getByRole('button', { name: 'Go on to actions' }).click()
    await page.getByRole('switch', { name: 'Identify User' }).click()
    await page.goBack()
    assert.equal(await page.getByLabel(/^API key/).inputValue(), 'very secret')
    await page.reload()
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Production')
    assert.equal(await page.getByLabel(/^App Id/).inputValue(), '73')
    assert.equal(await page.getByLabel(/^API key/).inputValue(), '')
    assert.doesNotMatch(
      await page.evaluate<string>('JSON.stringify({ ...sessionStorage, ...localStorage })'),
      /very secret/,
    )
    await page.goto(`${pages.millrace.adminUrl}${HEAP}?step=actions`)
    const off = page.getByRole('switch', { name: 'Identify User' })
    await off.waitFor()
    assert.equal(await off.getAttribute('aria-checked'), 'false')
  })

  test('a step that is gone to directly is there, and does not enable what cannot work', async () => {
    const { page } = await pages.open(`${HEAP}?step=enable`)
    await page.getByText('App Id is missing.').waitFor()
    await page.getByRole('button', { name: 'Enable Destination', disabled: true }).waitFor()
    await page.getByRole('link', { name: 'Go to the settings' }).click()
    await until('the heading of the step', async () =>
      (await focused(page)) === 'H2 Settings' ? true : undefined,
    )
  })

  for (const colorScheme of SCHEMES) {
    test(`each step in ${colorScheme}: axe finds nothing`, async () => {
      const { page, troubles } = await pages.open(`${HEAP}?step=sources`, { colorScheme })
      for (const step of ['sources', 'settings', 'actions', 'enable']) {
        await page.goto(`${pages.millrace.adminUrl}${HEAP}?step=${step}`)
        await page.getByRole('heading', { level: 2 }).first().waitFor()
        if (step === 'settings') await page.getByLabel(/^App Id/).fill('74')
        await page.waitForLoadState('networkidle')
        await assertAccessible(page, step)
      }
      assert.deepEqual(troubles(), [])
    })
  }

  test('both snippets are there for a page, and in it they work', async (testContext) => {
    const { page, context } = await pages.open('/sources/website/set-up')
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const copied = async (library: string) => {
      await page.getByRole('link', { name: library, exact: true }).click()
      await page.waitForURL(`**library=${library === 'Segment' ? 'segment' : 'customerio'}`)
      const head = page.getByRole('figure').filter({ hasText: 'Into the <head>' })
      await head.getByRole('button', { name: 'Copy' }).click()
      await head.getByText('Copied').waitFor()
      return page.evaluate<string>('navigator.clipboard.readText()')
    }
    assert.match(await copied('Customer.io'), /"cioanalytics"[\s\S]*<\/script>$/)
    const segment = await copied('Segment')
    assert.match(segment, /\("analytics"\);\n<\/script>$/)
    assert.match(segment, /website-key/)
    // A site that has the snippet, in another tab.
    const site = await startSite()
    testContext.after(site.close)
    const visited = await context.newPage()
    await visited.goto(site.page(`<title>Shop</title>${segment}`))
    await page.getByRole('heading', { name: /page/ }).waitFor()
    await page.getByRole('tree', { name: 'The event' }).getByText('Shop').first().waitFor()
  })

  for (const language of ['Node', 'Python', 'Go', 'iOS', 'Android', 'curl']) {
    test(`${language} is one press away, and in the address`, async () => {
      const { page } = await pages.open('/sources/backend/set-up')
      await page.getByRole('link', { name: language, exact: true }).click()
      await page.waitForURL(`**language=${language.toLowerCase()}**`)
      await until('the code', async () => {
        const code = await page.locator('pre').allInnerTexts()
        return code.some((text) => text.includes('backend-key')) ? true : undefined
      })
    })
  }

  test('a call that is refused is shown, with the reason', async () => {
    const { page } = await pages.open('/sources/mobile/set-up')
    await page.getByText('Waiting for the first event…').waitFor()
    const authorization = `Basic ${btoa('mobile-key:')}`
    const body = JSON.stringify({ event: 'Nobody' })
    await fetch(`${pages.millrace.url}/v1/track`, { method: 'POST', headers: { authorization }, body })
    await page.getByRole('heading', { name: 'A track call was refused' }).waitFor()
    await page.getByText('neither a "userId" nor an "anonymousId"').waitFor()
    await assertAccessible(page, 'with a refused call')
  })
})
