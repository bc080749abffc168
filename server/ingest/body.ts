import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { AppError } from '../../core/errors.ts'

const DECODERS: Readonly<Record<string, typeof gunzipSync>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
}
const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * The body as JSON, whatever its Content-Type says: the browser libraries send JSON as `text/plain`, to be spared a
 * CORS preflight.
 *
 * @throws {AppError} ENCODING_UNSUPPORTED, BODY_NOT_DECODABLE, BODY_TOO_LARGE (after decompression), BODY_NOT_JSON.
 */
export function readJson(body: Uint8Array, contentEncoding: string | undefined, bytes_max: number): unknown {
  const bytes = decompress(body, contentEncoding, bytes_max)
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch (cause) {
    throw new AppError('BODY_NOT_JSON', {}, { cause })
  }
}

function decompress(body: Uint8Array, contentEncoding: string | undefined, bytes_max: number): Uint8Array {
  const encoding = contentEncoding?.trim().toLowerCase() ?? ''
  if (encoding === '' || encoding === 'identity') return body
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined
  if (decode === undefined) {
    throw new AppError('ENCODING_UNSUPPORTED', { encoding, supported: 'gzip, deflate, br' })
  }
  try {
    return decode(body, { maxOutputLength: bytes_max })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new AppError('BODY_TOO_LARGE', { bytes_max })
    }
    throw new AppError('BODY_NOT_DECODABLE', { encoding }, { cause })
  }
}
