import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ROUTES, type Routes } from '../../contract/routes.ts'
import { AppError } from '../../core/errors.ts'
import type { Client } from '../cli/client.ts'
import { onlyLooks, publicSchema, type Tool } from './tool.ts'
import { TOOLS } from './tools.ts'

/** All tools together are read by an agent before it does anything: some 8,000 tokens. */
const LIST_CHARS_MAX = 32_000

type Sent = { readonly params?: object; readonly query?: object; readonly body?: object }

/** A client that answers nothing and keeps what it was asked. */
function keeping() {
  const asked: (Sent & { readonly name: keyof Routes })[] = []
  const ask = async (name: keyof Routes, sent: Sent = {}) => {
    asked.push({ name, ...sent })
    throw new AppError('SHUTTING_DOWN')
  }
  return { asked, client: { url: '', ask: ask as unknown as Client['ask'] } }
}
const named = (name: string): Tool => {
  const found = TOOLS.find((one) => one.name === name)
  assert.ok(found, name)
  return found
}

describe('the tools of agents', () => {
  test('have names of their own, that every client takes', () => {
    const names = TOOLS.map(({ name }) => name)
    assert.equal(new Set(names).size, names.length)
    for (const name of names) assert.match(name, /^[a-z_]{3,40}$/)
  })

  test('are told in few words, without our marks', () => {
    const told = JSON.stringify(
      TOOLS.map(({ name, description, input }) => [name, description, publicSchema(input)]),
    )
    assert.ok(told.length <= LIST_CHARS_MAX, `${told.length} characters`)
    assert.doesNotMatch(told, /x-personal|x-asks/)
  })

  test('need no more than editing, and none removes, discards or manages', () => {
    for (const { name, routes } of TOOLS) {
      for (const route of routes) {
        assert.ok(['view', 'edit'].includes(ROUTES[route].needs), `${name}: ${route}`)
        assert.doesNotMatch(route, /^DELETE|discard|apply/, name)
      }
    }
  })

  test('those that only look carry no hint of a change', () => {
    for (const one of TOOLS.filter(onlyLooks)) assert.equal(one.hints, undefined, one.name)
  })

  const sent: readonly [tool: string, given: object, asks: object][] = [
    [
      'search_events',
      { source: 'web', limit: 5 },
      { name: 'GET /admin/v1/events', params: {}, query: { source: 'web', limit: 5 } },
    ],
    ['list_dead_letters', {}, { name: 'GET /admin/v1/dead-letters', params: {}, query: { limit: 20 } }],
    ['get_attempt', { attempt: '7' }, { name: 'GET /admin/v1/attempts/:id', params: { id: '7' }, query: {} }],
    [
      'update_destination',
      { destination: 'heap', enabled: false },
      {
        name: 'PATCH /admin/v1/destinations/:id',
        params: { id: 'heap' },
        query: {},
        body: { enabled: false },
      },
    ],
    [
      'trace_event',
      { address: '1/2/3' },
      { name: 'GET /admin/v1/events/:address', params: { address: '1-2-3' } },
    ],
    [
      'explain_event',
      { destination: 'heap', address: '1-2-3' },
      { name: 'POST /admin/v1/explain', body: { destination: 'heap', address: '1/2/3' } },
    ],
    [
      'send_test_event',
      { destination: 'heap' },
      { name: 'POST /admin/v1/test', body: { destination: 'heap', send: true } },
    ],
    [
      'retry_dead_letters',
      { destination: 'heap', code: 'X', dry_run: false, total_max: 5 },
      {
        name: 'POST /admin/v1/replays/dry-run',
        body: { of: { deadLetters: { destination: 'heap', code: 'X' } } },
      },
    ],
  ]
  for (const [tool, given, asks] of sent) {
    test(`${tool} ${JSON.stringify(given)} asks first what it must`, async () => {
      const { asked, client } = keeping()
      await assert.rejects(named(tool).run(client, given), { code: 'SHUTTING_DOWN' })
      assert.deepEqual(asked, [asks])
    })
  }

  const wrong: readonly [tool: string, given: unknown, says: RegExp][] = [
    ['search_events', { sorce: 'web' }, /sorce/],
    ['search_events', { limit: 101 }, /100/],
    ['get_attempt', {}, /attempt/],
    ['get_attempt', { attempt: '' }, /character/],
    ['update_destination', { destination: 'heap', paused: true }, /paused/],
    ['trace_event', {}, /messageId or address/],
    ['trace_event', { address: '../people' }, /pattern/],
    ['list_sources', [], /object/],
    ['retry_dead_letters', {}, /destination/],
  ]
  for (const [tool, given, says] of wrong) {
    test(`${tool} ${JSON.stringify(given)} is refused, and nothing is asked`, async () => {
      const { asked, client } = keeping()
      await assert.rejects(named(tool).run(client, given), (error) => {
        assert.ok(error instanceof AppError && error.code === 'QUERY_INVALID', String(error))
        assert.match(error.explanation, says)
        return true
      })
      assert.deepEqual(asked, [])
    })
  }
})
