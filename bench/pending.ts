// npm run bench:pending [-- --quick] [--events 5000000] [--rounds 2] [--logs FOLDER] [--write]: what a long backlog costs: memory, the time until a
// server is ready, and the speed at which it drains, beside a log that holds little more than what is drained. Runs the built
// server, as people do. The log is made beside the server, so the indexers begin at its start too: what is measured is the
// first start after such a log was restored, once with the destination paused and once with it open. --logs FOLDER keeps the logs there for the next run: to fill them takes minutes.
// --write puts the figures into docs/benchmarks-pending.md. --quick is what CI runs, for the limits: a shorter log, once.
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openEventIndexReader } from '../server/event-index/index-file.ts'
import { cpuSeconds, median, residentMb, spawnPinned } from './harness.ts'
import { type PendingRow, pendingPage } from './pending/page.ts'
import { BEGUN, fillPending, pendingConfig, startSink } from './pending/world.ts'

const PORT = 4_430
const ADMIN = `http://127.0.0.1:${PORT + 1}`
type Size = {
  /** So many are drained for a rate… */
  readonly drained: number
  /** …and the log of little has a few more, so that its end is not in the rate. */
  readonly little: number
  readonly events: number
  readonly rounds: number
  readonly paused_ms: number
}
const WHOLE: Size = { drained: 150_000, little: 200_000, events: 5_000_000, rounds: 2, paused_ms: 10_000 }
const QUICK: Size = { drained: 40_000, little: 50_000, events: 150_000, rounds: 1, paused_ms: 1_000 }
/** A drain that takes longer is cut off. */
const DRAINS_MS_MAX = 90_000
/** What must hold, with room for a machine that does other things besides. */
const LIMITS = { draining_mb_max: 330, ready_ms_max: 4_000, speed_min: 0.5 }
const MAIN = join(import.meta.dirname, '../dist/server/begin.js')
const PAGE = join(import.meta.dirname, '../docs/benchmarks-pending.md')

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    events: { type: 'string' },
    rounds: { type: 'string' },
    logs: { type: 'string' },
    // What else is to be known of a run, such as what the machine did besides.
    note: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
})

const usual = values.quick ? QUICK : WHOLE
const size: Size = {
  ...usual,
  events: Number(values.events ?? usual.events),
  rounds: Number(values.rounds ?? usual.rounds),
}

const rows = await measureAll([size.little, size.events], size.rounds)
const [little, full] = [size.little, size.events].map((events) =>
  middleOf(rows.filter((row) => row.events === events)),
) as [PendingRow, PendingRow]
const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; Node ${process.version}; ${process.platform}`
const page = pendingPage({
  little,
  full,
  rounds: size.rounds,
  paused_ms: size.paused_ms,
  machine,
  note: values.note,
})
console.log(`\n${page}`)
if (values.write) writeFileSync(PAGE, page)
for (const problem of problemsOf(little, full)) {
  console.error(problem)
  process.exitCode = 1
}

function problemsOf(little: PendingRow, full: PendingRow): readonly string[] {
  const speed = full.perSecond / little.perSecond
  return [
    ...(full.draining_mb > LIMITS.draining_mb_max
      ? [`${full.draining_mb} MB while draining, of ${LIMITS.draining_mb_max}`]
      : []),
    ...(full.ready_ms > LIMITS.ready_ms_max
      ? [`ready after ${full.ready_ms} ms, of ${LIMITS.ready_ms_max}`]
      : []),
    ...(speed < LIMITS.speed_min
      ? [`drains at ${speed} of the short one's speed: ${LIMITS.speed_min} at least`]
      : []),
  ]
}

/** In turn, so that what the machine does besides meets both. */
async function measureAll(sizes: readonly number[], rounds: number): Promise<readonly PendingRow[]> {
  const sink = await startSink()
  const parent = values.logs ?? mkdtempSync(join(tmpdir(), 'millrace-pending-'))
  const measured: PendingRow[] = []
  try {
    for (const events of sizes) await fillPending(join(parent, String(events)), events)
    for (let round = 0; round < rounds; round++) {
      for (const events of sizes) {
        measured.push(await measure(events, join(parent, String(events)), sink.url))
        console.log(JSON.stringify(measured.at(-1)))
      }
    }
  } finally {
    sink.close()
    if (values.logs === undefined) rmSync(parent, { recursive: true })
  }
  return measured
}

/** Twice from the same state: with the destination paused, for what waiting takes; and without, for the rate. Neither has an index yet. */
async function measure(events: number, folder: string, url: string): Promise<PendingRow> {
  const waiting = await served(pendingConfig(folder, url, { paused: true }), folder, async (pid) => {
    const paused_mb = await peakOf(pid, size.paused_ms)
    return { paused_mb, pausedIndexedPerSecond: (indexedIn(folder) * 1_000) / size.paused_ms }
  })
  const draining = await served(pendingConfig(folder, url, { paused: false }), folder, async (pid) => {
    const drained = await drain(pid)
    return { ...drained, indexedPerSecond: (indexedIn(folder) * drained.perSecond) / drained.drained }
  })
  return { ...draining, ...waiting, events }
}

/** What is found out about a server that has just become ready, and how long that took. */
async function served<Found>(config: string, folder: string, look: (pid: number) => Promise<Found>) {
  beginAnew(folder)
  const begun_ms = performance.now()
  const args = ['--config', config, '--data', folder, '--log-level', 'error']
  const ports = ['--port', String(PORT), '--admin-port', String(PORT + 1)]
  const open = ['--login', 'off', '--allow-private', 'loopback']
  const server = spawnPinned(0, [MAIN, 'start', ...args, ...ports, ...open])
  const pid = server.pid as number
  try {
    const ready_ms = await ready(begun_ms)
    const readyCpu_ms = 1_000 * cpuSeconds(pid)
    return { ready_ms, readyCpu_ms, ...(await look(pid)) }
  } finally {
    const exited = once(server, 'exit')
    server.kill('SIGTERM')
    await exited
  }
}

/** As the log was made: nothing is delivered, and nothing indexed. */
function beginAnew(folder: string): void {
  for (const name of ['index', 'ledger', 'store'])
    for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `${name}.db${end}`), { force: true })
  copyFileSync(join(folder, BEGUN), join(folder, 'ledger.db'))
}

/** What is read a second, until so many are read or it has taken long enough. */
async function drain(pid: number) {
  const [start_ms, start_cpu_s] = [performance.now(), cpuSeconds(pid)]
  let draining_mb = 0
  for (;;) {
    draining_mb = Math.max(draining_mb, await peakOf(pid, 200))
    const { counts } = (await (await fetch(`${ADMIN}/admin/v1/destinations/heap`)).json()) as Shown
    const read = counts['read']?.total ?? 0
    const took_ms = performance.now() - start_ms
    if (read < size.drained && took_ms < DRAINS_MS_MAX) continue
    const cpu_us = (1e6 * (cpuSeconds(pid) - start_cpu_s)) / read
    return { draining_mb, perSecond: (read * 1_000) / took_ms, cpu_us, drained: read }
  }
}
type Shown = { readonly counts: Readonly<Record<string, { readonly total: number }>> }

async function peakOf(pid: number, for_ms: number): Promise<number> {
  const until_ms = performance.now() + for_ms
  let peak_mb = residentMb(pid)
  while (performance.now() < until_ms) {
    await wait(200)
    peak_mb = Math.max(peak_mb, residentMb(pid))
  }
  return peak_mb
}

function indexedIn(folder: string): number {
  const index = openEventIndexReader(join(folder, 'index.db'))
  try {
    return index.state().entries
  } finally {
    index.close()
  }
}

function middleOf(measured: readonly PendingRow[]): PendingRow {
  const names = Object.keys(measured[0] as PendingRow) as (keyof PendingRow)[]
  return Object.fromEntries(
    names.map((name) => [name, median(measured.map((row) => row[name]))]),
  ) as PendingRow
}

async function ready(begun_ms: number): Promise<number> {
  for (let tries = 0; tries < 6_000; tries++) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => undefined)
    if (answer?.status === 200) return performance.now() - begun_ms
    await wait(10)
  }
  throw new Error('the server did not become ready')
}
