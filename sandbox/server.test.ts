import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import type { FaultRule } from './fault-rules.ts'
import { makeFaults } from './faults.ts'
import { makeHeap } from './heap.ts'
import { sandboxPlugin, startSandbox } from './server.ts'

const ada = { app_id: '11', identity: 'ada', event: 'Signed Up', idempotency_key: 'k1' }

/** The sandbox as the product mounts it: under a prefix, in a server that has a parser of its own. */
async function mounted(t: TestContext, rules: readonly FaultRule[] = []) {
  const heap = makeHeap()
  const app = Fastify()
  t.after(() => app.close())
  await app.register(sandboxPlugin, { prefix: '/sandbox', heap, faults: makeFaults(rules) })
  const post = (path: string, payload: object | string, type = 'application/json') =>
    app.inject({ method: 'POST', url: `/sandbox${path}`, headers: { 'content-type': type }, payload })
  return { app, heap, post }
}

async function started(t: TestContext, rules: readonly FaultRule[] = []) {
  const sandbox = await startSandbox({ faults: makeFaults(rules) })
  t.after(() => sandbox.close())
  const track = () =>
    fetch(`${sandbox.url}/api/track`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ada),
    })
  return { ...sandbox, track }
}

describe('the API', () => {
  test('answers {} for an event, and OK as text for an account', async (t) => {
    const { post } = await mounted(t)
    const event = await post('/api/track', ada)
    assert.deepEqual([event.statusCode, event.body], [200, '{}'])
    const account = await post('/api/add_account_properties', { app_id: '11', account_id: 'A' })
    assert.deepEqual([account.statusCode, account.body], [200, 'OK'])
    assert.match(account.headers['content-type'] as string, /^text\/plain/)
  })

  const unreadable: readonly (readonly [string, string, type?: string])[] = [
    ['half of a body', '{"app_id":"11"'],
    ['an empty body', ''],
    ['a body of another type', JSON.stringify(ada), 'application/x-www-form-urlencoded'],
  ]
  for (const [title, payload, type] of unreadable) {
    test(`refuses ${title}`, async (t) => {
      const { post } = await mounted(t)
      const { statusCode, body } = await post('/api/track', payload, type)
      assert.deepEqual([statusCode, /not JSON/.test(body)], [400, true])
    })
  }

  test('knows what it does not have: 404, and 405 for another method', async (t) => {
    const { app } = await mounted(t)
    assert.equal((await app.inject({ method: 'POST', url: '/sandbox/api/nothing' })).statusCode, 404)
    const { statusCode, headers } = await app.inject('/sandbox/api/track')
    assert.deepEqual([statusCode, headers.allow], [405, 'POST'])
  })

  test('takes a body of more than a megabyte, and none of more than ten', async (t) => {
    const { post } = await mounted(t)
    const ofBytes = (bytes: number) => JSON.stringify({ ...ada, unknown: 'x'.repeat(bytes) })
    assert.equal((await post('/api/track', ofBytes(2_000_000))).statusCode, 200)
    assert.equal((await post('/api/track', ofBytes(10_000_000))).statusCode, 413)
  })
})

describe('the state', () => {
  test('is JSON by app, newest first, and in order of arrival when asked', async (t) => {
    const { app, post } = await mounted(t)
    const events = Array.from({ length: 101 }, (_, number) => ({ identity: 'ada', event: `${number}` }))
    await post('/api/track', { app_id: '11', events })
    const names = async (query: string) =>
      (await app.inject(`/sandbox/state${query}`))
        .json()
        .apps['11'].events.map((each: { event: string }) => each.event)
    const newest = await names('')
    assert.deepEqual([newest.length, newest[0]], [100, '100'])
    assert.deepEqual(await names('?limit=2'), ['100', '99'])
    assert.deepEqual(await names('?order=arrival&limit=2'), ['99', '100'])
    const all = await names('?order=arrival&all=1')
    assert.deepEqual([all.length, all[0]], [101, '0'])
  })
  test('is of one person when asked, in order of when it happened', async (t) => {
    const { app, post } = await mounted(t)
    const at = (event: string, timestamp: string, identity = 'ada') => ({ identity, event, timestamp })
    const events = [at('b', '2026-01-02'), at('c', '2026-01-01', 'bob'), at('a', '2026-01-01')]
    await post('/api/track', { app_id: '11', events })
    const view = (await app.inject('/sandbox/state?identity=ada&order=timestamp')).json().apps['11']
    assert.deepEqual(
      view.events.map(({ event }: { event: string }) => event),
      ['a', 'b'],
    )
  })
  for (const query of ['limit=0', 'limit=ten', 'order=oldest']) {
    test(`is not shown for ${query}`, async (t) => {
      const { app } = await mounted(t)
      assert.equal((await app.inject(`/sandbox/state?${query}`)).statusCode, 400)
    })
  }
  test('is empty after a reset', async (t) => {
    const { app, heap, post } = await mounted(t)
    await post('/api/track', ada)
    assert.equal((await app.inject({ method: 'POST', url: '/sandbox/reset' })).statusCode, 204)
    assert.equal(heap.state().requests, 0)
  })
})

describe('faults', () => {
  test('are put, shown and deleted', async (t) => {
    const { app, post } = await mounted(t)
    const put = (payload: object) => app.inject({ method: 'PUT', url: '/sandbox/faults', payload })
    const rules = [{ status: 429, retryAfter_s: 2, times: 5 }]
    assert.equal((await put({ rules })).statusCode, 200)
    const { statusCode, headers } = await post('/api/track', ada)
    assert.deepEqual([statusCode, headers['retry-after']], [429, '2'])
    assert.deepEqual((await app.inject('/sandbox/faults')).json(), { rules, applied: [1] })
    assert.equal((await put({ rules: [{ latency: 1 }] })).statusCode, 400)
    assert.equal((await put([])).statusCode, 400)
    assert.deepEqual((await app.inject('/sandbox/faults')).json().rules, rules)
    await app.inject({ method: 'DELETE', url: '/sandbox/faults' })
    assert.equal((await post('/api/track', ada)).statusCode, 200)
  })
  test('with a status leave the request unprocessed', async (t) => {
    const { heap, post } = await mounted(t, [{ status: 500 }])
    await post('/api/track', ada)
    assert.equal(heap.state().requests, 0)
  })
  test('that refuse an event refuse its request, and no other', async (t) => {
    const { heap, post } = await mounted(t, [{ refuseEvents: 'Poison' }])
    const bulk = (...names: string[]) => ({
      app_id: '11',
      events: names.map((event) => ({ identity: 'a', event })),
    })
    assert.equal((await post('/api/track', bulk('Viewed', 'Poison'))).statusCode, 400)
    assert.equal((await post('/api/track', bulk('Viewed'))).statusCode, 200)
    assert.equal(heap.counts('11')?.accepted, 1)
  })
  test('that lose the response process the request once, however often it is sent again', async (t) => {
    const { heap, track } = await started(t, [{ loseResponse: true, times: 1 }])
    await assert.rejects(track())
    assert.equal(heap.counts('11')?.accepted, 1)
    assert.equal((await track()).status, 200)
    assert.deepEqual([heap.counts('11')?.accepted, heap.counts('11')?.repeated], [1, 1])
  })
})

describe('settings', () => {
  test('are put one by one, shown, and outlive a reset', async (t) => {
    const { app, post } = await mounted(t)
    const put = (payload: object) => app.inject({ method: 'PUT', url: '/sandbox/settings', payload })
    assert.equal((await app.inject('/sandbox/settings')).json().limits, 'count')
    assert.equal((await put({ limits: 'refuse' })).json().limits, 'refuse')
    assert.equal((await put({ requireAccountKey: true })).json().limits, 'refuse')
    await app.inject({ method: 'POST', url: '/sandbox/reset' })
    assert.equal(
      (await post('/api/add_account_properties', { app_id: '11', account_id: 'A' })).statusCode,
      400,
    )
  })
  const rows: readonly (readonly [string, object])[] = [
    ['a name that is none', { limit: 'off' }],
    ['limits of another kind', { limits: 'on' }],
    ['no polls', { deletionPolls: 0 }],
    ['keys that are no list', { apiKeys: 'a' }],
    ['a list', []],
  ]
  for (const [title, payload] of rows) {
    test(`are not taken with ${title}`, async (t) => {
      const { app, heap } = await mounted(t)
      const { statusCode } = await app.inject({ method: 'PUT', url: '/sandbox/settings', payload })
      assert.deepEqual([statusCode, heap.settings().limits], [400, 'count'])
    })
  }
})

describe('over HTTP', () => {
  test('a person is deleted with a token, which is sent as a header', async (t) => {
    const { app, post } = await mounted(t)
    await post('/api/track', ada)
    const api = '/sandbox/api/public/v0'
    const authorization = `Basic ${btoa('11:a-key')}`
    const token = (
      await app.inject({ method: 'POST', url: `${api}/auth_token`, headers: { authorization } })
    ).json().access_token
    const headers = { authorization: `Bearer ${token}` }
    const payload = { users: [{ identity: 'ada' }] }
    const asked = await app.inject({ method: 'POST', url: `${api}/user_deletion`, headers, payload })
    assert.equal(asked.statusCode, 201)
    const url = `${api}/deletion_status/${asked.json().deletion_request_id}`
    await app.inject({ url, headers })
    assert.equal((await app.inject({ url, headers })).json().status, 'complete')
    assert.deepEqual((await app.inject('/sandbox/state')).json().apps['11'].users, [])
    const wrong = await app.inject({ method: 'POST', url, headers })
    assert.deepEqual([wrong.statusCode, wrong.headers.allow], [405, 'GET'])
  })
  test('a request over a budget is 429', async (t) => {
    const sandbox = await startSandbox({ limits: 'refuse', now_ms: () => 0 })
    t.after(() => sandbox.close())
    const statuses = new Set<number>()
    for (let n = 0; n < 31; n++) {
      const { status } = await fetch(`${sandbox.url}/api/track`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ app_id: '11', identity: 'ada', event: 'Viewed' }),
      })
      statuses.add(status)
    }
    assert.deepEqual([...statuses], [200, 429])
    assert.equal(sandbox.heap.counts('11')?.breaches.singleTrack, 1)
  })
})

test('closing ends a request that waits for a late answer', { timeout: 10_000 }, async (t) => {
  const { track, close, faults } = await started(t)
  assert.equal((await track()).status, 200)
  faults.replace([{ latency_ms: 600_000 }])
  const answer = track().then(
    () => 'answered',
    () => 'ended',
  )
  while (faults.rules()[0]?.applied === 0) await new Promise(setImmediate)
  await close()
  assert.match(await answer, /answered|ended/)
})

describe('the page', () => {
  const load = async (t: TestContext, url = '/sandbox/') => (await mounted(t)).app.inject(url)

  test('is one file, at the prefix with and without a slash', async (t) => {
    for (const url of ['/sandbox/', '/sandbox']) {
      const { statusCode, headers, body } = await load(t, url)
      assert.deepEqual([statusCode, headers['content-type']], [200, 'text/html; charset=utf-8'])
      assert.match(body, /<h1>Sandbox Heap<\/h1>/)
    }
  })
  test('asks nobody else for anything', async (t) => {
    const { body } = await load(t)
    assert.doesNotMatch(body, /https?:\/\/|src=|@import|url\(/)
    assert.deepEqual(body.match(/<link[^>]*>/g), ['<link rel="icon" href="data:,">'])
  })
  test('shows texts as texts', async (t) => {
    const { body } = await load(t)
    assert.doesNotMatch(body, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b/)
  })
  test('may run its own script and style only', async (t) => {
    const { body, headers } = await load(t)
    for (const tag of ['script', 'style']) {
      const text = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(body)?.[1] ?? ''
      const hash = createHash('sha256').update(text).digest('base64')
      assert.ok(`${headers['content-security-policy']}`.includes(`${tag}-src 'sha256-${hash}'`))
    }
  })
  test('has a script that a browser can read', async (t) => {
    const script = /<script>([\s\S]*?)<\/script>/.exec((await load(t)).body)?.[1] ?? ''
    assert.doesNotThrow(() => new Function(script))
    assert.match(script, /document\.hidden/)
  })
})
