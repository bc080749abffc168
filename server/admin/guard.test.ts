import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { httpListener } from '../http/listener.ts'
import { sameOriginOnly } from './guard.ts'

describe('the admin side', () => {
  const server = httpListener({ body_bytes_max: 1_000, onFault: () => {} })
  sameOriginOnly(server)
  server.get('/admin/v1/thing', async () => ({ thing: true }))
  after(() => server.close())

  const rows: readonly [host: string, origin: string | undefined, isAllowed: boolean][] = [
    ['127.0.0.1:4001', undefined, true],
    ['127.0.0.1', undefined, true],
    ['localhost:4001', undefined, true],
    ['[::1]:4001', undefined, true],
    ['[::1]', undefined, true],
    ['localhost:4001', 'http://localhost:4001', true],
    ['localhost:4001', 'http://127.0.0.1:5173', true],
    ['localhost:4001', 'http://[::1]:4001', true],
    // DNS rebinding: a name of the attacker's that was pointed at this machine.
    ['evil.example:4001', undefined, false],
    ['evil.example', undefined, false],
    ['localhost.evil.example:4001', undefined, false],
    ['localhost:4001:80', undefined, false],
    ['127.0.0.1.evil.example', undefined, false],
    ['192.168.1.10:4001', undefined, false],
    ['0.0.0.0:4001', undefined, false],
    // Another site in the same browser.
    ['localhost:4001', 'https://evil.example', false],
    ['localhost:4001', 'https://localhost.evil.example', false],
    ['localhost:4001', 'https://evil.example/localhost', false],
    ['localhost:4001', 'null', false],
    ['localhost:4001', '', false],
    ['localhost:4001', 'localhost', false],
  ]
  for (const [host, origin, isAllowed] of rows) {
    const from = origin === undefined ? 'no page' : `a page of ${JSON.stringify(origin)}`
    test(`${isAllowed ? 'answers' : 'refuses'} ${from} that asks ${host}`, async () => {
      const headers = { host, ...(origin === undefined ? {} : { origin }) }
      const answer = await server.inject({ url: '/admin/v1/thing', headers })
      if (isAllowed) return assert.deepEqual([answer.statusCode, answer.json()], [200, { thing: true }])
      assert.equal(answer.statusCode, 403)
      const { success, error } = answer.json()
      assert.deepEqual([success, error.code], [false, 'ADMIN_LOOPBACK_ONLY'])
      assert.deepEqual(error.details, { host, origin: origin ?? 'none' })
    })
  }

  test('refuses a foreign page also where there is nothing', async () => {
    const answer = await server.inject({ url: '/none', headers: { host: 'evil.example' } })
    assert.equal(answer.statusCode, 403)
  })

  test('gives no page of another origin leave to read', async () => {
    const headers = { host: 'localhost:4001', origin: 'http://localhost:5173' }
    const answer = await server.inject({ url: '/admin/v1/thing', headers })
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
  })
})

describe('the admin side under an address of its own', () => {
  const server = httpListener({ body_bytes_max: 1_000, onFault: () => {} })
  sameOriginOnly(server, { adminUrl: 'https://millrace.example.com' })
  server.get('/admin/v1/thing', async () => ({ thing: true }))
  server.post('/admin/v1/thing', async () => ({ thing: true }))
  server.get('/destinations', async () => ({ page: true }))
  after(() => server.close())

  const OWN = { host: 'millrace.example.com' }
  const rows: readonly [
    who: string,
    method: 'GET' | 'POST',
    url: string,
    headers: Readonly<Record<string, string>>,
    isAllowed: boolean,
  ][] = [
    ['a program', 'POST', '/admin/v1/thing', OWN, true],
    [
      'a program that names the usual port',
      'POST',
      '/admin/v1/thing',
      { host: 'Millrace.example.com:443' },
      true,
    ],
    ['a program on this machine', 'POST', '/admin/v1/thing', { host: '127.0.0.1:4001' }, true],
    ['its own page', 'POST', '/admin/v1/thing', { ...OWN, origin: 'https://millrace.example.com' }, true],
    [
      'its own page, without an origin',
      'GET',
      '/admin/v1/thing',
      { ...OWN, 'sec-fetch-site': 'same-origin' },
      true,
    ],
    ['a person who types the address', 'GET', '/destinations', { ...OWN, 'sec-fetch-site': 'none' }, true],
    [
      'a link on another site',
      'GET',
      '/destinations',
      { ...OWN, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
      true,
    ],
    [
      'a link on another site to the API',
      'GET',
      '/admin/v1/thing',
      { ...OWN, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
      false,
    ],
    [
      'a picture on another site',
      'GET',
      '/admin/v1/thing',
      { ...OWN, 'sec-fetch-site': 'cross-site' },
      false,
    ],
    ['a page of a neighbour', 'GET', '/admin/v1/thing', { ...OWN, 'sec-fetch-site': 'same-site' }, false],
    ['a form of another site', 'POST', '/admin/v1/thing', { ...OWN, origin: 'https://evil.example' }, false],
    ['a form of a sandboxed frame', 'POST', '/admin/v1/thing', { ...OWN, origin: 'null' }, false],
    [
      'a page of a neighbour that posts',
      'POST',
      '/admin/v1/thing',
      { ...OWN, origin: 'https://example.com' },
      false,
    ],
    [
      'its own page without TLS',
      'POST',
      '/admin/v1/thing',
      { ...OWN, origin: 'http://millrace.example.com' },
      false,
    ],
    ['a page on this machine', 'POST', '/admin/v1/thing', { ...OWN, origin: 'http://localhost:3000' }, false],
    ['a name that was pointed here', 'GET', '/admin/v1/thing', { host: 'evil.example' }, false],
    ['another port', 'GET', '/admin/v1/thing', { host: 'millrace.example.com:8080' }, false],
  ]
  for (const [who, method, url, headers, isAllowed] of rows) {
    test(`${isAllowed ? 'answers' : 'refuses'} ${who}`, async () => {
      const answer = await server.inject({ method, url, headers })
      if (isAllowed) return assert.equal(answer.statusCode, 200)
      assert.deepEqual([answer.statusCode, answer.json().error.code], [403, 'ADMIN_FOREIGN_SITE'])
    })
  }
})
