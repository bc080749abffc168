import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { CallType } from '../../core/event.ts'
import { basic, heldLog, track } from '../ingest/ingest.fixtures.ts'
import { BODY_BYTES_MAX, errorOf, send, startIngest } from './http.fixtures.ts'

type Server = Awaited<ReturnType<typeof startIngest>>
const SUCCESS = '{"success":true}'
const auth = { authorization: basic('website-key') }

/** A body that is a good call of every type. */
const anyCall = {
  userId: 'ada',
  event: 'Viewed',
  name: 'Home',
  groupId: 'g1',
  previousId: 'p1',
  writeKey: 'website-key',
}

describe('the clients’ addresses', () => {
  const rows: readonly (readonly [CallType, long: string, short: string])[] = [
    ['track', '/v1/track', '/v1/t'],
    ['identify', '/v1/identify', '/v1/i'],
    ['page', '/v1/page', '/v1/p'],
    ['screen', '/v1/screen', '/v1/s'],
    ['group', '/v1/group', '/v1/g'],
    ['alias', '/v1/alias', '/v1/a'],
  ]
  const addresses = rows.flatMap(([type, long, short]) => [
    [long, type, anyCall] as const,
    [short, type, anyCall] as const,
    [`${long}/`, type, anyCall] as const,
  ])
  const batch = { batch: [{ ...anyCall, type: 'screen' }], writeKey: 'website-key' }
  const all = [...addresses, ['/v1/batch', 'screen', batch], ['/v1/b', 'screen', batch]] as const

  for (const [address, type, body] of all) {
    test(`POST ${address} takes ${type}`, async () => {
      const server = await startIngest()
      try {
        const answer = await send(server.url + address, { body: JSON.stringify(body) })
        assert.deepEqual([answer.status, answer.text], [200, SUCCESS])
        assert.match(String(answer.headers['content-type']), /^application\/json/)
        const [entry] = await server.entries()
        assert.equal(entry?.kind === 'event' && entry.event.type, type)
      } finally {
        await server.close()
      }
    })
  }
})

describe('below other folders', () => {
  let server: Server
  before(async () => {
    server = await startIngest({}, ['/v1', '/wren/e'])
  })
  after(() => server.close())

  for (const path of ['/v1/t', '/wren/e/t', '/wren/e/batch']) {
    test(`POST ${path} takes calls too`, async () => {
      const body = JSON.stringify({ ...anyCall, batch: [] })
      assert.equal((await send(server.url + path, { body })).status, 200)
    })
  }
  test('and nothing below those that were not given', async () => {
    const answer = await send(`${server.url}/wren/t`, { body: JSON.stringify(anyCall) })
    assert.deepEqual([answer.status, errorOf(answer).code], [404, 'ROUTE_NOT_FOUND'])
  })

  // https://github.com/segmentio/analytics-next/blob/master/packages/browser/src/core/stats/remote-metrics.ts
  const series = '{"series":[{"type":"Counter","metric":"analytics_js.invoke","value":1,"tags":{}}]}'
  for (const path of ['/v1/m', '/wren/e/m']) {
    for (const body of [series, '', 'no JSON']) {
      test(`POST ${path} takes ${body || 'nothing'} and keeps none of it`, async () => {
        const before = (await server.entries()).length
        const answer = await send(server.url + path, { headers: { 'content-type': 'text/plain' }, body })
        assert.deepEqual([answer.status, answer.text], [200, SUCCESS])
        assert.equal((await server.entries()).length, before)
      })
    }
  }
})

describe('the address and the browser of a visitor', () => {
  type Row = readonly [
    title: string,
    trustProxy: false | number | readonly string[],
    headers: Record<string, string>,
    context: object | undefined,
  ]
  const plain = { 'content-type': 'text/plain;charset=UTF-8', 'user-agent': 'Browser/1' }
  const proxies = { ...plain, 'x-forwarded-for': '198.51.100.7, 203.0.113.77, 10.0.0.1' }
  const seen = (ip: string) => ({ ip, userAgent: 'Browser/1' })
  const rows: readonly Row[] = [
    ['are added to a call from a page', false, plain, seen('127.0.0.1')],
    [
      'are not added to a call from a server',
      false,
      { ...plain, 'content-type': 'application/json' },
      undefined,
    ],
    ['are not added to a call that does not say', false, { 'user-agent': 'curl' }, undefined],
    ['are not what a stranger says', false, proxies, seen('127.0.0.1')],
    ['are what one proxy says', 1, proxies, seen('10.0.0.1')],
    ['are what two proxies say', 2, proxies, seen('203.0.113.77')],
    ['are what proxies at known addresses say', ['loopback', '10.0.0.0/8'], proxies, seen('203.0.113.77')],
    ['are not what a proxy elsewhere says', ['192.0.2.1'], proxies, seen('127.0.0.1')],
  ]
  for (const [title, trustProxy, headers, context] of rows) {
    test(title, async () => {
      const server = await startIngest({}, ['/v1'], trustProxy)
      try {
        await send(`${server.url}/v1/t`, { headers, body: JSON.stringify(anyCall) })
        const [entry] = await server.entries()
        assert.deepEqual(entry?.kind === 'event' ? entry.event.context : entry, context)
      } finally {
        await server.close()
      }
    })
  }
})

describe('the clients’ bodies', () => {
  let server: Server
  before(async () => {
    server = await startIngest()
  })
  after(() => server.close())

  const body = JSON.stringify(anyCall)
  const types = [
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'text/plain;charset=UTF-8',
  ]
  const odd = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'json', '', 'a/b; c']
  for (const type of [...types, ...odd, undefined]) {
    test(`of Content-Type ${JSON.stringify(type) ?? 'nothing'} are read as JSON`, async () => {
      const headers = type === undefined ? {} : { 'content-type': type }
      const answer = await send(`${server.url}/v1/t`, { headers, body })
      assert.deepEqual([answer.status, answer.text], [200, SUCCESS])
    })
  }

  test('may be gzip', async () => {
    const headers = { ...auth, 'content-encoding': 'gzip', 'content-type': 'application/json' }
    const answer = await send(`${server.url}/v1/batch`, { headers, body: gzipSync('{"batch":[]}') })
    assert.deepEqual([answer.status, answer.text], [200, SUCCESS])
  })

  test('may have exactly the largest size', async () => {
    const padded = body.replace(/}$/, `,"traits":null}${' '.repeat(BODY_BYTES_MAX)}`).slice(0, BODY_BYTES_MAX)
    assert.equal((await send(`${server.url}/v1/t`, { body: padded })).status, 200)
  })
})

describe('an answer of 200', () => {
  test('names the calls that were refused', async () => {
    const server = await startIngest()
    try {
      const batch = JSON.stringify({ batch: [track('m1'), { type: 'track', userId: 'ada' }] })
      const answer = await send(`${server.url}/v1/batch`, { headers: auth, body: batch })
      assert.equal(answer.status, 200)
      assert.deepEqual(JSON.parse(answer.text), {
        success: true,
        refused: [{ status: 'refused', code: 'EVENT_FIELD_MISSING', reason: '"event" is missing.' }],
      })
    } finally {
      await server.close()
    }
  })

  const strict = [
    ['1', 400],
    ['0', 200],
    ['true', 200],
  ] as const
  for (const [header, status] of strict) {
    test(`becomes ${status} with X-Strict-Mode: ${header} for a call that breaks the spec`, async () => {
      const server = await startIngest()
      try {
        const headers = { ...auth, 'x-strict-mode': header }
        const answer = await send(`${server.url}/v1/track`, { headers, body: '{"userId":"ada"}' })
        assert.equal(answer.status, status)
        const { success, results } = JSON.parse(answer.text)
        assert.deepEqual([success, results?.length], status === 400 ? [false, 1] : [true, undefined])
      } finally {
        await server.close()
      }
    })
  }
})

describe('an error', () => {
  let server: Server
  before(async () => {
    server = await startIngest()
  })
  after(() => server.close())

  const good = JSON.stringify(anyCall)
  const tooMany = JSON.stringify({ batch: Array.from({ length: 11 }, () => ({})) })
  const bomb = gzipSync(Buffer.alloc(1_000_000, '0'))
  const gzip = { 'content-encoding': 'gzip' }
  const rows: readonly [
    title: string,
    address: string,
    sent: Parameters<typeof send>[1],
    status: number,
    code: string,
  ][] = [
    ['no JSON', '/v1/t', { headers: auth, body: '{' }, 400, 'BODY_NOT_JSON'],
    ['no body', '/v1/t', { headers: auth }, 400, 'BODY_NOT_JSON'],
    ['not gzip', '/v1/t', { headers: { ...auth, ...gzip }, body: good }, 400, 'BODY_NOT_DECODABLE'],
    ['no batch', '/v1/batch', { body: good }, 400, 'BATCH_INVALID'],
    ['no write key', '/v1/t', { body: '{"userId":"ada"}' }, 401, 'WRITE_KEY_MISSING'],
    ['another’s write key', '/v1/t', { body: '{"writeKey":"x"}' }, 401, 'WRITE_KEY_UNKNOWN'],
    [
      'another’s user',
      '/v1/b',
      { headers: { authorization: basic('x') }, body: good },
      401,
      'WRITE_KEY_UNKNOWN',
    ],
    ['too long a batch', '/v1/b', { headers: auth, body: tooMany }, 413, 'BATCH_TOO_LONG'],
    ['too large a body', '/v1/t', { body: good + ' '.repeat(BODY_BYTES_MAX) }, 413, 'BODY_TOO_LARGE'],
    ['a bomb', '/v1/t', { headers: { ...auth, ...gzip }, body: bomb }, 413, 'BODY_TOO_LARGE'],
    [
      'zstd',
      '/v1/t',
      { headers: { ...auth, 'content-encoding': 'zstd' }, body: good },
      415,
      'ENCODING_UNSUPPORTED',
    ],
    ['an address that is none', '/v1/tracks', { body: good }, 404, 'ROUTE_NOT_FOUND'],
    ['an address in capitals', '/V1/TRACK', { body: good }, 404, 'ROUTE_NOT_FOUND'],
    ['an address that cannot be decoded', '/v1/%zz', { body: good }, 404, 'ROUTE_NOT_FOUND'],
    ['the root', '/', { method: 'GET' }, 404, 'ROUTE_NOT_FOUND'],
    ['GET', '/v1/track', { method: 'GET' }, 404, 'ROUTE_NOT_FOUND'],
    ['PUT', '/v1/track', { method: 'PUT', body: good }, 404, 'ROUTE_NOT_FOUND'],
    ['DELETE', '/v1/track', { method: 'DELETE' }, 404, 'ROUTE_NOT_FOUND'],
  ]
  for (const [title, address, sent, status, code] of rows) {
    test(`for ${title} is ${status} ${code}`, async () => {
      const answer = await send(server.url + address, sent)
      assert.deepEqual([answer.status, errorOf(answer).code], [status, code])
      assert.match(String(answer.headers['content-type']), /^application\/json/)
      assert.equal(answer.headers['retry-after'], undefined)
    })
  }

  test('for HEAD is 404 without a body', async () => {
    const answer = await send(`${server.url}/v1/track`, { method: 'HEAD' })
    assert.deepEqual([answer.status, answer.text], [404, ''])
  })

  test('404 names the method and the address', async () => {
    const { details } = errorOf(await send(`${server.url}/v1/x?y=1`, { method: 'GET' }))
    assert.deepEqual(details, { address: 'GET /v1/x?y=1' })
  })
  test('413 tells the limit', async () => {
    const { details } = errorOf(await send(`${server.url}/v1/t`, { body: ' '.repeat(BODY_BYTES_MAX + 1) }))
    assert.deepEqual(details, { bytes_max: BODY_BYTES_MAX })
  })
  test('left nothing in the log and was no fault of the server', async () => {
    assert.deepEqual([await server.entries(), server.faults], [[], []])
  })
})

describe('an answer of 503', () => {
  for (const code of ['DISK_NEARLY_FULL', 'SHUTTING_DOWN'] as const) {
    test(`says ${code}, and when to come back: not all at once`, async () => {
      const server = await startIngest({ unwell: () => code })
      try {
        const waits = new Set<number>()
        for (let number = 0; number < 40; number++) {
          const answer = await send(`${server.url}/v1/t`, { headers: auth, body: '{}' })
          assert.deepEqual([answer.status, errorOf(answer).code], [503, code])
          waits.add(Number(answer.headers['retry-after']))
        }
        for (const wait_s of waits) assert.ok(wait_s >= 5 && wait_s <= 10, `${wait_s} s`)
        assert.ok(waits.size > 1)
      } finally {
        await server.close()
      }
    })
  }

  test('says LOG_UNAVAILABLE when the log cannot be written, and the cause is reported', async () => {
    const { log, held } = heldLog()
    const server = await startIngest({
      log: {
        ...log,
        append(entries) {
          const result = log.append(entries)
          held.at(-1)?.fail()
          return result
        },
      },
    })
    try {
      const answer = await send(`${server.url}/v1/t`, { headers: auth, body: JSON.stringify(anyCall) })
      assert.deepEqual([answer.status, errorOf(answer).code], [503, 'LOG_UNAVAILABLE'])
      assert.ok(answer.headers['retry-after'])
      assert.match(String(server.faults[0]), /disk I\/O error/)
    } finally {
      await server.close()
    }
  })
})
