// Every address that has a page: readable by everybody, in light and in dark, on a desk and on a phone.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, describe, test } from 'node:test'
import { assertAccessible, loaded, PHONE, SCHEMES } from './admin-pages.ts'
import { PAGES } from './all-pages.ts'
import { noChromium } from './chromium.ts'
import { type SmallWorld, startSmallWorld } from './small-world.ts'

const WIDE = { width: 1_280, height: 800 }
const ROUTES = new URL('../../../web/app/routes.tsx', import.meta.url)

test('every route of the pages has a row here', () => {
  const parents: Record<string, string> = { root: '', source: '/sources/$sourceId' }
  parents['destination'] = '/destinations/$destinationId'
  const routes = [
    ...readFileSync(ROUTES, 'utf8').matchAll(/getParentRoute: \(\) => (\w+),\s+path: '([^']+)'/g),
  ].map(([, parent = '', path = '']) =>
    `${parents[parent]}/${path}`.replace('//', '/').replace(/(.)\/$/, '$1'),
  )
  assert.deepEqual(
    [...new Set(routes)].filter((route) => !PAGES.some(([known]) => known === route)),
    [],
  )
  assert.ok(routes.length > 20)
})

describe('Every page in Chromium', { skip: noChromium, timeout: 280_000 }, () => {
  let world: SmallWorld
  before(async () => {
    world = await startSmallWorld()
  })
  afterEach(() => world?.closeAll())
  after(() => world?.end())

  for (const [, path] of PAGES) {
    test(`${path}: axe finds nothing, nothing goes wrong, nothing stands out of a phone`, async () => {
      const options = { viewport: WIDE, reducedMotion: 'reduce' as const }
      const { page, troubles } = await world.open(path.replace('ORDER', world.order), options)
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme })
        // A change of colours is not yet whole when the next script runs.
        if (colorScheme !== SCHEMES[0]) await page.reload()
        for (const viewport of [WIDE, PHONE]) {
          await page.setViewportSize(viewport)
          await loaded(page)
          const looksAt = colorScheme === SCHEMES[0] ? 'all' : 'colours'
          await assertAccessible(page, `${path} in ${colorScheme}, ${viewport.width} px wide`, looksAt)
        }
      }
      const wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      assert.equal(await page.evaluate(wide), 0, 'pixels that stand out of the side of a phone')
      const heading = await page.getByRole('heading', { level: 1 }).innerText()
      assert.notEqual(heading, '')
      assert.equal(await page.title(), `${heading} · Millrace`)
      assert.deepEqual(troubles(), [])
    })
  }
})
