import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { httpListener } from '../http/listener.ts'
import { securityHeaders } from '../http/security-headers.ts'
import { docsRoutes } from './docs-routes.ts'
import { webFiles } from './web-files.ts'

const FILES = {
  'site/index.html': 'the start',
  'site/errors.html': 'all errors',
  'site/decisions/0001-layout.html': 'a decision',
  'site/404.html': 'no such page',
  'site/assets/chunks/@index.1a2b.js': 'search()',
  'site/assets/a.png': 'a picture',
  'site/.made-of': 'secret',
  'secret.html': 'secret',
} as const

let folder: string
let built: FastifyInstance
let unbuilt: FastifyInstance

function listener(dist: string): FastifyInstance {
  const onFault = (error: unknown) => assert.fail(String(error))
  const server = httpListener({
    body_bytes_max: 1_000,
    onFault,
    headers: securityHeaders('closed', false),
  })
  docsRoutes(server, webFiles(dist))
  return server
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-docs-'))
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  built = listener(join(folder, 'site'))
  unbuilt = listener(join(folder, 'nothing'))
})
after(async () => {
  await built.close()
  await unbuilt.close()
  rmSync(folder, { recursive: true })
})

describe('an address below /docs is answered', () => {
  type Row = readonly [url: string, status: number, holds: string, cacheControl?: string]
  const rows: readonly Row[] = [
    ['/docs/', 200, 'the start', 'no-cache'],
    ['/docs/errors', 200, 'all errors', 'no-cache'],
    ['/docs/errors?from=mail', 200, 'all errors', 'no-cache'],
    ['/docs/errors.html', 200, 'all errors', 'no-cache'],
    ['/docs/decisions/0001-layout', 200, 'a decision', 'no-cache'],
    ['/docs/assets/chunks/@index.1a2b.js', 200, 'search()', 'public, max-age=31536000, immutable'],
    ['/docs/assets/a.png', 200, 'a picture', 'public, max-age=31536000, immutable'],
    ['/docs/assets/gone.js', 404, 'ROUTE_NOT_FOUND', 'no-store'],
    ['/docs/nothing', 404, 'no such page', 'no-store'],
    ['/docs/..%2Fsecret', 404, 'no such page', 'no-store'],
    ['/docs/%2e%2e%2fsecret.html', 404, 'ROUTE_NOT_FOUND', 'no-store'],
    ['/docsx', 404, 'ROUTE_NOT_FOUND', 'no-store'],
    ['/docs/.made-of', 404, 'no such page', 'no-store'],
  ]
  for (const [url, status, holds, cacheControl] of rows) {
    test(`${url}: ${status}, ${holds}`, async () => {
      const answer = await built.inject({ url })
      assert.equal(answer.statusCode, status)
      assert.ok(answer.body.includes(holds), answer.body)
      assert.equal(answer.headers['cache-control'], cacheControl)
      assert.match(String(answer.headers['content-security-policy']), /script-src 'self'; style-src 'self';/)
    })
  }
  for (const [url, to] of [
    ['/docs', '/docs/'],
    ['/docs/errors.md', '/docs/errors'],
    ['/docs//example.com/x.md', '/docs//example.com/x'],
  ] as const) {
    test(`${url}: on to ${to}`, async () => {
      const answer = await built.inject({ url })
      assert.deepEqual([answer.statusCode, answer.headers['location']], [302, to])
    })
  }
})

test('documents that are not built say what builds them', async () => {
  for (const url of ['/docs/', '/docs/errors']) {
    const { statusCode, body } = await unbuilt.inject({ url })
    assert.equal(statusCode, 503)
    assert.match(body, /npm run build:docs/)
  }
})
