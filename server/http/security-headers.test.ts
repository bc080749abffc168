import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sameOriginOnly } from '../admin/guard.ts'
import { httpListener } from './listener.ts'
import { securityHeaders } from './security-headers.ts'

function listener(side: 'closed' | 'open', hasTls = false) {
  const headers = securityHeaders(side, hasTls)
  const server = httpListener({ body_bytes_max: 100, onFault: () => {}, headers })
  sameOriginOnly(server)
  server.get('/thing', async () => ({ thing: true }))
  server.get('/kept', async (_request, reply) => reply.header('cache-control', 'max-age=60').send('kept'))
  server.get('/bug', async () => {
    throw new Error('a bug')
  })
  return server
}

describe('every answer of the admin side', () => {
  const rows: readonly [
    what: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    status: number,
  ][] = [
    ['what was asked for', '/thing', {}, 200],
    ['nothing', '/nothing', {}, 404],
    ['an address that cannot be read', '/%zz', {}, 404],
    ['a bug', '/bug', {}, 500],
    ['a refusal', '/thing', { host: 'evil.example' }, 403],
  ]
  for (const [what, url, headers, status] of rows) {
    test(`is closed: ${what}`, async () => {
      const answer = await listener('closed').inject({ url, headers })
      assert.equal(answer.statusCode, status)
      assert.match(
        String(answer.headers['content-security-policy']),
        /default-src 'none'.*frame-ancestors 'none'/,
      )
      assert.doesNotMatch(String(answer.headers['content-security-policy']), /unsafe|\*/)
      const names = [
        'x-content-type-options',
        'x-frame-options',
        'referrer-policy',
        'cross-origin-opener-policy',
        'cross-origin-resource-policy',
        'cache-control',
      ]
      assert.deepEqual(
        names.map((name) => answer.headers[name]),
        ['nosniff', 'DENY', 'same-origin', 'same-origin', 'same-origin', 'no-store'],
      )
      assert.equal(answer.headers['access-control-allow-origin'], undefined)
      assert.equal(answer.headers['strict-transport-security'], undefined)
    })
  }
  test('may say itself how long it is kept', async () => {
    const { headers } = await listener('closed').inject('/kept')
    assert.equal(headers['cache-control'], 'max-age=60')
  })
})

test('what everybody may reach says what it is, and may be loaded by every page', async () => {
  const { headers } = await listener('open').inject('/thing')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['cross-origin-resource-policy'], undefined)
})

test('over TLS both sides ask browsers to stay with it', async () => {
  for (const side of ['closed', 'open'] as const) {
    const { headers } = await listener(side, true).inject('/nothing')
    assert.equal(headers['strict-transport-security'], 'max-age=63072000')
  }
})
