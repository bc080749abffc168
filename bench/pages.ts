// npm run bench:pages [-- --events 1000000 --attempts 100000] [--write]: how long the admin API takes for what pages ask,
// on a store of that size, while events come in. Fails where a page would wait. --write puts the figures into
// docs/benchmarks-pages.md.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { addressText } from '../core/event.ts'
import { makeEvents } from './events.ts'
import { fillLedger, fillLog } from './fill.ts'
import { median, percentile, pinSelf } from './harness.ts'
import { WRITE_KEY } from './load.ts'
import { startServer } from './server-process.ts'

const ROUNDS = 15
const PAGE_MS_MAX = 300
const SEARCH_MS_MAX = 100
/** Batches of 50 in the background while the pages ask. */
const BACKGROUND_EVERY_MS = 100

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    attempts: { type: 'string', default: '100000' },
    write: { type: 'boolean', default: false },
  },
})
const [events, attempts] = [Number(values.events), Number(values.attempts)]

type Measured = { readonly name: string; readonly p50: number; readonly worst: number; readonly max: number }

pinSelf(1)
const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-pages-'))
const data = join(folder, 'data')
mkdirSync(data)
try {
  const filled_ms = performance.now()
  const addresses = await fillLog(data, events)
  await fillLedger(data, addresses, attempts)
  console.log(`filled in ${((performance.now() - filled_ms) / 1_000).toFixed(0)} s`)
  const server = await startServer({ core: 0, heapUrl: 'http://127.0.0.1:9', data })
  try {
    const indexed_s = await indexed(server.adminUrl)
    console.log(`indexed in ${indexed_s.toFixed(1)} s, ${Math.round(events / indexed_s)} events/s`)
    const places = [0.02, 0.5, 0.98].map((share) => addresses[Math.floor(addresses.length * share)])
    const measured = await measure(
      server.url,
      server.adminUrl,
      places.map((one) => addressText(one as never)),
    )
    for (const { name, p50, worst } of measured) {
      console.log(`${name.padEnd(58)} ${p50.toFixed(1).padStart(7)} ms, at most ${worst.toFixed(1)} ms`)
    }
    if (values.write) writePage(measured, events / indexed_s)
    const slow = measured.filter(({ worst, max }) => worst > max)
    for (const { name, max } of slow) console.error(`${name}: a page waits more than ${max} ms`)
    process.exitCode = slow.length === 0 ? 0 : 1
  } finally {
    await server.stop()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Seconds until the newest event's name is counted as often as it was sent. */
async function indexed(adminUrl: string): Promise<number> {
  const start_ms = performance.now()
  for (;;) {
    const answer = await fetch(`${adminUrl}/admin/v1/sources/bench/schema`)
    const schema = (await answer.json()) as { events: { count: number }[] }
    if (schema.events.reduce((sum, { count }) => sum + count, 0) >= events) break
    await wait(100)
  }
  return (performance.now() - start_ms) / 1_000
}

async function measure(
  url: string,
  adminUrl: string,
  places: readonly string[],
): Promise<readonly Measured[]> {
  const ids = await messageIds(adminUrl, places)
  const hour = new Date(Date.now() - 3_600_000).toISOString()
  const rows: readonly (readonly [name: string, paths: readonly string[], max?: number])[] = [
    ['search: a messageId', ids.map((id) => `search?q=${id}`), SEARCH_MS_MAX],
    ['search: a person', ['search?q=user_77', 'search?q=user_19999'], SEARCH_MS_MAX],
    ['search: an event name', ['search?q=order'], SEARCH_MS_MAX],
    ['search: nothing like it', ['search?q=nobody-ever'], SEARCH_MS_MAX],
    ['events: the newest', ['events']],
    ['events: of a person', ['events?person=user_4711', 'events?person=user_12&limit=500']],
    ['events: of a name', ['events?event=Order%20Completed', 'events?event=Order%20Completed&limit=500']],
    [
      'events: of a type and a source',
      ['events?type=identify&source=bench', 'events?type=track&source=bench'],
    ],
    ['events: of a type that never came', ['events?type=alias', 'events?kind=refused']],
    ['events: of an old time', [`events?to=${hour}`, `events?person=user_5&from=${hour}`]],
    ['an event, end to end', places.map((place) => `events/${place.replaceAll('/', '-')}`)],
    ['attempts: the newest', ['attempts?destination=heap', 'attempts?limit=500']],
    [
      'attempts: of an outcome or a status',
      [
        'attempts?destination=heap&outcome=retry',
        'attempts?status=400',
        'attempts?destination=heap&status=none',
      ],
    ],
    [
      'attempts: of an action',
      ['attempts?destination=heap&action=track-event', 'attempts?destination=heap&action=identify-user'],
    ],
    ['attempts: of a person or an event', ['attempts?person=user_4711', 'attempts?event=Invoice%20Paid']],
    ['attempts: of a time', [`attempts?destination=heap&from=${hour}&limit=200`]],
    ['an attempt', ['attempts/1', `attempts/${attempts}`]],
    ['schema of a source', ['sources/bench/schema', 'sources/bench/schema?event=Order%20Completed']],
    [
      'series: an hour, two days',
      ['series?of=heap', `series?of=bench&from=${new Date(Date.now() - 47 * 3_600_000).toISOString()}`],
    ],
    ['rates of everything', ['rates']],
    ['overview of a destination', ['destinations/heap/overview']],
    ['sources, destinations', ['sources', 'destinations']],
  ]
  const measured: Measured[] = []
  const stop = background(url)
  for (const [name, paths, max = PAGE_MS_MAX] of rows) {
    const times: number[] = []
    for (let n = 0; n < ROUNDS * paths.length; n++) {
      const start_ms = performance.now()
      const answer = await fetch(`${adminUrl}/admin/v1/${paths[n % paths.length]}`)
      await answer.text()
      if (answer.status !== 200) throw new Error(`${paths[n % paths.length]}: ${answer.status}`)
      times.push(performance.now() - start_ms)
    }
    measured.push({ name, p50: median(times), worst: percentile(times, 0.99), max })
  }
  stop()
  return measured
}

async function messageIds(adminUrl: string, places: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = []
  for (const place of places) {
    const answer = await fetch(`${adminUrl}/admin/v1/events/${place.replaceAll('/', '-')}`)
    const { entry } = (await answer.json()) as { entry: { event: { messageId: string } } }
    ids.push(encodeURIComponent(entry.event.messageId))
  }
  return ids
}

/** 500 events a second, as pages see them come in. */
function background(url: string): () => void {
  let sent = 0
  const timer = setInterval(() => {
    sent += 50
    const batch = makeEvents(50, 1_000_000_000 + sent)
    fetch(`${url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}` },
      body: JSON.stringify({ batch }),
    }).then(
      (answer) => answer.text(),
      () => {},
    )
  }, BACKGROUND_EVERY_MS)
  return () => clearInterval(timer)
}

function writePage(measured: readonly Measured[], perSecond: number): void {
  const page = new URL('../docs/benchmarks-pages.md', import.meta.url)
  // Of `npm run live-check`, below these figures.
  const [, live] = readFileSync(page, 'utf8').split('\n## The live view')
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; Node ${process.version}; ${process.platform}`
  const rows = measured.map(
    ({ name, p50, worst, max }) => `| ${name} | ${p50.toFixed(1)} | ${worst.toFixed(1)} | ${max} |`,
  )
  writeFileSync(
    page,
    `# Benchmarks: what pages ask

Written by \`npm run bench:pages -- --write\`. Machine: ${machine}.
A store of ${events.toLocaleString('en-US')} events (about 1.2 KB) and ${attempts.toLocaleString('en-US')} attempts; 500 events a second come in meanwhile. The server runs on one
core, who asks on another. Times are of HTTP requests one after the other, in milliseconds. The event index was built
anew from the log at ${Math.round(perSecond).toLocaleString('en-US')} events/s, while the server was up.

| what | median | 99 of 100 | fails above |
| --- | --- | --- | --- |
${rows.join('\n')}

What the event index costs for each event: [benchmarks.md](benchmarks.md).
${live === undefined ? '' : `\n## The live view${live}`}`,
  )
}
