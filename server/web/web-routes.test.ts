import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { httpListener } from '../http/listener.ts'
import { securityHeaders } from '../http/security-headers.ts'
import { webFiles } from './web-files.ts'
import { webPage, webRoutes } from './web-routes.ts'

const SCRIPT = 'console.log("pages")'.repeat(50)
const INDEX = '<!doctype html><title>Millrace</title>'
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

let folder: string
let built: FastifyInstance
let unbuilt: FastifyInstance

function listener(dist: string): FastifyInstance {
  const files = webFiles(dist)
  const onFault = (error: unknown) => assert.fail(String(error))
  const headers = securityHeaders('closed', false)
  const server = httpListener({ body_bytes_max: 1_000, onFault, otherwise: webPage(files), headers })
  webRoutes(server, files)
  server.get('/admin/v1/sources', async () => ({ sources: [] }))
  return server
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-web-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'secret.txt'), 'not to be served')
  writeFileSync(join(folder, 'index.html'), INDEX)
  writeFileSync(join(folder, 'theme.js'), '// theme')
  writeFileSync(join(folder, 'assets', 'main-1a2b.js'), SCRIPT)
  writeFileSync(join(folder, 'assets', 'main-1a2b.js.br'), brotliCompressSync(SCRIPT))
  writeFileSync(join(folder, 'assets', 'main-1a2b.js.gz'), gzipSync(SCRIPT))
  built = listener(folder)
  unbuilt = listener(join(folder, 'nothing'))
})
after(async () => {
  await built.close()
  await unbuilt.close()
  rmSync(folder, { recursive: true })
})

describe('an address is answered', () => {
  type Row = readonly [
    what: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    status: number,
    type: RegExp,
  ]
  const rows: readonly Row[] = [
    ['the home page', '/', BROWSER, 200, /html/],
    ['a page that only the script knows', '/destinations/heap/actions', BROWSER, 200, /html/],
    ['a page whose name looks like another', '/administrators', BROWSER, 200, /html/],
    ['a script of the build', '/assets/main-1a2b.js', {}, 200, /javascript/],
    ['a script that another build had', '/assets/main-0000.js', BROWSER, 404, /json/],
    ['a file beside them', '/assets/../secret.txt', BROWSER, 200, /html/],
    ['a file beside them, hidden', '/assets/..%2Fsecret.txt', {}, 404, /json/],
    ['a route of the API', '/admin/v1/sources', BROWSER, 200, /json/],
    ['an address of the API that is none', '/admin/v1/nothing', BROWSER, 404, /json/],
    ['the sandbox, which is not here', '/sandbox/', BROWSER, 404, /json/],
    ['the documents', '/docs/errors.md', BROWSER, 404, /json/],
    ['an address for no browser', '/destinations', { accept: 'application/json' }, 404, /json/],
  ]
  for (const [what, url, headers, status, type] of rows) {
    test(`${what}: ${status}`, async () => {
      const answer = await built.inject({ url, headers })
      assert.equal(answer.statusCode, status)
      assert.match(String(answer.headers['content-type']), type)
      assert.doesNotMatch(answer.body, /not to be served/)
    })
  }
  test('a page that is posted to: 404', async () => {
    assert.equal((await built.inject({ method: 'POST', url: '/', headers: BROWSER })).statusCode, 404)
  })
})

describe('what goes out', () => {
  test('may run and be put into nothing but what is ours', async () => {
    const { headers } = await built.inject({ url: '/', headers: BROWSER })
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|\*/)
    assert.deepEqual(
      ['x-content-type-options', 'referrer-policy', 'cache-control'].map((name) => headers[name]),
      ['nosniff', 'same-origin', 'no-cache'],
    )
  })
  for (const [accepted, encoding] of [
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['identity', undefined],
  ] as const) {
    test(`is ${encoding ?? 'as it is'} for who takes ${accepted}, and kept for ever`, async () => {
      const { headers, rawPayload } = await built.inject({
        url: '/assets/main-1a2b.js',
        headers: { 'accept-encoding': accepted },
      })
      assert.equal(headers['content-encoding'], encoding)
      assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
      if (encoding === 'br') assert.equal(brotliDecompressSync(rawPayload).toString(), SCRIPT)
    })
  }
  test('is not sent again to who has it', async () => {
    const first = await built.inject({ url: '/', headers: BROWSER })
    const headers = { ...BROWSER, 'if-none-match': String(first.headers['etag']) }
    const second = await built.inject({ url: '/', headers })
    assert.deepEqual([second.statusCode, second.body], [304, ''])
    writeFileSync(join(folder, 'index.html'), `${INDEX}<p>new`)
    const third = await built.inject({ url: '/', headers })
    assert.equal(third.statusCode, 200)
  })
})

test('pages that are not built say what builds them, and the API works', async () => {
  const { statusCode, body } = await unbuilt.inject({ url: '/', headers: BROWSER })
  assert.equal(statusCode, 503)
  assert.match(body, /npm run build:web/)
  assert.equal((await unbuilt.inject('/admin/v1/sources')).statusCode, 200)
})
