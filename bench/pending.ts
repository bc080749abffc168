// npm run bench:pending [-- --events 5000000]: what a long backlog costs: memory, the time until a server is ready, and the
// speed at which it drains, beside an empty store's. Runs the built server, as people do. The log is made beside the server, so
// the indexers begin at its start too: what is measured is the first start after such a log was restored.
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { fingerprint } from '../core/identity.ts'
import { sqliteLedger } from '../server/ledger/sqlite.ts'
import { sqliteLog } from '../server/log/sqlite.ts'
import { makeEvents } from './events.ts'
import { residentMb, spawnPinned } from './harness.ts'

const PORT = 4_430
const ADMIN = `http://127.0.0.1:${PORT + 1}`
const SOURCE = 'bench'
/** So many are drained for a rate, in the empty store too. */
const DRAINED = 150_000
const DRAINS_MS_MAX = 60_000
const MAIN = join(import.meta.dirname, '../dist/server/main.js')

const { values } = parseArgs({ options: { events: { type: 'string', default: '5000000' } } })

const sink = await startSink()
console.log('events      ready ms    MB paused   MB draining events/s    log MB')
const empty = await measure(DRAINED)
const full = await measure(Number(values.events))
sink.close()
console.log(`\nDraining a backlog runs at ${((100 * full) / empty).toFixed(0)} % of an empty store's speed.`)

/** Fills a log, starts the server with the destination paused, lets it go on, and tells its rate. */
async function measure(events: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-pending-'))
  try {
    await fill(folder, events)
    const begun_ms = performance.now()
    const server = spawnPinned(0, [
      MAIN,
      'start',
      '--config',
      configFile(folder),
      '--data',
      folder,
      '--log-level',
      'error',
      '--login',
      'off',
      '--port',
      String(PORT),
      '--admin-port',
      String(PORT + 1),
      '--allow-private',
      'loopback',
    ])
    const ready_ms = await ready(begun_ms)
    await wait(10_000)
    const paused_mb = residentMb(server.pid as number)
    await fetch(`${ADMIN}/admin/v1/destinations/heap`, { method: 'PATCH', body: '{"paused":false}' })
    const { perSecond, peak_mb } = await drain(server.pid as number)
    const exited = once(server, 'exit')
    server.kill('SIGTERM')
    await exited
    const size_mb = Math.round(statSync(join(folder, 'log.db')).size / 1e6)
    const row = [events, Math.round(ready_ms), paused_mb, peak_mb, Math.round(perSecond), size_mb]
    console.log(row.map((one) => String(one).padEnd(11)).join(' '))
    return perSecond
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What is read a second, until so many are read or it has taken long enough. */
async function drain(pid: number): Promise<{ readonly perSecond: number; readonly peak_mb: number }> {
  const start_ms = performance.now()
  let peak_mb = 0
  for (;;) {
    await wait(200)
    peak_mb = Math.max(peak_mb, residentMb(pid))
    const { counts } = (await (await fetch(`${ADMIN}/admin/v1/destinations/heap`)).json()) as Shown
    const read = counts['read']?.total ?? 0
    const took_ms = performance.now() - start_ms
    if (read >= DRAINED || took_ms > DRAINS_MS_MAX) return { perSecond: (read * 1_000) / took_ms, peak_mb }
  }
}
type Shown = { readonly counts: Readonly<Record<string, { readonly total: number }>> }

/** Events as ingest writes them, and a destination that has read none of them. */
async function fill(folder: string, count: number): Promise<void> {
  const log = sqliteLog(join(folder, 'log.db'))
  const receivedAt = new Date().toISOString()
  for (let first = 0; first < count; first += 1_000) {
    const entries = makeEvents(Math.min(1_000, count - first), first).map((event) => ({
      key: `${SOURCE}\n${event['anonymousId']}`,
      text: JSON.stringify({ kind: 'event', sourceId: SOURCE, receivedAt, event }),
      fingerprint: fingerprint(`${SOURCE}\n${event['messageId']}`, log.seed),
    }))
    await log.append(entries)
  }
  const ledger = sqliteLedger(join(folder, 'ledger.db'))
  await ledger.start(
    'heap',
    Array.from({ length: log.lanes }, () => ({ chunk: 0, index: 0 })),
  )
  await ledger.close()
  await log.close()
}

function configFile(folder: string): string {
  const file = join(folder, 'millrace.yaml')
  const settings = `{ appId: "11", apiUrl: "${sink.url}", eventsPerMinute: 100000000, eventsPerMinutePerPerson: 100000000 }`
  writeFileSync(
    file,
    `sources:\n  - { id: ${SOURCE}, name: Bench, kind: http, writeKey: bench-write-key }\n` +
      `destinations:\n  - { id: heap, kind: heap, name: Heap, paused: true, sources: [${SOURCE}], settings: ${settings} }\n`,
  )
  return file
}

async function ready(begun_ms: number): Promise<number> {
  for (let tries = 0; tries < 6_000; tries++) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => undefined)
    if (answer?.status === 200) return performance.now() - begun_ms
    await wait(10)
  }
  throw new Error('the server did not become ready')
}

/** Takes everything. */
async function startSink() {
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.end('{}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close().closeAllConnections(),
  }
}
