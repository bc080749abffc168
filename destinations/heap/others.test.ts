// What others get wrong when they feed Heap, where an example alone cannot show ours. The list with the names of the
// others: examples/others.ts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonOf, requestsOf } from '../../core/destination.ts'
import type { JsonObject } from '../../core/event.ts'
import { readSettings } from '../../core/payload.ts'
import { sends } from '../testing.ts'
import { chapters } from './examples/chapters.ts'
import { track } from './examples/example.ts'
import { weakPoints } from './examples/others.ts'
import { heap } from './index.ts'
import { heapUnderTest, itemsOf } from './testing.ts'

const US = { appId: '11' }
const path = ({ url }: { readonly url: string }) => new URL(url).pathname

const tests: { readonly [name: string]: () => void } = {
  'a repeat has the same key': () => {
    const { batch, app } = heapUnderTest()
    batch([track({}, { messageId: 'm-1' })])
    batch([track({}, { messageId: 'm-1' })])
    assert.deepEqual([app()?.counts.accepted, app()?.counts.repeated], [1, 1])
  },

  'EU data goes to the EU address': () => {
    const identify = { type: 'identify', userId: 'ada', anonymousId: 'visitor-1' }
    const requests = sends(heap, { ...US, region: 'EU' }, [track({}), identify])
    assert.deepEqual(
      requests.map(({ url }) => url),
      ['/api/v1/identify', '/api/add_user_properties', '/api/track'].map(
        (path) => `https://c.eu.heap-api.com${path}`,
      ),
    )
  },

  'a thousand events are one request': () => {
    const calls = Array.from({ length: 1_001 }, () => track({}))
    const requests = sends(heap, US, calls)
    assert.deepEqual(
      requests.map((request) => Object.keys(jsonOf(request) as JsonObject)),
      [
        ['app_id', 'events'],
        ['app_id', 'events'],
      ],
    )
    assert.deepEqual(
      requests.map((request) => (jsonOf(request) as { events: unknown[] }).events.length),
      [1_000, 1],
    )
  },

  'a person is deleted, and the receipt kept': () => {
    const { batch, app, remembered } = heapUnderTest({
      settings: { ...US, apiKey: 'k' },
      actions: ['deleteUser'],
    })
    batch([track({})])
    batch([track({}, { event: 'User Deleted' })])
    assert.equal(app()?.kept.users, 0)
    const id = app()?.deletions[0]?.deletion_request_id
    assert.match(remembered.context.recall(`deletion:11:${id}`) ?? '', /^complete/)
  },

  'a short messageId makes a long enough key': () => {
    const { plan } = heapUnderTest({ settings: { ...US, anonymousEvents: 'Partner endpoint' } })
    const [request] = requestsOf(plan([track({}, { messageId: '1' })]))
    assert.ok(String(itemsOf(request!)[0]?.['idempotency_key']).length >= 8)
  },

  'no event name is special': () => {
    const names = ['click', 'change', 'submit', 'Page viewed', 'constructor', '__proto__']
    const { batch, app } = heapUnderTest()
    batch(names.map((event) => track({}, { event })))
    assert.deepEqual(
      app()?.events.map(({ event }) => event),
      names,
    )
  },

  'an answer that is no success is a retry or a refusal, never a loss': () => {
    const request = { method: 'POST', url: 'https://heapanalytics.com/api/track', json: {} } as const
    const statuses = Array.from({ length: 500 }, (_, n) => 100 + n).filter(
      (status) => status < 200 || status > 299,
    )
    for (const status of statuses) {
      const judged = heap.judge({ status, headers: {}, body: 'OK' }, request, 0)
      assert.ok(judged.status === 'retry' || judged.status === 'refused', String(status))
    }
    for (const body of ['', '{}', 'OK%', '{"error":"x"}', 'Bad request']) {
      assert.equal(heap.judge({ status: 200, headers: {}, body }, request, 0).status, 'delivered')
    }
  },

  'nothing is sent that nobody did': () => {
    const { plan } = heapUnderTest({ actions: ['setAccountProperties', 'mergeUsers', 'deleteUser'] })
    assert.deepEqual(plan([]), [])
  },

  'an App Id of letters is refused when it is entered': () => {
    assert.equal(readSettings(heap.settings, { appId: 'my-app' }).ok, false)
  },

  'each visit to a deletion begins with a fresh token': () => {
    const { batch, asked } = heapUnderTest({ settings: { ...US, apiKey: 'k' }, actions: ['deleteUser'] })
    batch([track({}, { event: 'User Deleted' })])
    const visits = asked.filter((one) => /user_deletion|deletion_status/.test(one)).length
    assert.equal(asked.filter((one) => one.endsWith('/auth_token')).length, visits)
  },

  "Heap's limits are declared": () => {
    const settings = readSettings(heap.settings, US)
    assert.ok(settings.ok)
    const limits = Object.values(heap.budgets?.(settings.values as never) ?? {})
    assert.deepEqual(
      limits.map(({ units_max, window_ms, scope }) => [units_max, window_ms, scope]),
      [
        [15_000, 60_000, 'instance'],
        [1_000, 60_000, 'subject'],
        [30, 30_000, 'subject'],
      ],
    )
    const singles = sends(heap, US, [track({})]).filter(
      (request) => !('events' in (jsonOf(request) as JsonObject)),
    )
    assert.deepEqual(singles.map(path), [])
  },
}

for (const [name, run] of Object.entries(tests)) test(`Heap: ${name}`, run)

test('each weak point of others names an example or a test that exists', () => {
  const examples = new Set(chapters.flatMap(({ rows }) => rows.map(({ title }) => title)))
  const lost = weakPoints.filter(({ example, test: name }) =>
    example === undefined ? !Object.hasOwn(tests, name ?? '') : !examples.has(example),
  )
  assert.deepEqual(lost, [])
  const used = new Set(weakPoints.map(({ test: name }) => name))
  assert.deepEqual(
    Object.keys(tests).filter((name) => !used.has(name)),
    [],
  )
})
