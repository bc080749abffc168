import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { JsonObject } from '../../core/event.ts'
import { catalogue } from '../../destinations/index.ts'
import { startSandbox } from '../../sandbox/server.ts'
import { httpSender } from '../delivery/send.ts'
import { httpListener } from '../http/listener.ts'
import { addressRule } from '../net/address-rule.ts'
import { memoryStore } from '../store/memory.ts'
import { adminRouter } from './router.ts'
import { type TestAnswer, testRoutes } from './test-routes.ts'
import { anybody } from './testing.ts'

const sandbox = await startSandbox()
const sender = httpSender({ connections: 1, rule: addressRule(['loopback']) })
const server = httpListener({ body_bytes_max: 100_000, onFault: (error) => assert.fail(String(error)) })

before(async () => {
  const store = memoryStore()
  await store.apply({
    sources: [],
    instances: [
      {
        id: 'main',
        kind: 'heap',
        name: 'Heap',
        enabled: true,
        sources: [],
        settings: { appId: '11', apiUrl: sandbox.url },
        subscriptions: [],
      },
    ],
  })
  testRoutes(adminRouter(server, anybody), { store, catalogue, send: sender.send })
})
beforeEach(() => {
  sandbox.heap.reset()
  sandbox.faults.replace([])
})
after(async () => {
  await server.close()
  await sender.close()
  await sandbox.close()
})

async function post(body: object): Promise<{ readonly status: number; readonly answer: TestAnswer }> {
  const { statusCode, body: text } = await server.inject({
    method: 'POST',
    url: '/admin/v1/test',
    payload: JSON.stringify(body),
  })
  return { status: statusCode, answer: JSON.parse(text) }
}
const requests = () => sandbox.heap.counts('11')?.requests ?? 0

describe('POST /admin/v1/test', () => {
  test('shows the request, and sends nothing', async () => {
    const { answer } = await post({ destination: 'main' })
    const [request] = answer.explanation.requests
    assert.equal(request?.url, `${sandbox.url}/api/track`)
    const body = request?.json as { events: JsonObject[] } | undefined
    const event = body?.events[0]
    assert.equal(event?.['event'], 'Millrace connection test')
    assert.equal(event?.['identity'], undefined)
    assert.deepEqual(answer.attempts, [])
    assert.equal(requests(), 0)
  })

  test('sends one event on an explicit wish, and tells the answer', async () => {
    const { answer } = await post({ destination: 'main', send: true })
    assert.deepEqual(
      answer.attempts.map(({ status, outcome, reason }) => [status, outcome, reason]),
      [[200, 'delivered', undefined]],
    )
    assert.equal(sandbox.heap.counts('11')?.accepted, 1)
  })

  test('tells what went wrong', async () => {
    sandbox.faults.replace([{ status: 401 }])
    const { answer } = await post({ destination: 'main', send: true })
    const [attempt] = answer.attempts
    assert.deepEqual(
      [attempt?.status, attempt?.outcome, attempt?.reason?.code],
      [401, 'retry', 'DESTINATION_MISCONFIGURED'],
    )
  })

  test('tells that nobody answers', async () => {
    const settings = { url: 'http://127.0.0.1:1/', secret: 'hush' }
    const { answer } = await post({ destination: { kind: 'webhook', settings }, send: true })
    const [attempt] = answer.attempts
    assert.deepEqual([attempt?.status, attempt?.reason?.code], [undefined, 'DESTINATION_UNREACHABLE'])
    assert.doesNotMatch(JSON.stringify(answer), /hush/)
  })

  test('of settings that are wrong says so, and sends nothing', async () => {
    const settings = { appId: 'abc', apiUrl: sandbox.url }
    const { answer } = await post({ destination: { kind: 'heap', settings }, send: true })
    assert.deepEqual(
      answer.explanation.wrong.map(({ at }) => at),
      [['settings', 'appId']],
    )
    assert.deepEqual(answer.attempts, [])
  })

  test('of settings that hold the event back tells the end, and sends nothing', async () => {
    const settings = { appId: '11', apiUrl: sandbox.url, anonymousEvents: 'Hold' }
    const { answer } = await post({ destination: { kind: 'heap', settings }, send: true })
    assert.equal(answer.explanation.end?.status, 'rejected')
    assert.deepEqual([answer.attempts, requests()], [[], 0])
  })

  test('a wish that is neither true nor false is none', async () => {
    assert.equal((await post({ destination: 'main', send: 'yes' })).status, 400)
    assert.equal(requests(), 0)
  })
})
