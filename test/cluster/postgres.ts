import { spawn, spawnSync } from 'node:child_process'
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why tests of PostgreSQL are skipped; false where they can run. */
export const POSTGRES_MISSING: string | false =
  findPrograms() === undefined
    ? 'PostgreSQL is not installed: apt-get install postgresql, or set POSTGRES_BIN to the folder of its programs'
    : false

export type ScratchPostgres = {
  /** The address of a schema that nobody has used. */
  readonly newUrl: () => string
  readonly url: (schema: string) => string
  readonly port: number
  /** Of its first process, whose children the others are. */
  readonly pid: () => number
  /** Ends the server as a power cut would end it for those who are connected; `restart` brings it back. */
  readonly stop: (how?: 'SIGINT' | 'SIGQUIT') => Promise<void>
  readonly restart: () => Promise<void>
  readonly remove: () => Promise<void>
}

/** A server of its own on loopback, with a private port and folder, without regard to the disk: for tests. */
export async function scratchPostgres({ isDurable = false } = {}): Promise<ScratchPostgres> {
  const bin = findPrograms()
  if (bin === undefined) throw new Error(String(POSTGRES_MISSING))
  const folder = mkdtempSync(join(tmpdir(), 'millrace-postgres-'))
  const user = serverUser()
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid ?? 0)
  const data = join(folder, 'data')
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'millrace', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...user, cwd: folder, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const port = await freePort()
  const url = (schema: string) => `postgres://millrace@127.0.0.1:${port}/postgres?schema=${schema}`
  let server = await start()
  let schemas = 0

  async function start() {
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '60' }
    const quick = isDurable ? {} : { fsync: 'off', full_page_writes: 'off' }
    const flags = Object.entries({ ...settings, ...quick }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ])
    const child = spawn(join(bin as string, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
      ...user,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await new Promise<void>((resolve, reject) => {
      let told = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        told = `${told}${text}`.slice(-20_000)
        if (told.includes('database system is ready to accept connections')) resolve()
      })
      child.once('exit', (code) => reject(new Error(`postgres ended (${code}): ${told}`)))
      child.once('error', reject)
    })
    return child
  }
  async function stop(how: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill(how)
    await ended
  }
  return {
    ...{ url, port, stop, pid: () => server.pid ?? 0 },
    newUrl() {
      schemas += 1
      return url(`scratch_${schemas}`)
    },
    async restart() {
      await stop()
      server = await start()
    },
    async remove() {
      await stop('SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package has made. */
export function serverUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  return { uid: idOf('-u'), gid: idOf('-g') }
}

export function findPrograms(): string | undefined {
  const given = process.env['POSTGRES_BIN']
  const found =
    given === undefined ? globSync('/usr/lib/postgresql/*/bin/postgres') : [join(given, 'postgres')]
  const newest = found.sort((a, b) => a.localeCompare(b, undefined, { numeric: true })).at(-1)
  return newest?.slice(0, -'/postgres'.length)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
