import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { SqlKind, SqlSettings } from '../../core/sql/settings.ts'
import { PAIRS } from '../http/tls.fixtures.ts'

/** A database of its own on this machine, with a user that may read. Its certificate is `PAIRS.first`. */
export type TestDatabase = {
  readonly kind: SqlKind
  /** Without TLS. */
  readonly settings: SqlSettings
  /** Runs statements as its administrator. */
  readonly run: (sql: string) => string
  readonly stop: () => Promise<void>
}
export const READER = { user: 'reader', password: "read'er-secret" } as const
const STARTS_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 100

/** Why the databases of this kind cannot be started here; false: they can. */
export function missing(kind: SqlKind): string | false {
  if (kind === 'mysql') {
    return existsSync(MARIADBD) ? false : 'MariaDB is not here: apt-get install -y mariadb-server'
  }
  return postgresqlFolder() === undefined ? 'PostgreSQL is not here: apt-get install -y postgresql' : false
}

export function startDatabase(kind: SqlKind): Promise<TestDatabase> {
  return kind === 'mysql' ? startMariadb() : startPostgresql()
}

const MARIADBD = '/usr/sbin/mariadbd'
const POSTGRESQL = '/usr/lib/postgresql'

function postgresqlFolder(): string | undefined {
  if (!existsSync(POSTGRESQL)) return undefined
  const folders = readdirSync(POSTGRESQL).map((version) => join(POSTGRESQL, version, 'bin'))
  return folders.toSorted().findLast((folder) => existsSync(join(folder, 'postgres')))
}

async function startPostgresql(): Promise<TestDatabase> {
  const bin = postgresqlFolder() ?? assert.fail('PostgreSQL is not here')
  const { folder, owner, port } = await place('postgres')
  const data = join(folder, 'data')
  const initdb = ['-D', data, '--auth=trust', '--encoding=UTF8', '--no-sync', '--username=admin']
  execFileSync(join(bin, 'initdb'), initdb, { ...owner, stdio: 'ignore', cwd: folder })
  const hba =
    'local all all trust\nhost all admin 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n'
  writeFileSync(join(data, 'pg_hba.conf'), hba)
  const flags = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1']
  const tls = [
    '-c',
    'ssl=on',
    '-c',
    `ssl_cert_file=${folder}/cert.pem`,
    '-c',
    `ssl_key_file=${folder}/key.pem`,
  ]
  const stop = await running(join(bin, 'postgres'), [...flags, '-c', 'fsync=off', ...tls], folder, owner)
  const psql = (sql: string) =>
    execFileSync(join(bin, 'psql'), ['-h', folder, '-p', String(port), '-U', 'admin', '-qAt', 'postgres'], {
      ...{ input: sql, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] },
    })
  await answers(() => psql('select 1'))
  psql(`create database shop; create role ${READER.user} login password '${READER.password.replace("'", "''")}';
    grant pg_read_all_data to ${READER.user}`)
  return {
    kind: 'postgresql',
    settings: settingsOf(port),
    run: (sql) => psql(`\\connect shop\n\\set ON_ERROR_STOP on\n${sql}`),
    stop,
  }
}

async function startMariadb(): Promise<TestDatabase> {
  const { folder, owner, port } = await place('mysql')
  const data = join(folder, 'data')
  const install = [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]
  execFileSync('mariadb-install-db', install, { ...owner, stdio: 'ignore', cwd: folder })
  const socket = join(folder, 'socket')
  const flags = ['--no-defaults', `--datadir=${data}`, `--port=${port}`, `--socket=${socket}`]
  const tls = [`--ssl-cert=${folder}/cert.pem`, `--ssl-key=${folder}/key.pem`]
  const more = [
    '--bind-address=127.0.0.1',
    '--innodb-flush-log-at-trx-commit=0',
    `--pid-file=${folder}/pid`,
    ...tls,
  ]
  const stop = await running(MARIADBD, [...flags, ...more], folder, owner)
  const run = (sql: string, ...database: readonly string[]) =>
    execFileSync('mariadb', ['--no-defaults', '-S', socket, '-u', 'root', '-N', '-B', ...database], {
      ...{ input: sql, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] },
    })
  await answers(() => run('select 1'))
  run(`create database shop character set utf8mb4;
    create user ${READER.user}@'%' identified by '${READER.password.replace("'", "''")}';
    grant select on shop.* to ${READER.user}@'%'`)
  return { kind: 'mysql', settings: settingsOf(port), run: (sql) => run(sql, 'shop'), stop }
}

function settingsOf(port: number): SqlSettings {
  return {
    ...{ host: '127.0.0.1', port, database: 'shop', ...READER, tls: 'off' },
    ...{ query: 'select 1 as id', call: { type: 'track' } },
  }
}

type Owner = { readonly uid?: number; readonly gid?: number }

/** A folder of the user that the engine runs as: neither runs as root. */
async function place(user: string): Promise<{ folder: string; owner: Owner; port: number }> {
  const folder = mkdtempSync(join(tmpdir(), `millrace-${user}-`))
  const isRoot = process.getuid?.() === 0
  const idOf = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }))
  const owner = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  writeFileSync(join(folder, 'cert.pem'), PAIRS.first.cert)
  writeFileSync(join(folder, 'key.pem'), PAIRS.first.key)
  chmodSync(join(folder, 'key.pem'), 0o600)
  for (const path of [folder, join(folder, 'cert.pem'), join(folder, 'key.pem')]) {
    if (owner.uid !== undefined && owner.gid !== undefined) chownSync(path, owner.uid, owner.gid)
  }
  return { folder, owner, port: await freePort() }
}

async function running(command: string, flags: readonly string[], folder: string, owner: Owner) {
  const child = spawn(command, flags, { ...owner, cwd: folder, stdio: 'ignore' })
  const ended = once(child, 'exit')
  return async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

async function answers(ask: () => unknown): Promise<void> {
  const end_ms = Date.now() + STARTS_WITHIN_MS
  for (;;) {
    try {
      ask()
      return
    } catch (error) {
      if (Date.now() > end_ms) throw error
      await wait(LOOK_EVERY_MS)
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
