import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { catalogue } from '../../destinations/index.ts'
import { httpListener } from '../http/listener.ts'
import { memoryLedger } from '../ledger/memory.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { configurator } from './configurator.ts'
import { adminRouter } from './router.ts'
import { sourceRoutes } from './source-routes.ts'
import { anybody, asker } from './testing.ts'

describe('the settings of a database', () => {
  let store: Store
  let asked: ReturnType<typeof asker>
  let forgotten: string[]
  let close: () => Promise<void>
  beforeEach(() => {
    store = memoryStore()
    forgotten = []
    const server = httpListener({ body_bytes_max: 1_000_000, onFault: (error) => assert.fail(String(error)) })
    const configure = configurator({ store, catalogue, now_ms: () => 0, onChange: () => {} })
    const forget = async (id: string) => {
      forgotten.push(id)
    }
    sourceRoutes(adminRouter(server, anybody), {
      store,
      ledger: memoryLedger(),
      configurator: configure,
      forget,
    })
    asked = asker(server)
    close = () => server.close()
  })
  afterEach(() => close())

  test('a database keeps its password, shows none, and gives it to no other server', async () => {
    const body = { name: 'Orders', kind: 'postgresql' }
    await asked.ask('POST /admin/v1/sources', { body })
    await asked.ask('POST /admin/v1/sources', { body: { name: 'Website', kind: 'javascript' } })
    assert.deepEqual(forgotten, ['orders'])
    const params = { id: 'orders' }
    const sql = {
      ...{ host: 'db.example.com', database: 'shop', user: 'reader', password: 'planted-secret' },
      ...{ query: 'select 1', call: { type: 'track' } },
    }
    const change = (next: object) => ({ params, body: { sql: { ...sql, ...next } } })
    const { saved } = await asked.ask('PATCH /admin/v1/sources/:id', change({}))
    assert.equal(saved.sql?.password, '***')
    const kept = async () => (await store.read()).sources.find(({ id }) => id === 'orders')?.sql
    await asked.ask('PATCH /admin/v1/sources/:id', change({ password: '***', query: 'select 2' }))
    assert.deepEqual(await kept(), { ...sql, query: 'select 2' })
    for (const other of [{ host: 'evil.example.com' }, { user: 'other' }, { port: 6_000 }]) {
      const refused = await asked.refused(
        'PATCH /admin/v1/sources/:id',
        change({ password: '***', ...other }),
      )
      assert.equal(refused.code, 'CONFIG_INVALID')
      assert.deepEqual(refused.details.problems[0].at, ['sql', 'password'])
    }
    const wrong = await asked.refused('PATCH /admin/v1/sources/:id', change({ query: 'drop table x' }))
    assert.deepEqual(wrong.details.problems[0].at, ['sql', 'query'])
    const elsewhere = { params: { id: 'website' }, body: { sql } }
    assert.equal((await asked.refused('PATCH /admin/v1/sources/:id', elsewhere)).code, 'CONFIG_INVALID')
    assert.deepEqual((await kept())?.password, 'planted-secret')
  })
})
