import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { request } from 'undici'
import { ownPaths, USUAL_PATHS } from '../../core/page-paths.ts'
import { allowEveryOrigin } from '../http/cors.ts'
import { httpListener, type ListenerOptions, listen } from '../http/listener.ts'
import { type PageDeps, pageRoutes } from './page-routes.ts'
import { pluginFiles } from './plugin-files.ts'
import type { PageSource } from './settings-document.ts'
import { vendorBuild } from './vendor-builds.ts'

const ORIGIN = 'https://shop.example'
const SEGMENT_PART = 'ajs-destination.bundle.40628baed746e9904edc.js'
const builds = { customerio: vendorBuild('customerio'), segment: vendorBuild('segment') }
const source: PageSource = {
  writeKey: 'site-key',
  scripts: [
    {
      name: 'Heap Web',
      libraryName: 'millraceHeapWeb',
      bundle: 'heap-web',
      consent: [],
      settings: { appId: '11' } as never,
    },
  ],
  consent: { allCategories: [], hasUnmappedDestinations: true },
}

function pluginFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-plugin-'))
  writeFileSync(
    join(folder, 'manifest.json'),
    '{"heap-session":"heap-session.aa.js","heap-web":"heap-web.bb.js"}',
  )
  writeFileSync(join(folder, 'heap-session.aa.js'), '/* session */')
  writeFileSync(join(folder, 'heap-web.bb.js'), '/* web */')
  return folder
}

type Given = Partial<PageDeps> & Pick<ListenerOptions, 'trustProxy'>

/** A server on a port of its own that serves pages of one source. */
async function startPages({ trustProxy = false, ...given }: Given = {}) {
  const folder = pluginFolder()
  const server: FastifyInstance = httpListener({
    body_bytes_max: 1_000,
    trustProxy,
    onFault: (error) => assert.fail(String(error)),
  })
  allowEveryOrigin(server)
  pageRoutes(server, {
    sourceOf: (writeKey) => (writeKey === source.writeKey ? source : undefined),
    builds,
    plugins: pluginFiles(folder),
    publicUrl: undefined,
    ownPaths: ownPaths('/wren'),
    ...given,
  })
  const url = await listen(server, '127.0.0.1', 0)
  return {
    url,
    host: new URL(url).host,
    async get(path: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') {
      const answer = await request(url + path, { method, headers, reset: true })
      const bytes = Buffer.from(await answer.body.arrayBuffer())
      return { status: answer.statusCode, headers: answer.headers, bytes, text: bytes.toString() }
    },
    async close() {
      await server.close()
      rmSync(folder, { recursive: true })
    },
  }
}
type Pages = Awaited<ReturnType<typeof startPages>>

describe('what pages load', () => {
  let pages: Pages
  before(async () => {
    pages = await startPages()
  })
  after(() => pages.close())

  const SHORT = 'public, max-age=300'
  const SETTINGS = 'public, max-age=60'
  const YEAR = 'public, max-age=31536000, immutable'
  type Row = readonly [path: string, type: 'javascript' | 'json', cacheControl: string, holds: RegExp]
  const usual: readonly Row[] = [
    ['/v1/projects/site-key/settings', 'json', SETTINGS, /"apiKey":"site-key"/],
    [
      '/v1/analytics-js/snippet/site-key/analytics.min.js',
      'javascript',
      SHORT,
      /analyticsWriteKey="site-key"/,
    ],
    ['/analytics.js/v1/site-key/analytics.min.js', 'javascript', SHORT, /analyticsWriteKey="site-key"/],
    ['/v1/analytics-js/ajs-destination.js', 'javascript', SHORT, /webpackChunk/],
    [`/analytics-next/bundles/${SEGMENT_PART}`, 'javascript', YEAR, /webpackChunk/],
    ['/v1/plugins/heap-web.bb.js', 'javascript', YEAR, /^\/\* web \*\/$/],
    // What the libraries ask for with the option `obfuscate`.
    ['/v1/cGx1Z2lucw/heap-web.bb.js', 'javascript', YEAR, /^\/\* web \*\/$/],
    // An older page, just after an upgrade.
    ['/v1/plugins/heap-web.older.js', 'javascript', 'no-store', /^\/\* web \*\/$/],
  ]
  const rows: readonly Row[] = [
    ...usual,
    ...usual.map(([path, ...row]): Row => [`/wren${path}`, ...row]),
    ['/wren/j/site-key', 'json', SETTINGS, /"apiKey":"site-key"/],
    ['/wren/c/site-key.js', 'javascript', SHORT, /analyticsWriteKey="site-key"/],
    ['/wren/s/site-key.js', 'javascript', SHORT, /analyticsWriteKey="site-key"/],
    ['/wren/k/ajs-destination.js', 'javascript', SHORT, /webpackChunk/],
    [`/wren/k/${SEGMENT_PART}`, 'javascript', YEAR, /webpackChunk/],
    ['/wren/p0/1.bb.js', 'javascript', YEAR, /^\/\* web \*\/$/],
    ['/wren/cDA/1.bb.js', 'javascript', YEAR, /^\/\* web \*\/$/],
    ['/wren/p0/1.older.js', 'javascript', 'no-store', /^\/\* web \*\/$/],
  ]
  for (const [path, type, cacheControl, holds] of rows) {
    test(`${path} is ${type}, for every site, to be kept as ${cacheControl}`, async () => {
      const plain = await pages.get(path, { origin: ORIGIN })
      assert.equal(plain.status, 200)
      assert.match(plain.text, holds)
      const { headers } = plain
      assert.match(String(headers['content-type']), new RegExp(`/${type}; charset=utf-8$`))
      assert.equal(headers['cache-control'], cacheControl)
      assert.equal(headers['access-control-allow-origin'], ORIGIN)
      assert.equal(headers['vary'], 'Origin, Accept-Encoding')
      assert.equal(headers['cross-origin-resource-policy'], 'cross-origin')

      const packed = await pages.get(path, { 'accept-encoding': 'gzip, br' })
      assert.equal(packed.headers['access-control-allow-origin'], '*')
      const isPacked = plain.bytes.length >= 512
      assert.equal(packed.headers['content-encoding'], isPacked ? 'br' : undefined)
      assert.equal((isPacked ? brotliDecompressSync(packed.bytes) : packed.bytes).toString(), plain.text)

      const known = { 'if-none-match': String(packed.headers['etag']), 'accept-encoding': 'br' }
      const again = await pages.get(path, known)
      assert.deepEqual([again.status, again.text], [304, ''])
      assert.equal(again.headers['etag'], packed.headers['etag'])
      const head = await pages.get(path, {}, 'HEAD')
      assert.deepEqual([head.status, head.text, head.headers['etag']], [200, '', headers['etag']])
    })
  }

  const nowhere = [
    ['/v1/projects/other-key/settings', 'SOURCE_NOT_FOUND'],
    ['/v1/projects/__proto__/settings', 'SOURCE_NOT_FOUND'],
    ['/v1/analytics-js/snippet/other-key/analytics.min.js', 'SOURCE_NOT_FOUND'],
    ['/analytics.js/v1/other-key/analytics.min.js', 'SOURCE_NOT_FOUND'],
    ['/wren/j/other-key', 'SOURCE_NOT_FOUND'],
    ['/wren/c/other-key.js', 'SOURCE_NOT_FOUND'],
    ['/v1/analytics-js/standalone.js', 'ROUTE_NOT_FOUND'],
    ['/v1/analytics-js/..%2F..%2Fpackage.json', 'ROUTE_NOT_FOUND'],
    ['/analytics-next/bundles/nothing.js', 'ROUTE_NOT_FOUND'],
    ['/v1/plugins/manifest.json', 'ROUTE_NOT_FOUND'],
    ['/v1/plugins/..%2Fheap-web.bb.js', 'ROUTE_NOT_FOUND'],
    ['/v1/plugins/__proto__', 'ROUTE_NOT_FOUND'],
    ['/wren/p0/7.bb.js', 'ROUTE_NOT_FOUND'],
    ['/wren', 'ROUTE_NOT_FOUND'],
  ] as const
  for (const [path, code] of nowhere) {
    test(`at ${path} there is nothing: 404 ${code}`, async () => {
      const { status, text, headers } = await pages.get(path)
      assert.deepEqual([status, JSON.parse(text).error.code], [404, code])
      assert.equal(headers['cache-control'], 'no-store')
    })
  }
})

describe('the vendors’ builds', () => {
  let pages: Pages
  before(async () => {
    pages = await startPages()
  })
  after(() => pages.close())

  for (const path of ['/v1/analytics-js/snippet/site-key/analytics.min.js', '/wren/s/site-key.js']) {
    test(`${path} carries the licence and its copyright`, async () => {
      const { text } = await pages.get(path)
      assert.match(
        text,
        /^\/\*! @\w+\/[\w-]+ \d+\.\d+\.\d+\n[\s\S]*MIT[\s\S]*Copyright © 2021 Segment[\s\S]*\*\//,
      )
    })
  }
  test('their parts name the licence and whose it is', async () => {
    const { text } = await pages.get('/v1/analytics-js/407.js')
    assert.match(
      text,
      /^\/\*! @customerio\/cdp-analytics-browser [\d.]+, MIT .*Copyright © 2023 Customer.io \*\/\n/,
    )
  })
  test('but for the notice and the write key they are the files of the packages', async () => {
    const file = createRequire(import.meta.url).resolve('@segment/analytics-next/dist/umd/standalone.js')
    const written = await builds.segment.build('site-key', USUAL_PATHS)
    const code = written.slice(written.indexOf('*/') + 3)
    assert.equal(code, readFileSync(file, 'utf8').replace('__WRITE_KEY__', 'site-key'))
  })
  for (const path of ['/wren/c/site-key.js', '/wren/s/site-key.js']) {
    test(`${path} looks below the path of one’s own for its settings and its parts`, async () => {
      const { text } = await pages.get(path)
      const code = text.slice(text.indexOf('*/'))
      assert.match(code, /concat\(\w+,"\/j\/"\)\.concat\(\w+,""\)/)
      assert.match(code, /\+"\/k\/":/)
      assert.doesNotMatch(code, /"\/v1\/projects\/"|\+"\/analytics-next\/bundles\/"|\+"\/v1\/analytics-js\/"/)
    })
  }
})

describe('the settings document names the address that the page used', () => {
  type Row = {
    readonly title: string
    readonly given?: Given
    readonly path?: string
    readonly headers?: Record<string, string>
    /** Without the scheme; `HOST` stands for where the server listens. */
    readonly apiHost: string
    readonly protocol?: 'https'
    readonly plugin?: string
  }
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'www.example.com' }
  const rows: readonly Row[] = [
    { title: 'as the request has it', apiHost: 'HOST/v1', plugin: 'http://HOST/v1/plugins/heap-web.bb.js' },
    {
      title: 'whatever it is called',
      headers: { host: 'events.example.com:81' },
      apiHost: 'events.example.com:81/v1',
    },
    { title: 'an IPv6 address too', headers: { host: '[::1]:4000' }, apiHost: '[::1]:4000/v1' },
    { title: 'not what a stranger says of it', headers: forwarded, apiHost: 'HOST/v1' },
    {
      title: 'as a trusted proxy tells it',
      given: { trustProxy: ['loopback'] },
      headers: forwarded,
      apiHost: 'www.example.com/v1',
      protocol: 'https',
      plugin: 'https://www.example.com/v1/plugins/heap-web.bb.js',
    },
    {
      title: 'as the one proxy in front tells it',
      given: { trustProxy: 1 },
      headers: forwarded,
      apiHost: 'www.example.com/v1',
      protocol: 'https',
    },
    {
      title: 'not as a proxy elsewhere tells it',
      given: { trustProxy: ['10.0.0.0/8'] },
      headers: forwarded,
      apiHost: 'HOST/v1',
    },
    {
      title: 'as it is configured, with the path that a proxy takes away',
      given: { publicUrl: 'https://www.example.com/in' },
      apiHost: 'www.example.com/in/v1',
      protocol: 'https',
      plugin: 'https://www.example.com/in/v1/plugins/heap-web.bb.js',
    },
    {
      title: 'below a path of one’s own, with names that say nothing',
      path: '/wren/j/site-key',
      apiHost: 'HOST/wren/e',
      plugin: 'http://HOST/wren/p0/1.bb.js',
    },
    {
      title: 'the same, asked for by a library that is bundled into the site',
      path: '/wren/v1/projects/site-key/settings',
      apiHost: 'HOST/wren/e',
      plugin: 'http://HOST/wren/p0/1.bb.js',
    },
    {
      title: 'both kinds of path together',
      given: { publicUrl: 'https://www.example.com/in' },
      path: '/wren/j/site-key',
      apiHost: 'www.example.com/in/wren/e',
      protocol: 'https',
    },
  ]
  for (const {
    title,
    given,
    path = '/v1/projects/site-key/settings',
    headers,
    apiHost,
    protocol,
    plugin,
  } of rows) {
    test(title, async () => {
      const pages = await startPages(given)
      try {
        const { text } = await pages.get(path, headers)
        const { integrations, remotePlugins } = JSON.parse(text)
        const here = (address: string) => address.replace('HOST', pages.host)
        for (const name of ['Segment.io', 'Customer.io Data Pipelines']) {
          const expected = {
            apiKey: 'site-key',
            apiHost: here(apiHost),
            protocol: protocol ?? 'http',
            deliveryStrategy: { strategy: 'standard', config: { keepalive: true } },
          }
          assert.deepEqual(integrations[name], expected)
        }
        if (plugin !== undefined) assert.equal(remotePlugins[0].url, here(plugin))
      } finally {
        await pages.close()
      }
    })
  }

  test('a Host that is none is refused', async () => {
    const pages = await startPages()
    try {
      const answer = await pages.get('/v1/projects/site-key/settings', { host: 'a"b' })
      assert.deepEqual([answer.status, JSON.parse(answer.text).error.code], [400, 'QUERY_INVALID'])
    } finally {
      await pages.close()
    }
  })
})

test('without a path of one’s own there is none', async () => {
  const pages = await startPages({ ownPaths: undefined })
  try {
    assert.equal((await pages.get('/wren/j/site-key')).status, 404)
    assert.equal((await pages.get('/v1/projects/site-key/settings')).status, 200)
  } finally {
    await pages.close()
  }
})

test('a folder without plugins is one that is not built', () => {
  const plugins = pluginFiles(join(tmpdir(), 'millrace-no-such-folder'))
  assert.deepEqual(
    [plugins.isBuilt, plugins.fileFor('heap-web', false), plugins.find('heap-web.bb.js')],
    [false, undefined, undefined],
  )
})
