import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pino } from 'pino'
import { startApp } from './app.ts'
import { readServerConfig } from './config.ts'
import { watchHealth } from './health.ts'
import { memoryLedger } from './ledger/memory.ts'
import { memoryLog } from './log/memory.ts'
import { checkRoles, EVERY_ROLE, ROLES, readRoles } from './roles.ts'

describe('roles', () => {
  const rows: readonly [text: string, roles: readonly string[] | undefined][] = [
    ['all', ROLES],
    ['ingest', ['ingest']],
    [' admin , indexer ', ['admin', 'indexer']],
    ['', undefined],
    ['ingest,all', undefined],
    ['deliver', undefined],
  ]
  for (const [text, roles] of rows) {
    test(`"${text}" is ${roles?.join(' and ') ?? 'nothing'}`, () => {
      assert.deepEqual(readRoles(text), roles && new Set(roles))
    })
  }

  test('are all of them with the embedded engine, and any where several processes share one', () => {
    checkRoles(EVERY_ROLE, false)
    checkRoles(new Set(['indexer']), true)
    assert.throws(() => checkRoles(new Set(['ingest', 'admin']), false), {
      code: 'ROLES_NEED_CLUSTER',
      details: { missing: 'delivery, indexer' },
    })
  })

  test('a server that was given some of them does not start, and leaves no data folder behind', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'millrace-roles-')), 'data')
    const config = readServerConfig({ data: folder, port: '0', 'admin-port': '0', roles: 'ingest' }, {})
    const start = startApp({
      ...{ config, version: '1', logger: pino({ level: 'silent' }), configuration: undefined },
    })
    await assert.rejects(start, { code: 'ROLES_NEED_CLUSTER' })
    rmSync(folder, { recursive: true, force: true })
  })
})

describe('whether a process is ready depends on its roles alone:', () => {
  const rows: readonly [roles: string, checks: readonly string[]][] = [
    ['all', ['log', 'disk', 'store', 'ledger', 'delivery', 'stopping']],
    ['ingest', ['log', 'disk', 'store', 'stopping']],
    ['delivery', ['store', 'ledger', 'delivery', 'stopping']],
    ['indexer', ['store', 'ledger', 'delivery', 'stopping']],
    ['admin', ['disk', 'store', 'ledger', 'delivery', 'stopping']],
  ]
  const healthOf = (roles: string) =>
    watchHealth({
      ...{ log: memoryLog(), ledger: memoryLedger(), roles: readRoles(roles) ?? assert.fail() },
      ...{ free_bytes: async () => 1, diskFree_bytes_min: 0, isDelivering: () => true },
    })
  for (const [roles, checks] of rows) {
    test(roles, async () => {
      const health = healthOf(roles)
      const readiness = await health.readiness()
      health.stop()
      assert.deepEqual([readiness.ready, Object.keys(readiness.checks)], [true, checks])
    })
  }

  test('one that is to stop is not ready while it still takes events', async () => {
    const health = healthOf('all')
    health.leave()
    assert.deepEqual([(await health.readiness()).ready, health.unwell()], [false, undefined])
    health.stop()
    assert.deepEqual([(await health.readiness()).ready, health.unwell()], [false, 'SHUTTING_DOWN'])
  })
})
