import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { httpListener } from '../http/listener.ts'
import type { DeadLetter, Progress, StoredRefusal } from '../ledger/ledger.ts'
import { memoryLedger } from '../ledger/memory.ts'
import { adminRoutes } from './routes.ts'

const deadLetter = (instanceId: string, index: number): DeadLetter => ({
  instanceId,
  subscriptionId: 'trackEvent',
  address: { lane: 1, chunk: 2, index },
  messageId: `m${index}`,
  at_ms: 1_000,
  reason: { code: 'DESTINATION_REFUSED', text: 'The receiver answered 400.' },
  request: { method: 'POST', url: 'https://example.com', body: '{}' },
  response: { status: 400, body: 'no' },
})
const refusal = (sourceId: string, index: number): StoredRefusal => ({
  sourceId,
  address: { lane: 0, chunk: 1, index },
  at_ms: 1_000,
  code: 'EVENT_FIELD_MISSING',
  reason: '"event" is missing.',
  messageId: `m${index}`,
  text: '{}',
})
const progress = (readerId: string, more: Partial<Progress>): Progress => ({
  readerId,
  lane: 1,
  cursor: { chunk: 3, index: 0 },
  counts: [],
  attempts: [],
  deadLetters: [],
  refusals: [],
  ...more,
})

describe('the admin API', () => {
  const server = httpListener({ body_bytes_max: 1_000, onFault: () => {} })
  const ledger = memoryLedger()
  adminRoutes(server, { ledger })
  after(() => server.close())

  before(async () => {
    const numbers = [1, 2, 3]
    const deadLetters = numbers.map((number) => deadLetter('heap', number))
    const refusals = numbers.map((number) => refusal('website', number))
    await ledger.record(progress('heap', { deadLetters }))
    await ledger.record(progress('hook', { deadLetters: [deadLetter('hook', 4)] }))
    await ledger.record(progress('indexer', { refusals: [...refusals, refusal('backend', 4)] }))
  })

  async function get(path: string) {
    const answer = await server.inject(`/admin/v1/${path}`)
    return { status: answer.statusCode, json: answer.json(), text: answer.body }
  }

  test('shows a dead letter with its reason, request and response', async () => {
    const { id, ...shown } = (await get('dead-letters?limit=1')).json.deadLetters[0]
    assert.deepEqual([shown, typeof id], [{ ...deadLetter('hook', 4), address: '1/2/4' }, 'number'])
  })

  test('shows a refusal with its reason', async () => {
    const { id, ...shown } = (await get('refusals?limit=1')).json.refusals[0]
    assert.deepEqual([shown, typeof id], [{ ...refusal('backend', 4), address: '0/1/4' }, 'number'])
  })

  const lists: readonly [path: string, name: string, filter: string][] = [
    ['dead-letters', 'deadLetters', 'destination=heap'],
    ['refusals', 'refusals', 'source=website'],
  ]
  for (const [path, name, filter] of lists) {
    test(`pages through ${path}, newest first`, async () => {
      const ids: number[] = []
      for (let before = ''; ; before = `&before=${ids.at(-1)}`) {
        const { json } = await get(`${path}?limit=3${before}`)
        if (json[name].length === 0) break
        ids.push(...json[name].map(({ id }: { id: number }) => id))
      }
      assert.equal(ids.length, 4)
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => b - a),
      )
    })

    test(`filters ${path} by ${filter}`, async () => {
      assert.equal((await get(`${path}?${filter}`)).json[name].length, 3)
      assert.equal((await get(`${path}?${filter.replace(/=.*/, '=none')}`)).json[name].length, 0)
      assert.equal((await get(`${path}?${filter}&limit=2`)).json[name].length, 2)
    })
  }

  const wrong: readonly [query: string, parameter: string][] = [
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=many', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['before=0', 'before'],
    ['before=x', 'before'],
    ['before=9007199254740993', 'before'],
    ['destination=heap&destination=hook', 'destination'],
  ]
  for (const [query, parameter] of wrong) {
    test(`refuses ?${query} and names the parameter`, async () => {
      const { status, json } = await get(`dead-letters?${query}`)
      assert.equal(status, 400)
      const { code, details } = json.error
      assert.deepEqual([json.success, code, details.parameter], [false, 'QUERY_INVALID', parameter])
    })
  }
  for (const limit of [1, 500]) {
    test(`takes ?limit=${limit}`, async () =>
      assert.equal((await get(`dead-letters?limit=${limit}`)).status, 200))
  }

  test('says that there is nothing elsewhere', async () => {
    const { status, json } = await get('nothing')
    assert.deepEqual([status, json.error.code], [404, 'ROUTE_NOT_FOUND'])
  })
})
