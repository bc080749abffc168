import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { NatsBinary } from './nats-binary.ts'

/** After a restart the servers look for each other, and choose who leads; on a busy machine that takes its time. */
const WITHIN_MS = 120_000
const LOOK_EVERY_MS = 20

export type NatsOptions = {
  readonly servers?: number
  /** As the server's configuration has it: `always`, or a time such as `2m`. */
  readonly syncInterval?: string
  readonly payload_bytes_max?: number
  /** Cores that each server may use, as `taskset` names them. */
  readonly cores?: string
  /** The text of a configuration as it is shipped: names and ports go by the command line then. */
  readonly shipped?: string
}
export type NatsServers = Awaited<ReturnType<typeof startNats>>

/** The account that the log works in, and the one that may ask servers how they are set up. */
export const NATS_LOGIN = { user: 'millrace', pass: 'millrace' }
export const NATS_SYSTEM_LOGIN = { user: 'system', pass: 'system' }

/**
 * Starts NATS servers with JetStream on loopback, on ports that are free and in a folder of their own; several are one cluster.
 * Resolves when all are ready.
 */
export async function startNats(binary: NatsBinary, options: NatsOptions = {}) {
  const { servers: count = 3 } = options
  const folder = mkdtempSync(join(tmpdir(), 'millrace-nats-'))
  const ports = await freePorts(3 * count)
  const places = Array.from({ length: count }, (_, n) => ({
    name: `n${n}`,
    port: ports[3 * n] as number,
    routePort: ports[3 * n + 1] as number,
    monitorPort: ports[3 * n + 2] as number,
  }))
  const servers = places.map((place) => {
    const home = join(folder, place.name)
    mkdirSync(home)
    const shipped = options.shipped?.replaceAll('/data/jetstream', home)
    writeFileSync(join(home, 'nats.conf'), shipped ?? configuration(place, places, home, options))
    const flags = shipped === undefined ? [] : placeFlags(place, places)
    return oneServer(binary, join(home, 'nats.conf'), place, options.cores, flags)
  })
  async function ready(): Promise<void> {
    await Promise.all(servers.filter(({ isRunning }) => isRunning()).map((server) => server.ready()))
  }
  const stop = async () => {
    await Promise.all(servers.map((server) => server.kill()))
    rmSync(folder, { recursive: true, force: true })
  }
  for (const server of servers) server.start()
  try {
    await ready()
  } catch (error) {
    await stop()
    throw error
  }
  return { folder, urls: places.map(({ port }) => `127.0.0.1:${port}`), servers, ready, stop }
}

type Place = {
  readonly name: string
  readonly port: number
  readonly routePort: number
  readonly monitorPort: number
}

function oneServer(
  binary: NatsBinary,
  configFile: string,
  place: Place,
  cores: string | undefined,
  flags: readonly string[] = [],
) {
  let child: ChildProcess | undefined
  let said = ''
  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null
  return {
    ...place,
    isRunning,
    pid: () => child?.pid,
    start() {
      const command = [...(cores === undefined ? [] : ['taskset', '-c', cores]), binary.path]
      child = spawn(command[0] as string, [...command.slice(1), '-c', configFile, ...flags], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          ...process.env,
          NATS_PASSWORD: NATS_LOGIN.pass,
          NATS_SYSTEM_PASSWORD: NATS_SYSTEM_LOGIN.pass,
        },
      })
      child.stderr?.on('data', (data: Buffer) => {
        said = `${said}${data}`.slice(-20_000)
      })
    },
    async ready() {
      const end_ms = Date.now() + WITHIN_MS
      while (Date.now() < end_ms) {
        if (!isRunning()) assert.fail(`nats-server ended: ${said}`)
        const answer = await fetch(`http://127.0.0.1:${place.monitorPort}/healthz`).catch(() => undefined)
        if (answer?.ok === true) return
        await wait(LOOK_EVERY_MS)
      }
      assert.fail(`nats-server was not ready: ${said}`)
    },
    /** As a crash does. */
    kill: () => end('SIGKILL'),
    /** As a deployment does: what it leads it hands over first. */
    end: () => end('SIGTERM'),
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child === undefined || !isRunning()) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
}

function placeFlags(place: Place, places: readonly Place[]): readonly string[] {
  const routes = places.map(({ routePort }) => `nats-route://127.0.0.1:${routePort}`)
  const { name, port, routePort, monitorPort } = place
  const own = ['--addr', '127.0.0.1', '--port', `${port}`, '--http_port', `${monitorPort}`]
  const cluster = ['--cluster', `nats://127.0.0.1:${routePort}`, '--routes', routes.join(',')]
  return ['--name', name, ...own, ...cluster]
}

function configuration(
  { name, port, routePort, monitorPort }: Place,
  places: readonly Place[],
  home: string,
  { syncInterval = 'always', payload_bytes_max = 8_000_000 }: NatsOptions,
): string {
  const routes = places.map((place) => `nats-route://127.0.0.1:${place.routePort}`).join(', ')
  const cluster = `cluster { name: millrace, listen: "127.0.0.1:${routePort}", routes: [${routes}] }`
  return `
    server_name: ${name}
    listen: "127.0.0.1:${port}"
    http: "127.0.0.1:${monitorPort}"
    max_payload: ${payload_bytes_max}
    jetstream { store_dir: "${home}", sync_interval: ${syncInterval}, max_file: 20G, max_mem: 200M }
    accounts {
      MILLRACE { jetstream: enabled, users: [{ user: ${NATS_LOGIN.user}, password: ${NATS_LOGIN.pass} }] }
      SYSTEM { users: [{ user: ${NATS_SYSTEM_LOGIN.user}, password: ${NATS_SYSTEM_LOGIN.pass} }] }
    }
    system_account: SYSTEM
    ${places.length > 1 ? cluster : ''}
  `
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<readonly number[]> {
  const listening = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const ports = listening.map((server) => (server.address() as { port: number }).port)
  await Promise.all(listening.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
