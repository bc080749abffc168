import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { AppError } from '../../core/errors.ts'

/** So much of the beginning tells one file from another. */
const HEAD_BYTES = 65_536
const GZIP = Buffer.from([0x1f, 0x8b])
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

export type Compression = 'none' | 'gzip' | 'zstd'
export type Input = {
  readonly compression: Compression
  /** What is inside the compression, from the beginning. May be read once. */
  readonly chunks: AsyncIterable<Buffer>
  /** The first bytes of it, at most 64 KiB. */
  readonly head: Buffer
  /** How much of the file itself has been read. */
  readonly readBytes: () => number
}

/**
 * Opens a file, or what stands on standard input, and looks through its compression: gzip and zstd are known by their
 * first bytes, whatever the name says.
 *
 * @throws {AppError} IMPORT_UNREADABLE, also while it is read.
 */
export async function openInput(file: string | NodeJS.ReadableStream): Promise<Input> {
  const name = typeof file === 'string' ? file : 'standard input'
  let readBytes = 0
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of typeof file === 'string' ? createReadStream(file) : file) {
      readBytes += chunk.length
      yield chunk as Buffer
    }
  }
  const raw = await peeked(named(counted(), name), ZSTD.length)
  const compression = compressionOf(raw.head)
  const plain = await peeked(named(decompressed(raw.chunks, compression), name), HEAD_BYTES)
  return { compression, chunks: plain.chunks, head: plain.head, readBytes: () => readBytes }
}

/** Two files that begin alike are told apart by their calls, of which ids are made too. */
export function fingerprintOf(head: Buffer): string {
  return createHash('sha256').update(head.subarray(0, HEAD_BYTES)).digest('hex')
}

function compressionOf(head: Buffer): Compression {
  if (head.subarray(0, GZIP.length).equals(GZIP)) return 'gzip'
  return head.subarray(0, ZSTD.length).equals(ZSTD) ? 'zstd' : 'none'
}

function decompressed(chunks: AsyncIterable<Buffer>, compression: Compression): AsyncIterable<Buffer> {
  if (compression === 'none') return chunks
  const source = Readable.from(chunks, { objectMode: false })
  const decoder = compression === 'gzip' ? createGunzip() : createZstdDecompress()
  source.once('error', (error) => decoder.destroy(error))
  return source.pipe(decoder)
}

/** The first bytes, and all of it, those included. */
async function peeked(all: AsyncIterable<Buffer>, bytes: number) {
  const rest = all[Symbol.asyncIterator]()
  const first: Buffer[] = []
  let length = 0
  let failure: unknown
  while (length < bytes) {
    // What was read before it failed is still good.
    const next = await rest.next().catch((error: unknown) => {
      failure = error
      return { done: true as const, value: undefined }
    })
    if (next.done === true) break
    first.push(next.value)
    length += next.value.length
  }
  async function* chunks(): AsyncGenerator<Buffer> {
    yield* first
    if (failure !== undefined) throw failure
    for (;;) {
      const next = await rest.next()
      if (next.done === true) return
      yield next.value
    }
  }
  return { head: Buffer.concat(first).subarray(0, bytes), chunks: chunks() }
}

async function* named(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  try {
    yield* chunks
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('IMPORT_UNREADABLE', { file, problem: (cause as Error).message }, { cause })
  }
}

/** What follows after so many bytes. */
export async function* after(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of chunks) {
    if (chunk.length > left) yield left === 0 ? chunk : chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}
