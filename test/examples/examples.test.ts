// The examples as they stand, each started by its own command, against a server like that of "npm start".
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { snippets } from '../../core/snippets.ts'
import { launchChromium, noChromium } from '../e2e/browser/chromium.ts'
import { type Millrace, makePlace, type Place, until } from '../e2e/server.ts'

const ROOT = join(import.meta.dirname, '../..')
const scripts = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts as Record<string, string>

describe('The examples', { timeout: 180_000 }, () => {
  let place: Place
  let millrace: Millrace
  let browser: Browser | undefined
  const children: ChildProcess[] = []

  before(async () => {
    place = await makePlace()
    // The sources of examples/dev.yaml.
    const source = (id: string, kind: string) => ({ id, name: id, kind, writeKey: `dev-${id}-key` })
    const settings = { appId: '61', apiUrl: place.sandbox.url }
    place.configure({
      sources: [source('website', 'javascript'), source('backend', 'node')],
      destinations: [{ id: 'heap', name: 'Heap', kind: 'heap', sources: ['website', 'backend'], settings }],
    })
    millrace = await place.start()
    browser = noChromium ? undefined : await launchChromium()
  })
  after(async () => {
    for (const child of children) child.kill('SIGTERM')
    await browser?.close()
    await place?.end()
  })

  /** Runs an example by its command, and waits for the address that it prints. */
  async function start(name: string, more: readonly string[] = [millrace.url, '0']): Promise<string> {
    const [, ...words] = (scripts[`example:${name}`] ?? '').split(' ')
    const child = spawn(process.execPath, [...words, ...more], { cwd: ROOT })
    children.push(child)
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        said += text
      })
    return until(
      `the address of ${name}`,
      () => /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0],
      () => said,
    )
  }

  async function tryPage(address: string, from: string): Promise<void> {
    const page = await (browser as Browser).newPage()
    await page.goto(address)
    await page.getByText('I am Ada').click()
    await page.getByText('Sign up').click()
    await arrived(from)
    await page.close()
  }

  const arrived = (from: string) =>
    until(`the sign-up of the ${from} at Heap`, () => {
      const events = place.sandbox.heap.state({ limit: 1_000 }).apps['61']?.events ?? []
      return events.find((one) => one.properties?.['from'] === from && one.identity === 'ada')
    })

  test('a Node server with the Node client', async () => {
    const address = await start('node')
    assert.match(await (await fetch(`${address}sign-up`)).text(), /Hello ada/)
    await arrived('Node server')
  })

  test('the static page has the snippet of today', () => {
    const page = readFileSync(join(ROOT, 'examples/static/index.html'), 'utf8')
    const { customerio } = snippets({ host: 'http://127.0.0.1:4000', writeKey: 'dev-website-key' })
    assert.ok(page.includes(customerio))
  })

  test('a static page with the snippet', { skip: noChromium }, async () => {
    await tryPage(await start('static'), 'static page')
  })

  const noInstall =
    process.env['CI'] === undefined && 'it installs packages, which CI does: CI=1 npm test -- test/examples'
  test('a React app built by Vite, with the npm package', { skip: noChromium || noInstall }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-example-'))
    try {
      cpSync(join(ROOT, 'examples/react'), folder, {
        recursive: true,
        filter: (path) => !/node_modules|dist$/.test(path),
      })
      const env = { ...process.env, VITE_MILLRACE: millrace.url }
      const npm = (...words: string[]) => execFileSync('npm', words, { cwd: folder, env, stdio: 'pipe' })
      npm('install', '--no-audit', '--no-fund')
      npm('run', 'build')
      const vite = join(folder, 'node_modules/vite/bin/vite.js')
      const child = spawn(process.execPath, [vite, 'preview', '--port', '0', '--host', '127.0.0.1'], {
        cwd: folder,
      })
      children.push(child)
      let said = ''
      child.stdout.on('data', (text) => {
        said += text
      })
      // biome-ignore lint/suspicious/noControlCharactersInRegex: Vite colours what it says.
      const plain = () => said.replaceAll(/\u001b\[\d+m/g, '')
      const address = await until(
        'the address of the app',
        () => /http:\/\/127\.0\.0\.1:\d+\//.exec(plain())?.[0],
        plain,
      )
      await tryPage(address, 'React app')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
