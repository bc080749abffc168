// The example configurations of NATS, PostgreSQL and the proxy are ones that these servers take, and that Millrace takes.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { jetstreamLog } from '../../server/log/jetstream.ts'
import { NATS_LOGIN, NATS_SYSTEM_LOGIN, startNats } from '../cluster/nats.ts'
import { findNats, NO_NATS } from '../cluster/nats-binary.ts'
import { findPrograms, POSTGRES_MISSING, serverUser } from '../cluster/postgres.ts'

const nats = findNats()

test('three NATS servers with the example configuration are fit for the log, and keep an event', {
  skip: nats === undefined ? NO_NATS : false,
}, async () => {
  assert.ok(nats)
  const servers = await startNats(nats, {
    servers: 3,
    shipped: readFileSync('deploy/nats/nats-server.conf', 'utf8'),
  })
  try {
    const log = await jetstreamLog({
      servers: servers.urls,
      login: NATS_LOGIN,
      systemLogin: NATS_SYSTEM_LOGIN,
      replicas: 3,
    })
    await log.append([{ key: 'ada', text: '{}', fingerprint: { high: 1, low: 1 } }])
    await log.close()
  } finally {
    await servers.stop()
  }
})

const rows: readonly [what: string, added: string, isTaken: boolean][] = [
  ['as it is written', '', true],
  ['not with a setting that there is not', 'wal_compresion = on', false],
  ['not with a value that is none', 'max_wal_size = much', false],
]
for (const [what, added, isTaken] of rows) {
  test(`PostgreSQL takes the example configuration, ${what}`, { skip: POSTGRES_MISSING }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-postgres-conf-'))
    try {
      const file = join(folder, 'postgresql.conf')
      writeFileSync(file, `${readFileSync('deploy/postgres/postgresql.conf', 'utf8')}\n${added}\n`)
      chmodSync(folder, 0o755)
      const program = join(findPrograms() as string, 'postgres')
      const flags = ['-D', folder, '-C', 'max_connections', '-c', `config_file=${file}`]
      const { status, stdout, stderr } = spawnSync(program, flags, { ...serverUser(), encoding: 'utf8' })
      assert.equal(status === 0, isTaken, stderr)
      if (isTaken) assert.equal(stdout.trim(), '500')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}

const hasProxy = spawnSync('haproxy', ['-v']).status === 0
test('haproxy finds nothing wrong with the example configuration', {
  skip: hasProxy ? false : 'haproxy is not here; on Debian: apt-get install haproxy',
}, () => {
  const { status, stderr } = spawnSync('haproxy', ['-c', '-f', 'deploy/haproxy/haproxy.cfg'], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
})
