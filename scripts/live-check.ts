// npm run live-check [-- --minutes 10] [--write]: a browser on Data In while 500 events a second come in. What the page
// holds is counted each minute after a garbage collection, and must not grow. --write puts it into
// docs/benchmarks-pages.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type CDPSession, chromium } from 'playwright-core'
import { makeEvents } from '../bench/events.ts'
import { WRITE_KEY } from '../bench/load.ts'
import { startServer } from '../bench/server-process.ts'
import { chromiumOptions } from '../test/e2e/browser/chromium.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, write: { type: 'boolean', default: false } },
})
const MINUTES = Number(values.minutes)
const BATCH_count = 50
const BATCH_EVERY_MS = 100
/** Until the page has as many rows as it keeps. */
const WARM_MS = 15_000
/**
 * How much more the second half may hold than the first, each at its most. A table of moving rows is never the same twice;
 * rows that were not let go would be tens of thousands of nodes a minute.
 */
const GROWTH_MAX = 1.25
const PAGE = new URL('../docs/benchmarks-pages.md', import.meta.url)
const HEADING = '## The live view'

type Held = {
  readonly minute: number
  readonly nodes: number
  readonly listeners: number
  readonly heap_mb: number
  readonly sent: number
}

const server = await startServer({ core: 0 })
const browser = await chromium.launch(chromiumOptions())
const load = startLoad(server.url)
try {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } })
  await page.goto(`${server.adminUrl}/sources/bench`)
  await page.getByRole('grid').getByRole('row').nth(5).waitFor()
  const client = await page.context().newCDPSession(page)
  await wait(WARM_MS)
  const counted: Held[] = []
  for (let minute = 0; minute <= MINUTES; minute++) {
    if (minute > 0) await wait(60_000)
    const held = { minute, sent: load.sent(), ...(await heldBy(client)) }
    counted.push(held)
    console.log(lineOf(held))
  }
  if (values.write) write(counted)
  judge(counted)
} finally {
  load.stop()
  await browser.close()
  await server.stop()
}

async function heldBy(client: CDPSession): Promise<Pick<Held, 'nodes' | 'listeners' | 'heap_mb'>> {
  // Twice: what the first round finalizes, the second collects.
  for (let round = 0; round < 2; round++) await client.send('HeapProfiler.collectGarbage')
  const { nodes, jsEventListeners: listeners } = await client.send('Memory.getDOMCounters')
  const { usedSize } = await client.send('Runtime.getHeapUsage')
  return { nodes, listeners, heap_mb: Math.round((usedSize / 1_048_576) * 10) / 10 }
}

function judge(counted: readonly Held[]): void {
  const half = Math.max(1, Math.floor(counted.length / 2))
  for (const what of ['nodes', 'listeners', 'heap_mb'] as const) {
    const most = (part: readonly Held[]) => Math.max(...part.map((one) => one[what]))
    const [first, last] = [most(counted.slice(0, half)), most(counted.slice(-half))]
    if (last <= first * GROWTH_MAX) continue
    console.error(`${what} grew from ${first} to ${last}`)
    process.exitCode = 1
  }
}

function startLoad(url: string) {
  let sent = 0
  const authorization = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`
  const start_ms = performance.now()
  // As many as are due, however late the timer is on a busy machine.
  const isDue = () => sent / BATCH_count < (performance.now() - start_ms) / BATCH_EVERY_MS
  const timer = setInterval(() => {
    while (isDue()) void sendBatch()
  }, BATCH_EVERY_MS)
  async function sendBatch(): Promise<void> {
    const batch = makeEvents(BATCH_count, sent)
    sent += BATCH_count
    const answer = await fetch(`${url}/v1/batch`, {
      method: 'POST',
      headers: { authorization },
      body: JSON.stringify({ batch }),
    })
    if (answer.status !== 200) throw new Error(`ingest answered ${answer.status}`)
    await answer.arrayBuffer()
  }
  return { sent: () => sent, stop: () => clearInterval(timer) }
}

function lineOf({ minute, nodes, listeners, heap_mb, sent }: Held): string {
  const cells = [minute, nodes, listeners, heap_mb.toFixed(1), sent].map((cell) => String(cell))
  return `| ${cells.join(' | ')} |`
}

function write(counted: readonly Held[]): void {
  const [above = ''] = readFileSync(PAGE, 'utf8').split(`\n${HEADING}`)
  const rows = counted.map(lineOf).join('\n')
  writeFileSync(
    PAGE,
    `${above}
${HEADING}

Written by \`npm run live-check -- --minutes ${MINUTES} --write\`: Chromium on Data In while 500 events a second come in. What the page
holds after a garbage collection, each minute from when its table is full.

| minute | DOM nodes | listeners | JavaScript heap, MB | events so far |
| --- | --- | --- | --- | --- |
${rows}
`,
  )
}
