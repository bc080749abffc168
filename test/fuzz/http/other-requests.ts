import type { Route } from '../../../contract/route.ts'
import { ROUTES } from '../../../contract/routes.ts'
import type { Random } from '../../crash/random.ts'
import { brokenBytes, hostileJson, hostileName, pick } from './hostile-json.ts'
import { type Drawn, hostileHeader, KEYS } from './ingest-requests.ts'

const ROUTES_LIST = Object.entries(ROUTES as Readonly<Record<string, Route>>)
  // Streams do not end.
  .filter(([, { answer }]) => answer !== undefined)
  .map(([name, { query, body }]) => {
    const [method = '', address = ''] = name.split(' ')
    const names = (schema: unknown) =>
      Object.keys((schema as { properties?: object } | undefined)?.properties ?? {})
    return { method, address, queries: names(query), fields: names(body), hasBody: body !== undefined }
  })
/** `fuzz-gone` is there until somebody removes it. */
const IDS = [
  ...[
    'fuzz-gone',
    'nothing',
    '__proto__',
    'constructor',
    '..%2f..%2fetc%2fpasswd',
    '%00',
    '%zz',
    '%ff',
    'a%2Fb',
    '%F0%9F%98%80',
  ],
  ...[
    '1',
    '-1',
    '1e400',
    '0/1/2',
    `${'x'.repeat(500)}`,
    "'%20or%201=1--",
    '%7B%7B7*7%7D%7D',
    '*',
    '%E2%80%AE',
  ],
] as const
const VALUES = [
  ...[
    '',
    '1',
    '-1',
    '1e400',
    'NaN',
    'true',
    '__proto__',
    '%00',
    '%zz',
    '0/1/2',
    "'",
    '%25',
    '2026-01-01',
    'ada',
    '9'.repeat(400),
  ],
  ...['a'.repeat(3_000), '%F0%9F%98%80', '[]', '*', '^(a%2B)%2B$', 'track', '500', '501', 'next'],
] as const

/** A request to a route of the admin API. */
export function drawAdmin(random: Random): Drawn {
  const { method, address, queries, fields, hasBody } = pick(random, ROUTES_LIST)
  const path = address.replaceAll(/:\w+/g, () => pick(random, IDS))
  const names = [...queries, ...(random.whole(0, 5) === 0 ? ['__proto__', 'limit', 'constructor'] : [])]
  const query = names.filter(() => random.whole(0, 2) === 0).map((name) => `${name}=${pick(random, VALUES)}`)
  const parts = fields.filter(() => random.whole(0, 2) > 0).map((name) => `"${name}":${hostileJson(random)}`)
  if (random.whole(0, 5) === 0) parts.push(`${hostileName(random)}:${hostileJson(random)}`)
  const text = random.whole(0, 9) === 0 ? hostileJson(random) : `{${parts.join()}}`
  const body = random.whole(0, 9) === 0 ? brokenBytes(random, text) : Buffer.from(text)
  const carries = hasBody || random.whole(0, 20) === 0
  return request(random, {
    method: random.whole(0, 40) === 0 ? pick(random, METHODS) : method,
    target: query.length === 0 ? path : `${path}?${query.join('&')}`,
    host: random.whole(0, 30) === 0 ? pick(random, HOSTS) : 'localhost:4001',
    body: carries ? body : Buffer.alloc(0),
  })
}

/** A request to something else of the public port. */
export function drawPublic(random: Random): Drawn {
  const target = pick(random, TARGETS).replaceAll('{}', () => pick(random, [...IDS, KEYS.site]))
  const body = random.whole(0, 1) === 0 ? Buffer.alloc(0) : brokenBytes(random, hostileJson(random))
  return request(random, { method: pick(random, METHODS), target, host: pick(random, HOSTS), body })
}

const METHODS = [
  'GET',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
] as const
const HOSTS = [
  'localhost:4001',
  'evil.example',
  '',
  'localhost:99999',
  '[::1',
  'a b',
  '\xff',
  'localhost@evil',
] as const
const TARGETS = [
  ...[
    '/healthz',
    '/readyz',
    '/v1/projects/{}/settings',
    '/v1/analytics-js/snippet/{}/analytics.min.js',
    '/v1/{}',
  ],
  ...[
    '/analytics.js/v1/{}/analytics.min.js',
    '/analytics-next/bundles/{}',
    '/{}',
    '//',
    '/v1/batch/../../{}',
    '*',
  ],
  ...[
    'http://evil.example/v1/track',
    '/v1/m',
    '/?{}={}',
    '/v1/track;a={}',
    '/v1/%74rack',
    '/V1/Track',
    '/v1/track/',
  ],
] as const

type Parts = {
  readonly method: string
  readonly target: string
  readonly host: string
  readonly body: Buffer
}

function request(random: Random, { method, target, host, body }: Parts): Drawn {
  const heads = [
    `${method} ${target} HTTP/1.1`,
    `host: ${host}`,
    `content-length: ${body.length}`,
    ...(random.whole(0, 15) === 0 ? [hostileHeader(random)] : []),
    ...(random.whole(0, 15) === 0
      ? [`origin: ${pick(random, ['https://evil.example', 'null', 'http://localhost'])}`]
      : []),
  ]
  const bytes = Buffer.concat([Buffer.from(`${heads.join('\r\n')}\r\n\r\n`, 'latin1'), body])
  // What Node cannot read is answered and ends the connection.
  return { bytes, isHead: method === 'HEAD', isLast: false }
}

/** Bytes that are no request at all, or most of one. */
export function drawNoise(random: Random): Drawn {
  const start = pick(random, [
    '',
    'GET ',
    'POST /v1/track HTTP/1.1\r\n',
    '\x16\x03\x01',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ])
  const noise = Buffer.from(Array.from({ length: random.whole(1, 200) }, () => random.whole(0, 255)))
  const bytes = Buffer.concat([Buffer.from(start, 'latin1'), noise])
  return { bytes, isHead: false, isLast: true }
}
