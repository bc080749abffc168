import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Sandbox, startSandbox } from '../../sandbox/server.ts'
import { BARE_ENVIRONMENT } from '../bare-environment.ts'
import { enginesOfPlace, IN_CLUSTER, startInCluster } from './in-cluster.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')
const WITHIN_MS = IN_CLUSTER ? 60_000 : 20_000
const LOOK_EVERY_MS = 15

/** Waits until `look` finds something. Fails with what was waited for, and with what `more` tells. */
export async function until<Found>(
  what: string,
  look: () => Found | undefined | Promise<Found | undefined>,
  more: () => string = () => '',
  within_ms = WITHIN_MS,
): Promise<Found> {
  const end_ms = Date.now() + within_ms
  while (Date.now() < end_ms) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await wait(LOOK_EVERY_MS)
  }
  assert.fail(`waited in vain for ${what}\n${more()}`)
}

export type Configured = {
  readonly sources: readonly object[]
  readonly destinations: readonly object[]
  readonly plans?: readonly object[]
}
export const source = (id: string, kind = 'node') => ({ id, name: id, kind, writeKey: `${id}-key` })
/** A Heap that is the sandbox, with an app of its own. */
export const heapFor = (sandbox: Sandbox, id: string, appId: string, sources: readonly string[]) => ({
  id,
  name: id,
  kind: 'heap',
  sources,
  settings: { appId, apiUrl: sandbox.url },
})

export type Counts = Record<string, { total: number; parts: Record<string, number> }>
export type Millrace = Awaited<ReturnType<typeof startMillrace>>

/** Starts the real server as a process of its own, on ports that are free, and waits until it takes events. */
export async function startMillrace(folder: string, ...more: readonly string[]) {
  const child = spawnMillrace(folder, '--port', '0', '--admin-port', '0', ...more)
  const [url, adminUrl] = await until(
    'the server to say where it is',
    () => {
      if (child.ended() !== undefined) assert.fail(`the server did not start: ${child.err()}`)
      const found = /takes events at (\S+)\n.* is at (http:\/\/[^/]+)\//.exec(child.out())
      return found === null ? undefined : ([found[1] as string, found[2] as string] as const)
    },
    child.err,
  )
  await until('/readyz', async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined), child.err)
  return asked({
    ...{ url, adminUrl, homes: [adminUrl], out: child.out, err: child.err },
    isRunning: () => child.ended() === undefined,
    async stop() {
      assert.deepEqual(await child.end('SIGTERM'), { code: 0, signal: null }, child.err())
    },
    kill: () => child.end('SIGKILL'),
  })
}

/** One process or several: what tests ask of them. */
type Running = {
  readonly url: string
  readonly adminUrl: string
  /** Where each process says how it is. */
  readonly homes: readonly string[]
  readonly out: () => string
  readonly err: () => string
  readonly isRunning: () => boolean
  readonly stop: () => Promise<void>
  readonly kill: () => Promise<unknown>
}
function asked(running: Running) {
  const { url, adminUrl, err } = running

  async function admin(path: string): Promise<Record<string, never>> {
    const answer = await fetch(`${adminUrl}/admin/v1/${path}`)
    assert.equal(answer.status, 200, path)
    return (await answer.json()) as Record<string, never>
  }
  return {
    url,
    adminUrl,
    admin,
    /** What it has written. */
    out: running.out,
    /** Posts as a server library does, and expects 200. */
    async post(path: string, writeKey: string, body: unknown): Promise<void> {
      const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      assert.deepEqual([answer.status, await answer.json()], [200, { success: true }])
    },
    /** Resolves when every process runs as it was just configured. */
    async followed(): Promise<void> {
      const digestOf = async (home: string) =>
        ((await (await fetch(`${home}/readyz`)).json()) as { configuration?: string }).configuration
      const areSame = async () => {
        const digests = new Set(await Promise.all(running.homes.map(digestOf)))
        return digests.size === 1 && !digests.has(undefined)
      }
      await until('every process to run the same configuration', areSame, err)
    },
    /** What is counted of a source or of a destination. */
    async counts(of: 'sources' | 'destinations', id: string): Promise<Counts> {
      const list = (await admin(of))[of] as unknown as { id: string; counts: Counts }[]
      return list.find((one) => one.id === id)?.counts ?? {}
    },
    /** Waits until so many are counted under a name; returns all counts. */
    counted(of: 'sources' | 'destinations', id: string, name: string, total: number): Promise<Counts> {
      const look = async () => {
        const counts = await this.counts(of, id)
        return (counts[name]?.total ?? 0) >= total ? counts : undefined
      }
      return until(`${total} ${name} of ${id}`, look, err)
    },
    /** Waits until a destination has done so many events, whatever became of them. */
    done(id: string, read: number): Promise<Counts> {
      return this.counted('destinations', id, 'read', read)
    },
    /** Asks it to stop, as a service manager does; once it has ended, does nothing. */
    async stop(): Promise<void> {
      if (!running.isRunning()) return
      await running.stop()
      assert.equal(err(), '')
    },
    kill: running.kill,
    /** Everything that it has written so far. */
    printed: () => running.out() + err(),
  }
}

/** The process alone, for those that are not expected to start. */
export function spawnMillrace(folder: string, ...more: readonly string[]) {
  const flags = ['--config', join(folder, 'millrace.yaml'), ...usualFlags(more)]
  const data = more.includes('--data') ? [] : ['--data', join(folder, 'data')]
  const child = spawn(process.execPath, [MAIN, 'start', ...flags, ...data, ...more], {
    env: BARE_ENVIRONMENT,
  })
  let [out, err] = ['', '']
  let ended: { code: number | null; signal: string | null } | undefined
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    err += text
  })
  const closed = once(child, 'close').then(([code, signal]) => {
    ended = { code, signal }
    return ended
  })
  return {
    out: () => out,
    err: () => err,
    ended: () => ended,
    closed,
    end(signal: 'SIGTERM' | 'SIGKILL') {
      if (ended === undefined) child.kill(signal)
      return closed
    },
  }
}

function usualFlags(more: readonly string[]): readonly string[] {
  const login = more.includes('--login') ? [] : ['--login', 'off']
  // What it sends to is on this machine.
  return ['--log-level', 'error', '--allow-private', 'loopback', ...login]
}

export type Place = {
  readonly folder: string
  readonly sandbox: Sandbox
  /** Writes the configuration file. */
  readonly configure: (configured: Configured) => void
  /** Starts a server; `end` stops it if it still runs, and expects a good end. */
  readonly start: (...more: readonly string[]) => Promise<Millrace>
  /** Of commands that are about its servers, beside `--data`. */
  readonly environment: () => Promise<Record<string, string>>
  readonly end: () => Promise<void>
}

/** A scratch folder, a sandbox, and whatever servers run on them. */
export async function makePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-e2e-'))
  const sandbox = await startSandbox()
  const started: Millrace[] = []
  const engines = enginesOfPlace()
  async function start(more: readonly string[]): Promise<Millrace> {
    if (!IN_CLUSTER) return startMillrace(folder, ...more)
    return asked(await startInCluster(await engines.get(), folder, [...usualFlags(more), ...more]))
  }
  return {
    folder,
    sandbox,
    // JSON is YAML too.
    configure: (configured) => writeFileSync(join(folder, 'millrace.yaml'), JSON.stringify(configured)),
    async start(...more) {
      const millrace = await start(more)
      started.push(millrace)
      return millrace
    },
    environment: engines.environment,
    async end() {
      try {
        for (const millrace of started) await millrace.stop()
      } finally {
        await Promise.all(started.map((millrace) => millrace.kill()))
        await Promise.all([sandbox.close(), engines.stop()])
        rmSync(folder, { recursive: true })
      }
    },
  }
}

/** Everything that the sandbox holds of an app, in the order in which it came. */
export function appOf({ heap }: Sandbox, appId: string) {
  const app = heap.state({ limit: Number.POSITIVE_INFINITY, order: 'arrival' }).apps[appId]
  assert.ok(app, `the sandbox has seen nothing of app ${appId}`)
  return app
}
