import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Configuration } from '../../core/configuration.ts'
import { type Caller, startServer, type TestServer } from './server.fixtures.ts'

const CONFIGURATION: Configuration = {
  sources: [{ id: 'web', name: 'Web', kind: 'node', writeKey: 'web-key' }],
  instances: [],
}
const ACCEPT = 'application/json, text/event-stream'
const calling = (name: string, given: object = {}) => ({
  ...{ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: given } },
})
const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' }

describe('who may come in at /mcp', () => {
  let server: TestServer
  let admin: Caller
  let token: Caller
  let revoked: Caller
  before(async () => {
    server = await startServer(CONFIGURATION)
    admin = await server.firstAdmin()
    token = (await server.token(admin, 'viewer')).caller
    const old = await server.token(admin, 'admin')
    revoked = old.caller
    await server.ask('DELETE', `/admin/v1/tokens/${old.id}`, { as: admin })
  })
  after(() => server.stop())
  const post = (as: Caller, body: unknown = LIST) => server.ask('POST', '/mcp', { as, body, accept: ACCEPT })

  const rows: readonly [who: string, as: () => Caller, status: number, says: RegExp][] = [
    ['a token', () => token, 200, /"list_sources"/],
    ['nobody', () => ({}), 401, /LOGIN_NEEDED/],
    ['an admin by their cookie: no page has to do with it', () => admin, 401, /LOGIN_NEEDED/],
    ['a revoked token', () => revoked, 401, /TOKEN_INVALID/],
    ['a revoked token beside a cookie', () => ({ ...admin, ...revoked }), 401, /TOKEN_INVALID/],
    [
      'a token from a foreign page',
      () => ({ ...token, origin: 'https://evil.example' }),
      403,
      /ADMIN_LOOPBACK_ONLY/,
    ],
    [
      'a token by a name that was pointed here',
      () => ({ ...token, host: 'evil.example' }),
      403,
      /ADMIN_LOOPBACK_ONLY/,
    ],
    [
      'a token from a page that hides its origin',
      () => ({ ...token, origin: 'null' }),
      403,
      /ADMIN_LOOPBACK_ONLY/,
    ],
  ]
  for (const [who, as, status, says] of rows) {
    test(`${who}: ${status}`, async () => {
      const answer = await post(as())
      assert.equal(answer.status, status, answer.body)
      assert.match(answer.body, says)
      // What a client looks for that wants to know how to come in.
      assert.equal(answer.headers['www-authenticate'], status === 401 ? 'Bearer' : undefined)
    })
  }

  test('there are no sessions to begin or to end, and no stream to listen to', async () => {
    for (const method of ['GET', 'DELETE'])
      assert.equal((await server.ask(method, '/mcp', { as: token, accept: ACCEPT })).status, 405, method)
    const { headers } = await post(token)
    assert.equal(headers['mcp-session-id'], undefined)
    assert.equal(headers['access-control-allow-origin'], undefined)
    assert.match(String(headers['content-security-policy']), /default-src 'none'/)
    assert.match(String(headers['cache-control']), /no-store/)
  })

  test('a message over the limit is refused, and what is no message', async () => {
    const large = await post(token, calling('list_sources', { x: 'x'.repeat(1_048_576) }))
    assert.equal(large.status, 413, large.body)
    assert.equal((await post(token, ['no message'])).status, 400)
  })

  test('what a cookie may do is not lent to the token beside it', async () => {
    const { body } = await post({ ...admin, ...token }, calling('create_source', { name: 'X', kind: 'node' }))
    assert.match(body, /NOT_ALLOWED/)
    const { body: listed } = await post({ ...admin, ...token })
    assert.doesNotMatch(listed, /create_source/)
  })

  test('a name of an address cannot lead to another route', async () => {
    for (const destination of ['..', '../sources', '..%2fsources', 'x?limit=1', 'x/overview'])
      assert.match(
        (await post(token, calling('get_destination', { destination }))).body,
        /NOT_FOUND/,
        destination,
      )
  })
})
