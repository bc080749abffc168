import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { type NewDeletion, NO_COUNTS } from '../../core/persons/deletion.ts'
import { catalogue } from '../../destinations/index.ts'
import { httpListener } from '../http/listener.ts'
import { memoryStore } from '../store/memory.ts'
import { instance, source } from '../store/store.fixtures.ts'
import { type Persons, personRoutes } from './person-routes.ts'
import { adminRouter } from './router.ts'
import { anybody, asker } from './testing.ts'

const person = { userId: 'ada-lovelace' }

describe('the routes about people', () => {
  let server: FastifyInstance
  let ask: ReturnType<typeof asker>
  const begun: Parameters<Persons['begin']>[0][] = []

  beforeEach(async () => {
    const store = memoryStore()
    await store.apply({
      sources: [source('site')],
      instances: [instance('heap'), instance('hook', { kind: 'webhook' })],
    })
    const persons: Persons = {
      find: async () => ({
        ...{ ids: { userIds: ['ada-lovelace'], anonymousIds: [], emails: [] }, shared: [], events: 1 },
        ...{ sources: [{ source: 'site', events: 1 }], destinations: [], isWhole: true },
      }),
      async begin(asked) {
        begun.push(asked)
        const deletion: NewDeletion = {
          ...{ at_ms: 0, by: asked.by, suppress: asked.suppress, state: 'running', stage: 'finding' },
          ...{ person: { kind: 'userId', hash: 'h', masked: 'ad…' }, idCount: 1, found: NO_COUNTS, told: [] },
          ...{
            place: { chunk: 0, last: 0 },
            ids: { userIds: ['ada-lovelace'], anonymousIds: [], emails: [] },
          },
        }
        return store.addDeletion(deletion)
      },
      hash: (kind, id) => `${kind} ${id}`,
      async suppress(ids, author) {
        const all = ids.map(([kind, id]) => ({ hash: `${kind} ${id}`, kind, masked: 'ad…', ...author }))
        await store.suppress(all)
        return all
      },
      unsuppress: store.unsuppress,
    }
    server = httpListener({ body_bytes_max: 100_000, onFault: (error) => assert.fail(String(error)) })
    personRoutes(adminRouter(server, anybody), { store, persons, catalogue, now_ms: () => 0 })
    ask = asker(server)
  })
  afterEach(() => server.close())

  test('a deletion is begun by whoever asks, and shows nobody’s ids', async () => {
    const body = { person, suppress: true, destinations: ['heap', 'heap'] }
    const deletion = await ask.ask('POST /admin/v1/persons/deletions', { body })
    assert.deepEqual(begun.at(-1), { person, suppress: true, destinations: ['heap'], by: 'somebody' })
    const one = await ask.ask('GET /admin/v1/persons/deletions/:id', { params: { id: String(deletion.id) } })
    assert.deepEqual(one, deletion)
    const list = await ask.ask('GET /admin/v1/persons/deletions')
    assert.equal(list.deletions.length, 1)
    assert.ok(!JSON.stringify(list).includes('ada-lovelace'))
  })

  test('a destination that cannot delete anybody, or is not there, is refused', async () => {
    const refused = (destinations: string[]) =>
      ask.refused('POST /admin/v1/persons/deletions', { body: { person, destinations } })
    assert.equal((await refused(['hook'])).code, 'QUERY_INVALID')
    assert.equal((await refused(['none'])).code, 'NOT_FOUND')
  })

  test('somebody is suppressed, shown as that when looked for, and taken off again', async () => {
    const before = await ask.ask('POST /admin/v1/persons/find', { body: { person } })
    assert.deepEqual([before.events, before.suppressed], [1, false])
    const added = await ask.ask('POST /admin/v1/persons/suppressed', { body: { person } })
    assert.equal(added.by, 'somebody')
    assert.equal((await ask.ask('POST /admin/v1/persons/find', { body: { person } })).suppressed, true)
    const params = { hash: added.hash }
    assert.deepEqual(await ask.ask('GET /admin/v1/persons/suppressed'), { suppressed: [added] })
    assert.deepEqual(await ask.ask('DELETE /admin/v1/persons/suppressed/:hash', { params }), {
      removed: true,
    })
    const again = await ask.refused('DELETE /admin/v1/persons/suppressed/:hash', { params })
    assert.equal(again.code, 'NOT_FOUND')
  })

  test('two ids at once, or none, are no person', async () => {
    for (const wrong of [{}, { userId: '' }, { userId: 'a', email: 'b' }]) {
      const answer = await ask.refused('POST /admin/v1/persons/find', { body: { person: wrong } })
      assert.equal(answer.code, 'QUERY_INVALID')
    }
  })
})
