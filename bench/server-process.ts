import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { spawnPinned } from './harness.ts'
import { WRITE_KEY } from './load.ts'

export type BenchServer = Awaited<ReturnType<typeof startServer>>

/** As people run it: built, and begun by what the package begins with. */
export const MAIN = join(import.meta.dirname, '../dist/server/begin.js')
let isBuilt = false
export function buildServer(): void {
  if (isBuilt) return
  const root = join(import.meta.dirname, '..')
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const bundle = join(root, 'scripts/bundle-packages.mjs')
  for (const step of [[tsc, '-p', 'tsconfig.build.json'], [bundle]])
    execFileSync(process.execPath, step, { cwd: root, stdio: 'inherit' })
  isBuilt = true
}

export type ServerPlan = {
  /** The server's cores: `0`, or `0,1`. */
  readonly core: number | string
  readonly heapUrl?: string
  /** A folder with data; a new one when left out. */
  readonly data?: string
  /** In place of the one with Heap. */
  readonly configuration?: string
  /** Of Node itself. */
  readonly node?: readonly string[]
  /** Of the command. */
  readonly options?: readonly string[]
}

/** The real server on scratch data, pinned to a core, with Heap at `heapUrl` or without a destination. */
export async function startServer(plan: ServerPlan) {
  buildServer()
  const { core, heapUrl, node = [], options = [] } = plan
  const [port, adminPort] = [await freePort(), await freePort()]
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const config = join(folder, 'millrace.yaml')
  writeFileSync(config, plan.configuration ?? configuration(heapUrl))
  const data = plan.data ?? join(folder, 'data')
  const flags = ['--config', config, '--data', data, '--log-level', 'error', '--login', 'off']
  const ports = ['--port', String(port), '--admin-port', String(adminPort)]
  const open = ['--allow-private', 'loopback', '--rate-key-per-second', '0']
  const begun_ms = performance.now()
  const child = spawnPinned(core, [...node, MAIN, 'start', ...flags, ...ports, ...open, ...options])
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.status === 200) break
    if (child.exitCode !== null || tries > 6_000) throw new Error('the server did not become ready')
    await wait(10)
  }
  return {
    url,
    adminUrl: `http://127.0.0.1:${adminPort}`,
    pid: child.pid as number,
    ready_ms: performance.now() - begun_ms,
    async stop(): Promise<void> {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export const startBareServer = (core: number) => startScript(core, ['bare-server.ts'])

/** The path by hand (by-hand-server.ts), on scratch data; without `heapUrl` it only keeps what it is sent. */
export async function startByHand(core: number, heapUrl?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-by-hand-'))
  const more = heapUrl === undefined ? [] : [heapUrl]
  const started = await startScript(core, ['by-hand-server.ts', join(folder, 'by-hand.db'), ...more])
  return {
    ...started,
    async stop(): Promise<void> {
      await started.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A server in one file of this folder, which prints its address. */
async function startScript(core: number, [file = '', ...args]: readonly string[]) {
  const child = spawnPinned(core, [join(import.meta.dirname, file), ...args])
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return {
    url: line.toString().trim(),
    pid: child.pid as number,
    async stop(): Promise<void> {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

function configuration(heapUrl: string | undefined): string {
  const destination = `
destinations:
  - { id: heap, kind: heap, name: Heap, sources: [bench], settings: { appId: "11", apiUrl: "${heapUrl}", eventsPerMinute: 100000000, eventsPerMinutePerPerson: 100000000 } }`
  return `sources:
  - { id: bench, name: Bench, kind: http, writeKey: ${WRITE_KEY} }
${heapUrl === undefined ? '' : destination}`
}
