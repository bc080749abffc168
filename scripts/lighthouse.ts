// npm run lighthouse: what Google's Lighthouse finds of the pages that people are on most, on this machine's Chromium.
// Fails below what is asked for. Lighthouse is 114 packages and 176 MB, more than all else here: so it is no dependency,
// but installed when this is run, into a folder that no one else sees.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { chromiumOptions } from '../test/e2e/browser/chromium.ts'
import { HEAP, startSmallWorld } from '../test/e2e/browser/small-world.ts'

const VERSION = '13.5.0'
const SCORE_MIN = 95
/** A busy machine makes one look slow: the one in the middle counts, by its performance. */
const LOOKS = 3
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const
const PAGES = [
  ['Connections', '/'],
  ['A destination', `/destinations/${HEAP}`],
  ['The action editor', `/destinations/${HEAP}/actions/track-event`],
] as const

type Audit = {
  readonly id: string
  readonly title: string
  readonly score: number | null
  readonly displayValue?: string
}
type Category = {
  readonly score: number | null
  readonly auditRefs: readonly { readonly id: string; readonly weight: number }[]
}
type Report = {
  readonly categories: Readonly<Record<string, Category>>
  readonly audits: Readonly<Record<string, Audit>>
}
type Lighthouse = {
  readonly default: (
    url: string,
    flags: object,
    config: object,
  ) => Promise<{ readonly lhr: Report } | undefined>
  readonly desktopConfig: object
}

const lighthouse = await installed()
const world = await startSmallWorld()
const port = await freePort()
const browser = await chromium.launch(chromiumOptions(`--remote-debugging-port=${port}`))
try {
  console.log(['page'.padEnd(20), ...CATEGORIES].join('  '))
  for (const [name, path] of PAGES) await look(name, world.millrace.adminUrl + path)
} finally {
  await browser.close()
  await world.end()
}

async function look(name: string, url: string): Promise<void> {
  const reports: Report[] = []
  for (let at = 0; at < LOOKS; at += 1) reports.push(await reportOf(url))
  const speed = ({ categories }: Report) => categories['performance']?.score ?? 0
  const report = reports.toSorted((one, other) => speed(one) - speed(other))[Math.floor(LOOKS / 2)] as Report
  const scores = CATEGORIES.map((id) => Math.round((report.categories[id]?.score ?? 0) * 100))
  const cells = scores.map((score, at) => String(score).padStart(CATEGORIES[at]?.length ?? 0))
  console.log([name.padEnd(20), ...cells].join('  '))
  for (const line of found(report)) console.log(`  ${line}`)
  if (scores.some((score) => score < SCORE_MIN)) process.exitCode = 1
}

async function reportOf(url: string): Promise<Report> {
  const flags = { port, logLevel: 'error', onlyCategories: CATEGORIES }
  const report = (await lighthouse.default(url, flags, lighthouse.desktopConfig))?.lhr
  if (report === undefined) throw new Error(`Lighthouse says nothing of ${url}`)
  return report
}

/** What counts and is not as it should be. */
function found({ categories, audits }: Report): readonly string[] {
  const counted = CATEGORIES.flatMap((id) => categories[id]?.auditRefs ?? []).filter(
    ({ weight }) => weight > 0,
  )
  return counted.flatMap(({ id }) => {
    const { score, title, displayValue = '' } = audits[id] as Audit
    return score === null || score >= 0.9
      ? []
      : [`${Math.round(score * 100)} ${id}: ${title} ${displayValue}`]
  })
}

async function installed(): Promise<Lighthouse> {
  const folder = join(import.meta.dirname, '../node_modules/.cache/lighthouse', VERSION)
  const main = join(folder, 'node_modules/lighthouse/core/index.js')
  if (!existsSync(main)) {
    console.log(`Installing Lighthouse into ${folder}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ private: true, dependencies: { lighthouse: VERSION } }),
    )
    const options = ['--no-audit', '--no-fund', '--ignore-scripts']
    execFileSync('npm', ['install', ...options], { cwd: folder, stdio: 'inherit' })
  }
  return (await import(pathToFileURL(main).href)) as Lighthouse
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address() as { readonly port: number }
      server.close(() => resolve(address.port))
    })
  })
}
