import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Answer, send, startIngest } from './http.fixtures.ts'

const origin = 'https://shop.example'
const list = (answer: Answer, name: string) => String(answer.headers[name]).split(', ')

/** What a browser needs to let a page read an answer. */
function assertReadable({ headers }: Answer): void {
  assert.equal(headers['access-control-allow-origin'], origin)
  assert.equal(headers['access-control-allow-credentials'], 'true')
  assert.equal(headers['access-control-expose-headers'], 'Retry-After')
  assert.equal(headers['vary'], 'Origin')
}

describe('CORS', () => {
  let server: Awaited<ReturnType<typeof startIngest>>
  before(async () => {
    server = await startIngest({ unwell: () => (isUnwell ? 'DISK_NEARLY_FULL' : undefined) })
  })
  after(() => server.close())
  let isUnwell = false

  const preflight = (address: string, headers: Record<string, string>) =>
    send(server.url + address, { method: 'OPTIONS', headers: { origin, ...headers } })

  for (const address of ['/v1/t', '/v1/batch', '/v1/projects/key/settings', '/v1/m', '/', '/v1/t/']) {
    test(`a preflight of ${address} allows what the browser libraries send`, async () => {
      const answer = await preflight(address, {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      })
      assert.deepEqual([answer.status, answer.text], [204, ''])
      assertReadable(answer)
      assert.ok(list(answer, 'access-control-allow-methods').includes('POST'))
      for (const name of ['authorization', 'content-type', 'x-retry-count', 'x-strict-mode']) {
        assert.ok(list(answer, 'access-control-allow-headers').includes(name), name)
      }
      assert.ok(Number(answer.headers['access-control-max-age']) >= 600)
    })
  }

  test('a preflight allows every other header that it asks for, each once', async () => {
    const asked = 'X-Mine, x_under.score,authorization'
    const answer = await preflight('/v1/t', { 'access-control-request-headers': asked })
    const allowed = list(answer, 'access-control-allow-headers')
    assert.ok(allowed.includes('x-mine') && allowed.includes('x_under.score'))
    assert.equal(new Set(allowed).size, allowed.length)
  })

  test('a preflight gives back no text that is no header name', async () => {
    const answer = await preflight('/v1/t', { 'access-control-request-headers': 'a b, <script>, é:1,,' })
    assert.equal(
      answer.headers['access-control-allow-headers'],
      'authorization, content-type, x-retry-count, x-strict-mode',
    )
  })

  const answers: readonly [title: string, status: number, address: string, body: string][] = [
    ['an answer', 200, '/v1/t', '{"writeKey":"website-key","userId":"ada","event":"Viewed"}'],
    ['400', 400, '/v1/t', '{'],
    ['401', 401, '/v1/t', '{"writeKey":"guess"}'],
    ['404', 404, '/v1/none', '{}'],
    ['413', 413, '/v1/t', ' '.repeat(20_000)],
  ]
  for (const [title, status, address, body] of answers) {
    test(`${title} can be read by the page`, async () => {
      const answer = await send(server.url + address, { headers: { origin }, body })
      assert.equal(answer.status, status)
      assertReadable(answer)
    })
  }

  test('503 can be read by the page, with its Retry-After', async () => {
    isUnwell = true
    const answer = await send(`${server.url}/v1/t`, { headers: { origin }, body: '{}' })
    isUnwell = false
    assert.equal(answer.status, 503)
    assertReadable(answer)
    assert.ok(answer.headers['retry-after'])
  })

  test('a page without an origin, such as a file, gets its "null" back', async () => {
    const answer = await send(`${server.url}/v1/t`, { headers: { origin: 'null' }, body: '{' })
    assert.equal(answer.headers['access-control-allow-origin'], 'null')
  })

  test('who is no page gets no CORS headers', async () => {
    const { headers } = await send(`${server.url}/v1/t`, { body: '{' })
    assert.deepEqual(
      Object.keys(headers).filter((name) => name.startsWith('access-control') || name === 'vary'),
      [],
    )
  })
})
