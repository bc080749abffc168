import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ownPaths } from '../../core/page-paths.ts'
import { snippets } from '../../core/snippets.ts'
import { httpListener } from '../http/listener.ts'
import { memoryStore } from '../store/memory.ts'
import { adminRouter } from './router.ts'
import { snippetRoutes } from './snippet-routes.ts'
import { anybody } from './testing.ts'

const HOST = 'https://events.example.com'
const WREN = ownPaths('/wren')

async function ask(query: string, own: typeof WREN | undefined) {
  const store = memoryStore()
  await store.apply({
    sources: [
      { id: 'website', name: 'Website', kind: 'javascript', writeKey: 'website-key' },
      { id: 'backend', name: 'Backend', kind: 'node', writeKey: 'backend-key' },
    ],
    instances: [],
  })
  const server = httpListener({ body_bytes_max: 1_000, onFault: (error) => assert.fail(String(error)) })
  snippetRoutes(adminRouter(server, anybody), { store, host: () => HOST, ownPaths: own })
  const answer = await server.inject(`/admin/v1/snippets${query}`)
  await server.close()
  return { status: answer.statusCode, body: answer.json() }
}

describe('GET /admin/v1/snippets', () => {
  const usual = snippets({ host: HOST, writeKey: 'website-key' })
  test('gives what a site of the source needs', async () => {
    const { status, body } = await ask('?source=website', undefined)
    assert.deepEqual([status, body], [200, { host: HOST, usual }])
  })
  test('also with the path of one’s own', async () => {
    const { body } = await ask('?source=website', WREN)
    const own = snippets({ host: HOST, writeKey: 'website-key', paths: WREN })
    assert.deepEqual(body, { host: HOST, usual, own })
  })
  const wrong = [
    ['', 400, 'QUERY_INVALID'],
    ['?source=website&source=backend', 400, 'QUERY_INVALID'],
    ['?source=elsewhere', 404, 'NOT_FOUND'],
    ['?source=backend', 400, 'QUERY_INVALID'],
  ] as const
  for (const [query, status, code] of wrong) {
    test(`is ${status} ${code} for ${query || 'no source'}`, async () => {
      const answer = await ask(query, undefined)
      assert.deepEqual([answer.status, answer.body.error.code], [status, code])
    })
  }
})
