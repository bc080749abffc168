// Processes started with the options that are deployed answer the probes that are deployed, and a stop is one that balancers see coming.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { NATS_LOGIN, type NatsServers, startNats } from '../cluster/nats.ts'
import { findNats, NO_NATS } from '../cluster/nats-binary.ts'
import { POSTGRES_MISSING, type ScratchPostgres, scratchPostgres } from '../cluster/postgres.ts'
import { envFile, type Manifest, ROLE_WORKLOADS } from './manifests.fixtures.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')
const STARTS_WITHIN_MS = 120_000
const HERE = { MILLRACE_ADMIN_HOST: '127.0.0.1', MILLRACE_DRAIN_SECONDS: '2' }
const options = envFile('deploy/kubernetes/options.env')
const binary = findNats()
const skip = binary === undefined ? NO_NATS : POSTGRES_MISSING

describe('processes with the options of deploy/kubernetes', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-started-'))
  let nats: NatsServers
  let postgres: ScratchPostgres
  let secrets: Readonly<Record<string, string>>
  const running: ChildProcess[] = []

  before(async () => {
    assert.ok(binary)
    nats = await startNats(binary, {
      servers: 3,
      shipped: readFileSync('deploy/nats/nats-server.conf', 'utf8'),
    })
    postgres = await scratchPostgres()
    const { user, pass } = NATS_LOGIN
    secrets = {
      MILLRACE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      MILLRACE_NATS: `nats://${user}:${pass}@${nats.urls.join(',')}`,
      MILLRACE_POSTGRES: postgres.newUrl(),
    }
  })
  after(async () => {
    for (const one of running) one.kill('SIGKILL')
    await Promise.all([nats?.stop(), postgres?.remove()])
    rmSync(folder, { recursive: true, force: true })
  })

  /** Where it listens, and how long it waits for balancers, is this machine's own choice; everything else is as deployed. */
  async function start(role: string) {
    const data = mkdtempSync(join(folder, 'data-'))
    const ports = ['--port', '0', '--admin-port', '0', '--health-port', '0']
    const environment = { ...options, ...secrets, MILLRACE_ROLES: role, ...HERE }
    const child = spawn(process.execPath, [MAIN, 'start', '--data', data, ...ports], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.push(child)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
    const place =
      role === 'ingest' ? /takes events at (\S+)/ : /(?:admin API is at|How it is:) (http:\/\/[^/]+)\//
    const until_ms = performance.now() + STARTS_WITHIN_MS
    while (!place.test(said)) {
      assert.ok(child.exitCode === null && performance.now() < until_ms, `${role}: ${said}`)
      await wait(50)
    }
    return { child, url: place.exec(said)?.[1] as string }
  }

  for (const manifest of ROLE_WORKLOADS) {
    const role = manifest.metadata.name
    test(`${role} is up, well, and goes when it is told to`, async () => {
      const { child, url } = await start(role)
      for (const probe of probesOf(manifest)) assert.equal(await ask(url, probe), 200, probe.path)
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      if (role === 'ingest') await leaves(url, probesOf(manifest).at(-1) as Probe)
      const [code] = await ended
      assert.equal(code, 0)
    })
  }
})

type Probe = { readonly path: string; readonly host: string }
/** The last one is that of readiness. */
function probesOf({ spec }: Manifest): readonly Probe[] {
  const [{ startupProbe, livenessProbe, readinessProbe }] = spec.template.spec.containers
  return [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => ({
    path: httpGet.path,
    host: httpGet.httpHeaders?.[0]?.value ?? '10.1.2.3:4002',
  }))
}

/** As a kubelet asks: by the pod's address, unless the probe names another host. */
function ask(url: string, { path, host }: Probe): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, url), { headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asked.once('error', reject)
    asked.end()
  })
}

/** It is still there, and says that it is going. */
async function leaves(url: string, probe: Probe): Promise<void> {
  const until_ms = performance.now() + STARTS_WITHIN_MS
  while (performance.now() < until_ms) {
    if ((await ask(url, probe)) === 503) return
    await wait(20)
  }
  assert.fail('it never said that it is going')
}
