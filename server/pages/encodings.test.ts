import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { encodedTexts, hasAlready } from './encodings.ts'

const TEXT = 'window.analytics = []; '.repeat(100)

describe('a text', () => {
  const rows: readonly (readonly [
    acceptEncoding: string | undefined,
    encoding: 'br' | 'gzip' | undefined,
  ])[] = [
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['deflate, zstd', undefined],
    ['*', undefined],
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['BR;q=0.1, GZIP;q=1', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br; q=0.000, gzip; q=0.0', undefined],
    ['broken, gzipped', undefined],
  ]
  for (const [acceptEncoding, encoding] of rows) {
    test(`for Accept-Encoding ${JSON.stringify(acceptEncoding)} goes out as ${encoding ?? 'it is'}`, async () => {
      const encoded = await encodedTexts()('a', acceptEncoding, () => TEXT)
      assert.equal(encoded.encoding, encoding)
      const plain = { br: brotliDecompressSync, gzip: gunzipSync }
      const bytes = encoding === undefined ? encoded.bytes : plain[encoding](encoded.bytes)
      assert.equal(Buffer.from(bytes).toString(), TEXT)
      if (encoding !== undefined) assert.ok(encoded.bytes.length < TEXT.length / 2)
    })
  }

  test('that is short is not compressed', async () => {
    const texts = encodedTexts()
    assert.equal((await texts('a', 'br', () => 'x'.repeat(511))).encoding, undefined)
    assert.equal((await texts('b', 'br', () => 'x'.repeat(512))).encoding, 'br')
  })

  test('has a tag of its own in each encoding, that changes with it and with nothing else', async () => {
    const texts = encodedTexts()
    const tag = async (name: string, encoding: string, text: string) =>
      (await texts(name, encoding, () => text)).etag
    const tags = [await tag('a', '', TEXT), await tag('a', 'br', TEXT), await tag('a', 'gzip', TEXT)]
    assert.equal(new Set(tags).size, 3)
    for (const one of tags) assert.match(one, /^"[\w-]+"$/)
    assert.equal(await tag('another name', 'br', TEXT), tags[1])
    assert.notEqual(await tag('another text', 'br', `${TEXT} `), tags[1])
  })
})

describe('texts are kept', () => {
  /** Counts how often a text is read. */
  function counted(bytes_max?: number) {
    const texts = encodedTexts(bytes_max)
    const reads: string[] = []
    const ask = (name: string, encoding = '') =>
      texts(name, encoding, async () => {
        reads.push(name)
        return TEXT
      })
    return { reads, ask }
  }

  test('so that each is compressed once, also when many ask at the same time', async () => {
    const { reads, ask } = counted()
    await Promise.all([ask('a', 'br'), ask('a', 'br'), ask('a', 'br')])
    await ask('a', 'br')
    assert.deepEqual(reads, ['a'])
    await ask('a', 'gzip')
    assert.deepEqual(reads, ['a', 'a'])
  })

  test('up to a limit: those that nobody asked for longest go first', async () => {
    const { reads, ask } = counted(3 * (TEXT.length + 2))
    for (const name of ['a', 'b', 'c', 'a', 'd']) await ask(name)
    assert.deepEqual(reads, ['a', 'b', 'c', 'd'])
    await ask('a')
    assert.deepEqual(reads, ['a', 'b', 'c', 'd'])
    await ask('b')
    assert.deepEqual(reads, ['a', 'b', 'c', 'd', 'b'])
  })

  test('even one that is larger than the limit goes out', async () => {
    const { reads, ask } = counted(10)
    assert.equal((await ask('a')).bytes.length, TEXT.length)
    await ask('a')
    assert.deepEqual(reads, ['a', 'a'])
  })

  test('but not a failure', async () => {
    const texts = encodedTexts()
    const fail = () => Promise.reject(new Error('gone'))
    await assert.rejects(texts('a', undefined, fail), /gone/)
    assert.equal(Buffer.from((await texts('a', undefined, () => TEXT)).bytes).toString(), TEXT)
  })
})

describe('If-None-Match', () => {
  const rows: readonly (readonly [header: string | undefined, has: boolean])[] = [
    [undefined, false],
    ['', false],
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
  ]
  for (const [header, has] of rows) {
    test(`${JSON.stringify(header)} ${has ? 'names' : 'does not name'} "a"`, () =>
      assert.equal(hasAlready(header, '"a"'), has))
  }
})
