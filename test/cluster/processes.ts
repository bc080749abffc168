import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Role } from '../../server/roles.ts'
import { BARE_ENVIRONMENT } from '../bare-environment.ts'
import { NATS_LOGIN, type NatsServers, startNats } from './nats.ts'
import type { NatsBinary } from './nats-binary.ts'
import { type ScratchPostgres, scratchPostgres } from './postgres.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')
const READY_WITHIN_MS = 120_000
const LOOK_EVERY_MS = 20
const STARTS_MAX = 5
const START_AGAIN_MS = 1_000
const OUTPUT_CHARS_MAX = 50_000
/** What PostgreSQL allows together is 60. */
const POSTGRES_CONNECTIONS = 9

export type ClusterOptions = {
  readonly nats: NatsBinary
  /** Text of `millrace.yaml`. */
  readonly configuration: string
  /** Roles of each process, with commas between them. */
  readonly roles?: readonly string[]
  readonly flags?: readonly string[]
}
export type Cluster = Awaited<ReturnType<typeof startCluster>>
export type Member = ReturnType<typeof makeMember>

/** Two that take events, two that deliver, one that counts and one with the pages. */
export const SIX = ['ingest', 'ingest', 'delivery', 'delivery', 'indexer', 'admin'] as const

/** Three NATS servers, PostgreSQL and processes with roles on loopback, in a scratch folder; resolves when all are ready. */
export async function startCluster({ nats: binary, configuration, roles = SIX, flags = [] }: ClusterOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-cluster-'))
  const file = join(folder, 'millrace.yaml')
  writeFileSync(file, configuration)
  const engines = await startEngines(binary)
  const { nats, postgres } = engines
  const given = [
    ...['--allow-private', 'loopback', '--rate-key-per-second', '0', '--login', 'off'],
    ...['--log-level', 'error', ...flags],
  ]
  const members = await makeMembers(engines, { folder, roles, flags: given, first: ['--config', file] })
  async function stop(): Promise<void> {
    await Promise.all(members.map((member) => member.end('SIGKILL')))
    await engines.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await startMembers(members)
  } catch (error) {
    await stop()
    throw error
  }
  const of = (role: Role) => members.filter((member) => member.has(role))
  return { members, nats, postgres, of, stop }
}

export type Engines = Awaited<ReturnType<typeof startEngines>>

/** What several processes share, and the options and the key with which they find it. */
export async function startEngines(binary: NatsBinary) {
  const nats: NatsServers = await startNats(binary)
  let postgres: ScratchPostgres
  try {
    postgres = await scratchPostgres()
  } catch (error) {
    await nats.stop()
    throw error
  }
  const { user, pass } = NATS_LOGIN
  const postgresUrl = postgres.newUrl()
  const flags: readonly string[] = [
    ...['--postgres', postgresUrl, '--postgres-connections', `${POSTGRES_CONNECTIONS}`],
    ...['--nats', `nats://${user}:${pass}@${nats.urls.join(',')}`, '--nats-synced', 'yes'],
  ]
  const key = randomBytes(32).toString('base64')
  return {
    nats,
    postgres,
    postgresUrl,
    flags,
    key,
    stop: () => Promise.all([nats.stop(), postgres.remove()]),
  }
}

export type MembersOptions = {
  /** Each has a folder in it. */
  readonly folder: string
  readonly roles: readonly string[]
  readonly flags: readonly string[]
  /** Further options of the first that has the role `admin`, which makes the configuration. */
  readonly first: readonly string[]
}
/** Processes with roles that share engines; none is started. */
export async function makeMembers(engines: Engines, { folder, roles, flags, first }: MembersOptions) {
  const admin = roles.findIndex((role) => role.includes('admin'))
  const ports = await Promise.all(roles.map(threePorts))
  const taking = ports[roles.findIndex((role) => role.includes('ingest'))]?.[0]
  // Who has the pages does not know by itself where events go.
  const shown = ['--public-url', `http://127.0.0.1:${taking}`]
  return roles.map((role, index) =>
    makeMember({
      role,
      data: join(folder, index === admin ? 'data' : `data-${index}`),
      key: engines.key,
      ports: ports[index] as Ports,
      flags: [...engines.flags, ...(index === admin ? [...shown, ...first] : []), ...flags],
    }),
  )
}

/** Resolves when all are ready. The schema and the configuration are made by the first of them, once. */
export async function startMembers(members: readonly Member[]): Promise<void> {
  const [first, ...others] = [...members].sort((a, b) => Number(b.has('admin')) - Number(a.has('admin')))
  await first?.start()
  await Promise.all(others.map((member) => member.start()))
}

type Ports = readonly [port: number, adminPort: number, healthPort: number]
type MemberOptions = {
  readonly role: string
  readonly data: string
  readonly key: string
  readonly ports: Ports
  readonly flags: readonly string[]
}
/** A process that can be ended and started again on the same ports and folder. */
function makeMember({ role, data, key, ports: [port, adminPort, healthPort], flags }: MemberOptions) {
  const roles = role === 'all' ? ['ingest', 'delivery', 'indexer', 'admin'] : role.split(',')
  const ports = ['--port', `${port}`, '--admin-port', `${adminPort}`, '--health-port', `${healthPort}`]
  const words = [MAIN, 'start', '--data', data, '--roles', role, ...ports, ...flags]
  const given = flags.lastIndexOf('--admin-port')
  const adminUrl = `http://127.0.0.1:${given < 0 ? adminPort : flags[given + 1]}`
  const home = roles.includes('admin') ? adminUrl : `http://127.0.0.1:${healthPort}`
  let child: ChildProcess | undefined
  let [output, errors] = ['', '']
  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null
  return {
    role,
    has: (one: Role) => roles.includes(one),
    url: `http://127.0.0.1:${port}`,
    adminUrl,
    /** Where its /readyz and /metrics are. */
    home,
    output: () => output,
    /** What it has written to standard error. */
    errors: () => errors,
    isRunning,
    pid: () => child?.pid ?? 0,
    signal: (signal: NodeJS.Signals) => child?.kill(signal),
    spawn(): void {
      child = spawn(process.execPath, words, {
        env: { ...BARE_ENVIRONMENT, MILLRACE_SECRET_KEY: key },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (text) => {
          output = (output + text).slice(-OUTPUT_CHARS_MAX)
          if (stream === child?.stderr) errors = (errors + text).slice(-OUTPUT_CHARS_MAX)
        })
    },
    /** Resolves when it is ready. One that cannot reach its servers yet ends, and is begun again, as a service manager does. */
    async start(): Promise<void> {
      this.spawn()
      const end_ms = performance.now() + READY_WITHIN_MS
      for (let ends = 0; performance.now() < end_ms && ends < STARTS_MAX; ) {
        if (!isRunning()) {
          ends += 1
          await wait(START_AGAIN_MS)
          this.spawn()
        }
        const answer = await fetch(`${home}/readyz`).catch(() => undefined)
        await answer?.arrayBuffer().catch(() => undefined)
        if (answer?.status === 200) return
        await wait(LOOK_EVERY_MS)
      }
      throw new Error(`${role} did not become ready:\n${output}`)
    },
    /** Resolves when it has ended, with how. */
    async end(signal: 'SIGKILL' | 'SIGTERM') {
      if (isRunning()) {
        const ended = once(child as ChildProcess, 'exit')
        child?.kill(signal)
        await ended
      }
      return { code: child?.exitCode ?? null, signal: child?.signalCode ?? null }
    },
  }
}

async function threePorts(): Promise<Ports> {
  const servers = await Promise.all(
    [0, 1, 2].map(async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports as unknown as Ports
}
