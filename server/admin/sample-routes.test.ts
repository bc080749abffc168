import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../core/event.ts'
import { httpListener } from '../http/listener.ts'
import { memoryStore } from '../store/memory.ts'
import { adminRouter } from './router.ts'
import { sampleRoutes } from './sample-routes.ts'
import { anybody, asker } from './testing.ts'

test('made-up events are taken as from a client of the source; of a source that is not there, none', async () => {
  const store = memoryStore()
  const sources = [{ id: 'shop', name: 'Shop', kind: 'http', writeKey: 'shop-key' } as const]
  await store.apply({ sources, instances: [] })
  const taken: (readonly [string, readonly JsonObject[]])[] = []
  const server = httpListener({ body_bytes_max: 1_000, onFault: (error) => assert.fail(String(error)) })
  sampleRoutes(adminRouter(server, anybody), {
    store,
    take: async (writeKey, calls) => void taken.push([writeKey, calls]),
    now_ms: () => Date.UTC(2026, 0, 1),
  })
  const { ask, refused } = asker(server)
  const { events } = await ask('POST /admin/v1/sources/:id/sample-events', { params: { id: 'shop' } })
  assert.deepEqual(
    taken.map(([writeKey, calls]) => [writeKey, calls.length]),
    [['shop-key', events]],
  )
  const { status, code } = await refused('POST /admin/v1/sources/:id/sample-events', {
    params: { id: 'none' },
  })
  assert.deepEqual([status, code, taken.length], [404, 'NOT_FOUND', 1])
  await server.close()
})
