import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import type { Configuration } from '../core/configuration.ts'
import { startApp } from './app.ts'
import { readServerConfig } from './config.ts'
import { sqliteStore } from './store/sqlite.ts'

/** A server that sends to Heap from a page that it has not. */
const WRONG: Configuration = {
  sources: [{ id: 'backend', name: 'Backend', kind: 'node', writeKey: 'backend-key' }],
  instances: [
    {
      id: 'web',
      kind: 'heap-web',
      name: 'Heap',
      enabled: true,
      sources: ['backend'],
      settings: { appId: '11' },
      subscriptions: [],
    },
  ],
}

for (const [title, stored, configuration] of [
  ['that it is given', undefined, WRONG],
  ['that was stored', WRONG, undefined],
] as const) {
  test(`a server does not start with a connection that cannot be, in a configuration ${title}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-app-'))
    const file = join(folder, 'store.db')
    if (stored !== undefined) {
      const store = sqliteStore(file)
      await store.apply(stored)
      await store.close()
    }
    const config = readServerConfig({ data: folder, port: '0', 'admin-port': '0' }, {})
    const start = () => startApp({ config, version: '1', logger: pino({ level: 'silent' }), configuration })
    await assert.rejects(start, { code: 'CONNECTION_INVALID' })
    // It let go of the folder, so the next start says the same and not that the folder is in use.
    await assert.rejects(start, { code: 'CONNECTION_INVALID' })
    rmSync(folder, { recursive: true })
  })
}
