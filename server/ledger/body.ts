import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** Of an attempt's request, in UTF-8, before compression. */
export const BODY_bytes_max = 256 * 1024
/** Of an attempt's answer: a receiver that answers at length fills nobody's disk. */
export const ANSWER_bytes_max = 16 * 1024
/** The same for a dead letter's, of which there may be as many as events. */
export const DEAD_ANSWER_bytes_max = 4 * 1024
/** Shorter texts gain little from compression, and can be read in the file with any SQLite tool as they are. */
const PLAIN_bytes_max = 512

/** A text as it is stored: itself when it is short, else its UTF-8 compressed with Zstandard. */
export type StoredText = string | Uint8Array

/**
 * Makes a text small. Level 1: request bodies are JSON with the same keys over and over, so the quickest level
 * already takes nine tenths away.
 *
 * @param bytes_max What is longer is cut, between two characters.
 * @returns         What to store, and the size of the whole text in UTF-8, from which a reader sees that it was cut.
 */
export function packText(
  text: string,
  bytes_max = Number.POSITIVE_INFINITY,
): { readonly stored: StoredText; readonly size_bytes: number } {
  const size_bytes = Buffer.byteLength(text)
  if (size_bytes <= Math.min(PLAIN_bytes_max, bytes_max)) return { stored: text, size_bytes }
  const bytes = size_bytes > bytes_max ? cut(text, bytes_max) : Buffer.from(text)
  const stored = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })
  return { stored, size_bytes }
}

/** The text again; one that was cut ends with a line that says so, because a body that stops short looks like a bug. */
export function unpackText(stored: StoredText, size_bytes?: number): string {
  if (typeof stored === 'string') return stored
  const bytes = zstdDecompressSync(stored)
  const text = bytes.toString()
  if (size_bytes === undefined || bytes.length >= size_bytes) return text
  return `${text}\n… cut here: ${bytes.length} of ${size_bytes} bytes were kept`
}

/** A text whose end is cut off where it is too long, with the note of that. */
export function cutText(text: string, bytes_max: number): string {
  if (Buffer.byteLength(text) <= bytes_max) return text
  const { stored, size_bytes } = packText(text, bytes_max)
  return unpackText(stored, size_bytes)
}

export function storedSize_bytes(stored: StoredText): number {
  return typeof stored === 'string' ? Buffer.byteLength(stored) : stored.length
}

/** `encodeInto` stops before a character that does not fit whole. */
function cut(text: string, bytes_max: number): Uint8Array {
  const bytes = new Uint8Array(bytes_max)
  const { written } = new TextEncoder().encodeInto(text, bytes)
  return bytes.subarray(0, written)
}
