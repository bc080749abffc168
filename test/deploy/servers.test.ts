// The example configurations of NATS, PostgreSQL and the proxy are ones that these servers take, and that Millrace takes.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
  const servers = await startNats(nats, { servers: 3, shipped: 'deploy/nats/nats-server.conf' })
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

const SETTINGS = [
  ...readFileSync('deploy/postgres/postgresql.conf', 'utf8').matchAll(/^(\w+) = '?([^'\n]+)'?$/gm),
]

test('PostgreSQL takes the example configuration as it is written', { skip: POSTGRES_MISSING }, () => {
  const bin = findPrograms()
  const folder = mkdtempSync(join(tmpdir(), 'millrace-postgres-conf-'))
  try {
    const file = join(folder, 'postgresql.conf')
    copyFileSync('deploy/postgres/postgresql.conf', file)
    chmodSync(folder, 0o755)
    assert.ok(SETTINGS.length > 15)
    for (const [, name = ''] of SETTINGS) {
      const { status, stderr } = spawnSync(
        join(bin as string, 'postgres'),
        ['-C', name, '-c', `config_file=${file}`, '-c', `data_directory=${folder}`],
        { ...serverUser(), encoding: 'utf8' },
      )
      assert.equal(status, 0, `${name}: ${stderr}`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const hasProxy = spawnSync('haproxy', ['-v']).status === 0
test('haproxy finds nothing wrong with the example configuration', {
  skip: hasProxy ? false : 'haproxy is not here; on Debian: apt-get install haproxy',
}, () => {
  const { status, stderr } = spawnSync('haproxy', ['-c', '-f', 'deploy/haproxy/haproxy.cfg'], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
})
