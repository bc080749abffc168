// A viewer who may not see what events say about persons, on every page: nothing breaks, nothing shows it, and what they may
// not do is disabled.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { loaded } from './admin-pages.ts'
import { PAGES } from './all-pages.ts'
import { noChromium } from './chromium.ts'
import { invited, withLogin } from './people.ts'
import { type SmallWorld, startSmallWorld } from './small-world.ts'

/** Of the people of the small world: their addresses and what their events hold. Ada stands in examples too. */
const PERSONAL = ['grace@example.com', 'alan@example.com', 'Espresso beans', 'EUR', 'visitor-1']
/** The page of a search for a person says what was searched for; `/link` is where links lead. */
const LEFT_OUT = ['/search?q=ada@example.com', '/link']

describe('A viewer in Chromium', { skip: noChromium, timeout: 240_000 }, () => {
  let world: SmallWorld
  let vic: Page
  let troubles: () => readonly string[]
  before(async () => {
    world = await startSmallWorld()
    const { page: ada } = await withLogin(world)
    ;({ page: vic, troubles } = await invited(world, ada, { email: 'vic@shop.example', role: 'viewer' }))
  })
  after(() => world?.end())

  for (const [, path] of PAGES) {
    if (LEFT_OUT.includes(path)) continue
    test(`${path} shows nothing of persons and does not break`, async () => {
      const before = troubles().length
      await vic.goto(new URL(path.replace('ORDER', world.order), vic.url()).href)
      await loaded(vic)
      await vic.waitForLoadState('networkidle').catch(() => undefined)
      const text = await vic.locator('body').innerText()
      assert.deepEqual(
        PERSONAL.filter((one) => text.includes(one)),
        [],
        text,
      )
      assert.doesNotMatch(text, /cannot be shown/i)
      assert.deepEqual(troubles().slice(before), [])
    })
  }
})
