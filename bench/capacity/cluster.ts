import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startSandbox } from '../../sandbox/server.ts'
import { NATS_LOGIN, startNats } from '../../test/cluster/nats.ts'
import type { NatsBinary } from '../../test/cluster/nats-binary.ts'
import { scratchPostgres } from '../../test/cluster/postgres.ts'
import { cpuSeconds, residentMb } from '../harness.ts'
import { WRITE_KEY } from '../load.ts'
import { PARTS, type Part } from './parts.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')
/** Beside much else to do. */
const STARTS_WITHIN_MS = 180_000
/** Six processes, and those of the database's own. */
const CONNECTIONS = 9

export const APP_ID = '11'

export type SmallCluster = Awaited<ReturnType<typeof startCluster>>

export type SmallClusterOptions = {
  readonly nats: NatsBinary
  readonly lanes: number
  /** How many of each take events and deliver; one counts, one has the pages. */
  readonly pairs?: number
  /** Text of `millrace.yaml` for a sandbox; one Heap destination when left out. */
  readonly configuration?: (heapUrl: string) => string
  /** Arguments of Node for a role. */
  readonly nodeFlags?: (role: string) => readonly string[]
}

/** Three NATS servers, PostgreSQL, two processes that take events, two that deliver into the sandbox, one that counts, one with the pages. */
export async function startCluster(options: SmallClusterOptions) {
  const { lanes, pairs = 2, configuration = oneHeap, nodeFlags = () => [] } = options
  const folder = mkdtempSync(join(tmpdir(), 'millrace-capacity-'))
  const [nats, postgres, sandbox] = await Promise.all([
    startNats(options.nats),
    scratchPostgres({ isDurable: true }),
    startSandbox(),
  ])
  writeFileSync(join(folder, 'millrace.yaml'), configuration(sandbox.url))
  const { user, pass } = NATS_LOGIN
  const ledgerUrl = postgres.newUrl()
  const shared = [
    ...['--postgres', ledgerUrl, '--nats', `nats://${user}:${pass}@${nats.urls.join(',')}`],
    ...['--nats-synced', 'yes', '--allow-private', 'loopback', '--login', 'off', '--log-level', 'error'],
    ...[
      '--postgres-connections',
      String(CONNECTIONS),
      '--rate-key-per-second',
      '0',
      '--lanes',
      String(lanes),
    ],
  ]
  const key = randomBytes(32).toString('base64')
  const begin = (role: string, ...more: string[]) => {
    const command = [process.execPath, ...nodeFlags(role)]
    return startRole({ folder, role, key, command, options: [...shared, ...more] })
  }
  const running: RoleProcess[] = []
  async function stop(): Promise<void> {
    await Promise.all(running.map((one) => one.stop()))
    await Promise.all([nats.stop(), postgres.remove(), sandbox.close()])
    rmSync(folder, { recursive: true, force: true })
  }
  async function startAll() {
    const keep = async (role: string, ...more: string[]) => {
      const one = await begin(role, ...more)
      running.push(one)
      return one
    }
    const admin = await keep('admin', '--config', join(folder, 'millrace.yaml'))
    const [ingest, delivery]: [RoleProcess[], RoleProcess[]] = [[], []]
    for (let n = 0; n < pairs; n++) ingest.push(await keep('ingest'))
    for (let n = 0; n < pairs; n++) delivery.push(await keep('delivery'))
    return { admin, ingest, delivery, indexer: await keep('indexer') }
  }
  const { admin, ingest, delivery, indexer } = await startAll().catch(async (error) => {
    await stop()
    throw error
  })
  const processes: Readonly<Record<Part, () => readonly number[]>> = {
    ingest: () => ingest.map(({ pid }) => pid),
    delivery: () => delivery.map(({ pid }) => pid),
    indexer: () => [indexer.pid],
    admin: () => [admin.pid],
    nats: () => nats.servers.map((server) => server.pid() as number),
    postgres: () => [postgres.pid(), ...childrenOf(postgres.pid())],
  }
  return {
    ...{ sandbox, nats, postgres, ledgerUrl },
    /** Of the processes that take events. */
    urls: (): readonly string[] => ingest.map(({ url }) => url),
    adminUrl: admin.url,
    healthUrl: delivery[0]?.url as string,
    /** Of each process that delivers. */
    deliveryUrls: (): readonly string[] => delivery.map(({ url }) => url),
    /** One more, which is ready when it resolves. */
    async add(role: 'ingest' | 'delivery'): Promise<RoleProcess> {
      const one = await begin(role)
      running.push(one)
      const list = role === 'ingest' ? ingest : delivery
      list.push(one)
      return one
    },
    pids: (part: Part): readonly number[] => processes[part](),
    /** Processor seconds of each part so far, over all its processes. */
    cpu_s: (): Readonly<Record<Part, number>> => {
      const of = (part: Part) => processes[part]().reduce((sum, pid) => sum + cpuSeconds(pid), 0)
      return Object.fromEntries(PARTS.map((part) => [part, of(part)])) as Record<Part, number>
    },
    /** Of the largest process of each part. */
    resident_mb: (part: Part) => Math.max(...processes[part]().map(residentMb)),
    stop,
  }
}

type RoleOptions = {
  readonly folder: string
  readonly role: string
  readonly key: string
  readonly command: readonly string[]
  readonly options: readonly string[]
}
type RoleProcess = Awaited<ReturnType<typeof startRole>>
async function startRole({ folder, role, key, command, options }: RoleOptions) {
  const data = mkdtempSync(join(folder, `${role}-`))
  const ports = ['--port', '0', '--admin-port', '0', '--health-port', '0']
  const words = [...command, MAIN, 'start', '--data', data, '--roles', role, ...ports, ...options]
  const child: ChildProcess = spawn(words[0] as string, words.slice(1), {
    env: { ...process.env, MILLRACE_SECRET_KEY: key },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
      said = `${said}${text}`.slice(-10_000)
    })
  }
  const place = /takes events at (\S+)|admin API is at (http:\/\/[^/]+)\/|How it is: (http:\/\/[^/]+)\//
  const until_ms = performance.now() + STARTS_WITHIN_MS
  while (place.exec(said) === null) {
    if (child.exitCode !== null || performance.now() > until_ms) throw new Error(`${role}: ${said}`)
    await wait(50)
  }
  return {
    pid: child.pid as number,
    url: (place.exec(said) ?? []).slice(1).find((found) => found !== undefined) as string,
    async stop(): Promise<void> {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

function oneHeap(heapUrl: string): string {
  return `sources:
  - { id: bench, name: Bench, kind: http, writeKey: ${WRITE_KEY} }
destinations:
  - { id: heap, kind: heap, name: Heap, sources: [bench], settings: { appId: "${APP_ID}", apiUrl: "${heapUrl}", eventsPerMinute: 100000000, eventsPerMinutePerPerson: 100000000 } }
`
}
