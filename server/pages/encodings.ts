import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const toBrotli = promisify(brotliCompress)
const toGzip = promisify(gzip)

/** The highest: 0.12 s for a library, once, outside of this thread; 9 takes a fifth of that and leaves 8 percent more to send. */
const BROTLI_QUALITY = 11
const GZIP_LEVEL = 9
/** Below this, the headers of a compressed answer are as large as what they save. */
const COMPRESS_FROM_BYTES = 512
/** Both vendors' libraries in three encodings, for some dozen sources. */
const CACHE_BYTES_MAX = 16_777_216
const ENCODINGS = ['br', 'gzip'] as const
type Encoding = (typeof ENCODINGS)[number]

export type Encoded = {
  readonly bytes: Uint8Array
  readonly encoding: Encoding | undefined
  /** Another one for each encoding, as it must be: RFC 9110, section 8.8.3. */
  readonly etag: string
}

/**
 * Texts as they go out, each compressed once and kept, those that were asked for last. Compressing happens in the
 * thread pool, so that events are taken meanwhile.
 */
export function encodedTexts(bytes_max = CACHE_BYTES_MAX) {
  const kept = new Map<string, Encoded>()
  const making = new Map<string, Promise<Encoded>>()
  let bytes = 0

  function keep(key: string, encoded: Encoded): void {
    bytes += key.length + encoded.bytes.length
    kept.set(key, encoded)
    for (const [oldest, { bytes: old }] of kept) {
      if (bytes <= bytes_max) break
      kept.delete(oldest)
      bytes -= oldest.length + old.length
    }
  }

  /** `name` tells texts apart; `read` is called when the text is not kept. */
  return async function encoded(
    name: string,
    acceptEncoding: string | undefined,
    read: () => string | Promise<string>,
  ): Promise<Encoded> {
    const encoding = chooseEncoding(acceptEncoding)
    const key = `${encoding ?? ''}\n${name}`
    const found = kept.get(key)
    if (found !== undefined) {
      kept.delete(key)
      kept.set(key, found)
      return found
    }
    const before = making.get(key)
    if (before !== undefined) return before
    const promise = encode(read, encoding)
    making.set(key, promise)
    try {
      const made = await promise
      keep(key, made)
      return made
    } finally {
      making.delete(key)
    }
  }
}
export type EncodedTexts = ReturnType<typeof encodedTexts>

async function encode(read: () => string | Promise<string>, wanted: Encoding | undefined): Promise<Encoded> {
  const plain = Buffer.from(await read())
  const encoding = plain.length < COMPRESS_FROM_BYTES ? undefined : wanted
  const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 22)
  const etag = `"${hash}${encoding === undefined ? '' : `-${encoding}`}"`
  return { bytes: await compress(plain, encoding), encoding, etag }
}

async function compress(plain: Uint8Array, encoding: Encoding | undefined): Promise<Uint8Array> {
  switch (encoding) {
    case undefined:
      return plain
    case 'gzip':
      return toGzip(plain, { level: GZIP_LEVEL })
    case 'br':
      return toBrotli(plain, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
          [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        },
      })
  }
}

/** The best that the client takes. A quality of 0 means "not": RFC 9110, section 12.5.3. */
export function chooseEncoding(acceptEncoding: string | undefined): Encoding | undefined {
  const taken = (acceptEncoding ?? '').toLowerCase().split(',').flatMap(readChoice)
  return ENCODINGS.find((encoding) => taken.includes(encoding))
}

function readChoice(text: string): readonly string[] {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim())
  return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [name]
}

/** Whether the client has this very text already: `If-None-Match`. */
export function hasAlready(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = (ifNoneMatch ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''))
  return known.includes(etag) || known.includes('*')
}
