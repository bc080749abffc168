import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { Random } from '../../crash/random.ts'
import { brokenBytes, hostileJson, hostileName, pick } from './hostile-json.ts'

/** A request as bytes, and what can be said of it beforehand. */
export type Drawn = {
  readonly bytes: Buffer
  readonly isHead: boolean
  /** It may not end where it says: nothing may follow it on its connection, and it may be closed without an answer. */
  readonly isLast: boolean
  /** What ingest may read as calls when it answers that it took them; undefined: nothing. */
  readonly body?: { readonly text: string; readonly isBatch: boolean }
}

/** Those of test/fuzz/http.ts: an open one, one for pages of one site, and one with a disabled key. */
export const KEYS = { open: 'fuzz-open-key', site: 'fuzz-site-key', disabled: 'fuzz-disabled-key' } as const
const SOME_KEYS = [
  KEYS.open,
  KEYS.open,
  KEYS.open,
  KEYS.site,
  KEYS.disabled,
  'nobody',
  '',
  '__proto__',
] as const
const NAMES = ['track', 'identify', 'page', 'screen', 'group', 'alias', 't', 'i', 'p', 's', 'g', 'a'] as const
/** So many that the memory for duplicates does not grow. */
const MESSAGE_IDS = 5_000

export function drawIngest(random: Random): Drawn {
  const isBatch = random.whole(0, 2) === 0
  const path = isBatch ? pick(random, ['/v1/batch', '/v1/b']) : `/v1/${pick(random, NAMES)}`
  const text = isBatch ? drawBatch(random) : drawCall(random)
  const writeKey = pick(random, SOME_KEYS)
  const plain = random.whole(0, 9) === 0 ? brokenBytes(random, text) : Buffer.from(text)
  const { body, header, isWhole } = encoded(random, plain)
  const heads = [
    `POST ${path} HTTP/1.1`,
    'host: fuzz',
    `authorization: ${authorization(random, writeKey)}`,
    ...(header === undefined ? [] : [header]),
    ...(random.whole(0, 3) === 0 ? [pick(random, ORIGINS)] : []),
    ...(random.whole(0, 5) === 0 ? ['x-strict-mode: 1'] : []),
    ...(random.whole(0, 9) === 0 ? [hostileHeader(random)] : []),
  ]
  const read = isWhole ? { body: { text: plain.toString('utf8'), isBatch } } : {}
  return { ...framed(random, heads, body), isHead: false, ...read }
}

const ORIGINS = ['https://shop.example', 'https://a.shop.example', 'https://evil.example', 'null', ''].map(
  (origin) => `origin: ${origin}`,
)

function drawCall(random: Random): string {
  const fields = [
    `"type":"${pick(random, NAMES.slice(0, 6))}"`,
    `"messageId":"m${random.whole(1, MESSAGE_IDS)}"`,
    ...['"event":"Viewed"', '"userId":"ada"', '"anonymousId":"a1"', '"groupId":"g1"', '"previousId":"p1"'],
    ...['"properties"', '"context"', '"traits"'].map((name) => `${name}:${objectText(random)}`),
  ].filter(() => random.whole(0, 9) > 0)
  if (random.whole(0, 2) === 0) fields.push(`${hostileName(random)}:${hostileJson(random)}`)
  return random.whole(0, 30) === 0 ? hostileJson(random) : `{${fields.join()}}`
}

const objectText = (random: Random) => `{${hostileName(random)}:${hostileJson(random)},"plan":"pro"}`

function drawBatch(random: Random): string {
  const dice = random.whole(0, 60)
  if (dice === 0) return `{"batch":${hostileJson(random)}}`
  if (dice === 1) return `{"batch":[${Array.from({ length: 2_501 }, () => '1').join()}]}`
  const calls = Array.from({ length: random.whole(0, 4) }, () => drawCall(random))
  const rest = random.whole(0, 3) === 0 ? `,${hostileName(random)}:${hostileJson(random)}` : ''
  // A second "batch" would be the one that counts.
  return `{"batch":[${calls.join()}]${rest.startsWith(',"batch"') ? '' : rest}}`
}

function authorization(random: Random, writeKey: string): string {
  const pair = Buffer.from(`${writeKey}:`).toString('base64')
  switch (random.whole(0, 20)) {
    case 0:
      return `Basic ${pair.slice(1)}`
    case 1:
      return `Bearer ${pair}`
    case 2:
      return `basic   ${pair}`
    case 3:
      return `Basic ${'A'.repeat(random.whole(0, 8_000))}`
    default:
      return `Basic ${pair}`
  }
}

const MEBI = 1_048_576
/** What unpacks to far more than may be, and what never ends or was never packed. */
const BOMBS = {
  gzip: gzipSync(Buffer.alloc(20 * MEBI)),
  deflate: deflateSync(Buffer.alloc(20 * MEBI)),
  br: brotliCompressSync(Buffer.alloc(20 * MEBI)),
} as const
const PACKERS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync } as const
type Packer = keyof typeof PACKERS

function encoded(random: Random, plain: Buffer): { body: Buffer; header?: string; isWhole: boolean } {
  const packer = pick<Packer>(random, ['gzip', 'gzip', 'deflate', 'br'])
  const header = `content-encoding: ${packer}`
  switch (random.whole(0, 60)) {
    case 0:
      return { body: BOMBS[packer], header, isWhole: false }
    case 1:
      return { body: gzipSync(gzipSync(plain)), header: 'content-encoding: gzip', isWhole: false }
    case 2:
      return { body: plain, header, isWhole: false }
    case 3:
      return { body: brokenBytes(random, PACKERS.gzip(plain).toString('latin1')), header, isWhole: false }
    case 4:
      return { body: plain, header: `content-encoding: ${pick(random, ENCODINGS)}`, isWhole: false }
    case 5:
    case 6:
    case 7:
      return {
        body: packer === 'br' ? gzipSync(plain) : PACKERS[packer](plain),
        header: packer === 'br' ? 'content-encoding: gzip' : header,
        isWhole: true,
      }
    default:
      return { body: plain, isWhole: true }
  }
}
const ENCODINGS = ['zstd', 'gzip, gzip', '__proto__', 'constructor', 'compress', 'g', '\t;'] as const

/** The head with its body behind it, and mostly with a length that is right. */
function framed(random: Random, heads: readonly string[], body: Buffer): Pick<Drawn, 'bytes' | 'isLast'> {
  const whole = (lines: readonly string[], rest: Buffer, isLast: boolean) => ({
    bytes: Buffer.concat([Buffer.from(`${[...heads, ...lines].join('\r\n')}\r\n\r\n`, 'latin1'), rest]),
    isLast,
  })
  switch (random.whole(0, 80)) {
    case 0:
      return whole([`content-length: ${body.length + random.whole(1, 1_000)}`], body, true)
    case 1:
      return whole([`content-length: ${pick(random, LENGTHS)}`], body, true)
    case 2:
      return whole([`content-length: ${body.length}`, 'transfer-encoding: chunked'], body, true)
    case 3:
      return whole(['transfer-encoding: chunked'], Buffer.from('zz\r\n'), true)
    case 4:
    case 5:
      return whole(['transfer-encoding: chunked'], chunked(body), false)
    default:
      return whole([`content-length: ${body.length}`], body, false)
  }
}
const LENGTHS = ['-1', '1e3', '0x10', '99999999999999999999', '1, 2', 'ten', '+5'] as const

function chunked(body: Buffer): Buffer {
  const middle = Math.ceil(body.length / 2)
  const parts = [body.subarray(0, middle), body.subarray(middle)].filter(({ length }) => length > 0)
  return Buffer.concat([
    ...parts.flatMap((part) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]),
    Buffer.from('0\r\n\r\n'),
  ])
}

export function hostileHeader(random: Random): string {
  return pick(random, [
    `x-a: ${'b'.repeat(random.whole(0, 15_000))}`,
    Array.from({ length: random.whole(1, 300) }, (_, at) => `x-${at}: ${at}`).join('\r\n'),
    'x-forwarded-for: 127.0.0.1, __proto__',
    'content-type: __proto__/constructor; charset=\xff',
    'user-agent: \xe9\x80\xff',
    'expect: 100-continue',
    'cookie: __proto__=1; a="; b',
    'if-none-match: W/"*"',
    '__proto__: x',
    'accept-encoding: gzip;q=nan, *;q=-1',
  ])
}
