import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startSandbox } from '../../sandbox/server.ts'
import { BATCH_CALLS } from '../../server/import/import-file.ts'
import { type ImportState, stateFileOf } from '../../server/import/state-file.ts'
import { startServerProcess } from '../../verify/server-process.ts'

const PEOPLE = 1_000
const APP = '11'
const WRITE_KEY = 'shop-key-1'
const BEGAN_MS = Date.parse('2020-01-01T00:00:00Z')
const LOOK_EVERY_MS = 25
const WITHIN_MS = 1_800_000
/** As the package begins both: what keeps their memory small is part of what is checked. */
const main = new URL('../../server/begin.ts', import.meta.url).pathname

export type Check = {
  readonly events: number
  /** At which parts of the import it is killed, with SIGKILL; it is begun again each time. */
  readonly killsAt: readonly number[]
  /** Whether the server is killed too, in the middle. */
  readonly isServerKilled: boolean
  readonly flags: readonly string[]
  readonly say: (line: string) => void
}
export type Figures = {
  readonly import_ms: number
  readonly delivered_ms: number
  /** The most that the processes held, in MiB; 0 where the system does not tell. */
  readonly importer_mib: number
  readonly server_mib: number
  readonly duplicates: number
}

/**
 * Imports events into a server of its own, kills the import again and again, and looks at a sandbox Heap whether each event
 * is there once, in order for each person, with the time that it had. Half of the events have an id of their own.
 */
export async function checkImport(check: Check): Promise<Figures> {
  const { events, say } = check
  const folder = mkdtempSync(join(tmpdir(), 'millrace-import-'))
  const sandbox = await startSandbox({ limits: 'off', events_max: events * 2 })
  writeFileSync(join(folder, 'millrace.yaml'), JSON.stringify(configurationFor(sandbox.url)))
  const server = await startServerProcess({ main, folder })
  try {
    const file = join(folder, 'events.ndjson')
    await writeEvents(file, events)
    say(`${events} events are written`)
    const began_ms = Date.now()
    const [importer_mib, server_mib] = await importWithKills(file, server, check)
    const import_ms = Date.now() - began_ms
    say(`imported in ${import_ms} ms`)
    const arrived = () => sandbox.heap.counts(APP)?.accepted ?? 0
    await until(async () => arrived() >= events, 'the sandbox does not get all events')
    const delivered_ms = Date.now() - began_ms
    const stored = sandbox.heap.state({ limit: events + 1, order: 'arrival' }).apps[APP]?.events ?? []
    assertAllOnce(stored, events)
    say(`the sandbox has all, each once, after ${delivered_ms} ms`)
    // They are counted in their own time.
    let counts: Record<string, number> = {}
    const isCounted = async () => {
      counts = await sourceCounts(server.adminUrl)
      return (counts['accepted'] ?? 0) >= events
    }
    await until(isCounted, 'the server does not count all')
    assert.equal(counts['accepted'], events)
    const duplicates = counts['duplicate'] ?? 0
    assert.ok(duplicates <= check.killsAt.length * BATCH_CALLS, `${duplicates} were sent twice`)
    const most_mib = Math.max(server_mib, peak_mib(server.pid()))
    return { import_ms, delivered_ms, importer_mib, server_mib: most_mib, duplicates }
  } finally {
    await server.stop()
    await sandbox.close()
    rmSync(folder, { recursive: true })
  }
}

type Server = Awaited<ReturnType<typeof startServerProcess>>

/** Returns the most that one of the imports held, and the server until then, in MiB. */
async function importWithKills(
  file: string,
  server: Server,
  check: Check,
): Promise<readonly [importer_mib: number, server_mib: number]> {
  const { events, killsAt, isServerKilled, flags, say } = check
  const words = [main, 'import', file, '--url', server.url, ...flags]
  let [importer_mib, server_mib] = [0, 0]
  for (const share of [...killsAt, undefined]) {
    const child = spawn(process.execPath, words, {
      env: { MILLRACE_WRITE_KEY: WRITE_KEY },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        output += String(text)
      })
    }
    const exited = once(child, 'exit')
    const look = setInterval(() => {
      importer_mib = Math.max(importer_mib, peak_mib(child.pid))
      server_mib = Math.max(server_mib, peak_mib(server.pid()))
    }, LOOK_EVERY_MS)
    if (share === undefined) {
      if (isServerKilled) await killServer(file, server, events, child)
      const [code] = await exited
      assert.equal(code, 0, output)
      say(output.trim())
    } else {
      await until(async () => done(file) >= events * share || hasEnded(child), 'the import does not go on')
      assert.ok(!hasEnded(child), `it ended before it could be killed: ${output}`)
      child.kill('SIGKILL')
      await exited
      say(`killed with SIGKILL after ${done(file)}`)
    }
    clearInterval(look)
  }
  return [importer_mib, server_mib]
}

async function killServer(file: string, server: Server, events: number, child: ChildProcess): Promise<void> {
  await until(async () => done(file) >= events * 0.8 || hasEnded(child), 'the import does not go on')
  await server.killAndRestart()
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

function done(file: string): number {
  const path = stateFileOf(file)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ImportState).counts.sent : 0
}

function configurationFor(apiUrl: string) {
  const most = 100_000_000
  const settings = { appId: APP, apiUrl, eventsPerMinute: most, eventsPerMinutePerPerson: most }
  return {
    sources: [{ id: 'shop', name: 'Shop', kind: 'http', writeKey: WRITE_KEY }],
    destinations: [{ id: 'heap', kind: 'heap', name: 'Heap', sources: ['shop'], settings }],
  }
}

/** `7-3` is the third event of the eighth person; one second lies between two events. */
async function writeEvents(file: string, events: number): Promise<void> {
  const out = createWriteStream(file)
  for (let n = 0; n < events; n++) {
    const event = `${n % PEOPLE}-${Math.floor(n / PEOPLE)}`
    const timestamp = timeOf(n)
    const call = {
      ...{ type: 'track', event, userId: `person-${n % PEOPLE}`, timestamp, sentAt: '2020-06-01T00:00:00Z' },
      ...(n % 2 === 0 ? { messageId: `own-${n}` } : {}),
      properties: { number: n, text: 'x'.repeat(200) },
    }
    if (!out.write(`${JSON.stringify(call)}\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
}

const timeOf = (n: number) => new Date(BEGAN_MS + n * 1_000).toISOString()

function assertAllOnce(
  stored: readonly { readonly event: string; readonly timestamp?: unknown }[],
  events: number,
): void {
  assert.equal(stored.length, events)
  const last = new Map<number, number>()
  for (const { event, timestamp } of stored) {
    const [person = -1, turn = -1] = event.split('-').map(Number)
    assert.equal(turn, (last.get(person) ?? -1) + 1, `${event} came after ${last.get(person)}`)
    assert.equal(timestamp, timeOf(turn * PEOPLE + person), event)
    last.set(person, turn)
  }
}

async function sourceCounts(adminUrl: string): Promise<Record<string, number>> {
  const answer = await fetch(`${adminUrl}/admin/v1/sources`)
  const { sources } = (await answer.json()) as { sources: { counts: Record<string, { total: number }> }[] }
  return Object.fromEntries(
    Object.entries(sources[0]?.counts ?? {}).map(([name, { total }]) => [name, total]),
  )
}

/** What Linux notes of the most that a process held. */
function peak_mib(pid: number | undefined): number {
  const file = `/proc/${pid}/status`
  if (pid === undefined || !existsSync(file)) return 0
  try {
    return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) / 1_024)
  } catch {
    return 0
  }
}

async function until(isSo: () => Promise<boolean>, problem: string): Promise<void> {
  const until_ms = Date.now() + WITHIN_MS
  while (!(await isSo())) {
    assert.ok(Date.now() < until_ms, problem)
    await wait(LOOK_EVERY_MS)
  }
}
