import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { spawnPinned } from './harness.ts'
import { WRITE_KEY } from './load.ts'

const PORT = 4_410

/** The real server on scratch data, pinned to a core, with Heap at `heapUrl` or without a destination. */
export async function startServer({
  core,
  heapUrl,
  data,
  configuration: given,
  port = PORT,
}: {
  readonly core: number
  readonly heapUrl?: string
  /** A folder with data; a new one when left out. */
  readonly data?: string
  /** In place of the one with Heap. */
  readonly configuration?: string
  /** The admin side is on the next one. */
  readonly port?: number
}) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  writeFileSync(join(folder, 'millrace.yaml'), given ?? configuration(heapUrl))
  // As the package begins it, with what keeps its memory small.
  const main = join(import.meta.dirname, '../server/begin.ts')
  const flags = [
    '--config',
    join(folder, 'millrace.yaml'),
    '--data',
    data ?? join(folder, 'data'),
    '--log-level',
    'error',
    '--login',
    'off',
  ]
  const ports = ['--port', String(port), '--admin-port', String(port + 1)]
  const open = ['--allow-private', 'loopback', '--rate-key-per-second', '0']
  const child = spawnPinned(core, [main, 'start', ...flags, ...ports, ...open])
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.status === 200) break
    if (tries > 2_400) throw new Error('the server did not become ready')
    await wait(25)
  }
  return {
    url,
    adminUrl: `http://127.0.0.1:${port + 1}`,
    pid: child.pid as number,
    async stop(): Promise<void> {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function startBareServer(core: number) {
  const child = spawnPinned(core, [join(import.meta.dirname, 'bare-server.ts')])
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
