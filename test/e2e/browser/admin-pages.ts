import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { type Configured, type Millrace, makePlace, type Place } from '../server.ts'
import { launchChromium } from './chromium.ts'

/** What is looked at in both: colours that can be read in one may not be in the other. */
export const SCHEMES = ['light', 'dark'] as const
export const PHONE = { width: 390, height: 844 } as const

export type AdminPages = Awaited<ReturnType<typeof startAdminPages>>

/**
 * A server with its pages, and a browser. Without a configuration it has no file either: all is made in the pages. `more` are
 * further options of the server.
 */
export async function startAdminPages(
  configured?: Configured | ((place: Place) => Configured),
  ...more: readonly string[]
) {
  const place = await makePlace()
  let browser: Browser | undefined
  const end = async () => {
    await browser?.close()
    await place.end()
  }
  try {
    if (configured !== undefined) {
      place.configure(typeof configured === 'function' ? configured(place) : configured)
    }
    const file = configured === undefined ? ['--config', ''] : []
    let now: Millrace = await place.start(...file, ...more)
    browser = await launchChromium()
    const launched = browser
    return {
      place,
      millrace: now,
      /** Stops the server and starts it again with these options: pages are opened at the new one from then on. */
      async restart(...others: readonly string[]): Promise<Millrace> {
        await now.stop()
        now = await place.start(...file, ...others)
        return now
      },
      /** A page of a browser that nobody has used; what goes wrong in it fails the test that asks `troubles`. */
      async open(path: string, options: BrowserContextOptions = {}) {
        const context = await launched.newContext({ viewport: { width: 1_280, height: 800 }, ...options })
        const page = await context.newPage()
        const troubles = listenForTroubles(page)
        await page.goto(now.adminUrl + path)
        await page.locator('h1').waitFor()
        return { page, context, troubles }
      },
      /** After each test: a page that nobody looks at goes on asking the server. */
      async closeAll(): Promise<void> {
        await Promise.all(launched.contexts().map((context) => context.close()))
      },
      end,
    }
  } catch (error) {
    await end()
    throw error
  }
}

/** Waits until nothing stands in for what is still to come. */
export async function loaded(page: Page): Promise<void> {
  await page.locator('h1').waitFor()
  await page.locator('.pulses.bg-well').first().waitFor({ state: 'detached' })
}

/** Errors of the page, whatever its policy forbade, and requests that failed. */
export function listenForTroubles(page: Page): () => readonly string[] {
  const troubles: string[] = []
  page.on('pageerror', ({ message }) => troubles.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      troubles.push(`${message.text()} ${message.location().url}`)
    }
  })
  return () => troubles
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES_OF_COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }
type Violation = {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string }[]
}

/**
 * Fails with what axe finds wrong with the page as it stands. `colours`: of a page of which the rest was looked at in other colours.
 */
export async function assertAccessible(
  page: Page,
  what: string,
  looksAt: 'all' | 'colours' = 'all',
): Promise<void> {
  // Not as a script of the page, which its policy would not let run.
  const client = await page.context().newCDPSession(page)
  await client.send('Runtime.evaluate', { expression: `window.axe ?? (() => {${AXE}})(); 0` })
  await client.detach()
  const options = { resultTypes: ['violations'], ...(looksAt === 'colours' && { runOnly: RULES_OF_COLOURS }) }
  const violations = await page.evaluate<readonly Violation[]>(
    `axe.run(document, ${JSON.stringify(options)}).then((found) => found.violations)`,
  )
  const told = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`,
  )
  assert.deepEqual(told, [], what)
}

/** What has the focus, by its name or its words: `BUTTON Add source`, `H1 Connections`. */
export async function focused(page: Page): Promise<string> {
  const said = await page.evaluate(() => {
    const one = document.activeElement
    return one === null ? '' : `${one.tagName} ${one.getAttribute('aria-label') ?? one.textContent}`
  })
  return said.replace(/\s+/g, ' ').trim()
}

/** Presses Tab until what has the focus matches; fails when it went round without. */
export async function tabTo(page: Page, wanted: RegExp, presses_max = 80): Promise<void> {
  const seen: string[] = []
  for (let press = 0; press < presses_max; press += 1) {
    await page.keyboard.press('Tab')
    const now = await focused(page)
    if (wanted.test(now)) return
    seen.push(now.slice(0, 60))
  }
  assert.fail(`Tab does not lead to ${wanted}:\n${seen.join('\n')}`)
}
