import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { AppError, type ErrorCode } from '../../core/errors.ts'
import { readJson } from './body.ts'

const LIMIT_BYTES = 1_000
const call = { userId: 'ada', event: 'Käse 😀' }
const json = Buffer.from(JSON.stringify(call))
const exactly = (bytes: number) => Buffer.from(JSON.stringify('a'.repeat(bytes - 2)))

describe('readJson reads', () => {
  const rows: readonly [title: string, body: Uint8Array, encoding: string | undefined, value: unknown][] = [
    ['plain JSON', json, undefined, call],
    ['plain JSON under an empty Content-Encoding', json, '', call],
    ['plain JSON that calls itself identity', json, 'identity', call],
    ['gzip', gzipSync(json), 'gzip', call],
    ['gzip under its old name', gzipSync(json), 'x-gzip', call],
    ['an encoding in capitals, with spaces', gzipSync(json), ' GZip ', call],
    ['deflate', deflateSync(json), 'deflate', call],
    ['brotli', brotliCompressSync(json), 'br', call],
    ['JSON behind a byte order mark', Buffer.concat([Buffer.from('\ufeff'), json]), undefined, call],
    [
      'a body of exactly the limit after decompression',
      gzipSync(exactly(LIMIT_BYTES)),
      'gzip',
      'a'.repeat(998),
    ],
    ['a text, which is JSON too', Buffer.from('"x"'), undefined, 'x'],
  ]
  for (const [title, body, encoding, value] of rows) {
    test(title, () => assert.deepEqual(readJson(body, encoding, LIMIT_BYTES), value))
  }
})

describe('readJson refuses', () => {
  const zeros = Buffer.alloc(10_000_000, '0')
  const rows: readonly [title: string, body: Uint8Array, encoding: string | undefined, code: ErrorCode][] = [
    ['a body that is not JSON', Buffer.from('{"userId"'), undefined, 'BODY_NOT_JSON'],
    ['an empty body', Buffer.alloc(0), undefined, 'BODY_NOT_JSON'],
    ['JSON that is not UTF-8', Buffer.from('"caf\xe9"', 'latin1'), undefined, 'BODY_NOT_JSON'],
    ['gzip of what is not JSON', gzipSync('hello'), 'gzip', 'BODY_NOT_JSON'],
    ['gzip without its Content-Encoding', gzipSync(json), undefined, 'BODY_NOT_JSON'],
    ['plain JSON that calls itself gzip', json, 'gzip', 'BODY_NOT_DECODABLE'],
    ['gzip that calls itself brotli', gzipSync(json), 'br', 'BODY_NOT_DECODABLE'],
    ['gzip that calls itself deflate', gzipSync(json), 'deflate', 'BODY_NOT_DECODABLE'],
    ['gzip that was cut off', gzipSync(json).subarray(0, -4), 'gzip', 'BODY_NOT_DECODABLE'],
    ['an empty body that calls itself gzip', Buffer.alloc(0), 'gzip', 'BODY_NOT_DECODABLE'],
    ['an encoding that nobody knows', json, 'zstd', 'ENCODING_UNSUPPORTED'],
    ['two encodings', gzipSync(gzipSync(json)), 'gzip, gzip', 'ENCODING_UNSUPPORTED'],
    ['an encoding named like a part of every object', json, 'constructor', 'ENCODING_UNSUPPORTED'],
    ['gzip with one byte more than the limit', gzipSync(exactly(LIMIT_BYTES + 1)), 'gzip', 'BODY_TOO_LARGE'],
    ['a gzip bomb', gzipSync(zeros), 'gzip', 'BODY_TOO_LARGE'],
    ['a deflate bomb', deflateSync(zeros), 'deflate', 'BODY_TOO_LARGE'],
    ['a brotli bomb', brotliCompressSync(zeros), 'br', 'BODY_TOO_LARGE'],
  ]
  for (const [title, body, encoding, code] of rows) {
    test(`${title}: ${code}`, () => {
      assert.throws(
        () => readJson(body, encoding, LIMIT_BYTES),
        (error) => error instanceof AppError && error.code === code,
      )
    })
  }

  test('and an unsupported encoding is told what is supported', () => {
    assert.throws(() => readJson(json, 'zstd', LIMIT_BYTES), {
      details: { encoding: 'zstd', supported: 'gzip, deflate, br' },
    })
  })
})
