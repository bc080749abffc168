import { crc32 } from 'node:zlib'
import { headers, type MsgHdrs } from '@nats-io/transport-node'
import { AppError } from '../../core/errors.ts'
import type { Chunk, ChunkHead } from './log.ts'

/** `count at_ms crc`: what stands beside a chunk's text, so that heads are read without it. */
const CHUNK_HEADER = 'Millrace-Chunk'
/** The entries' fingerprints, high and low halves in turn, as base64 of 32-bit words. */
const PRINTS_HEADER = 'Millrace-Prints'
/** Room for both headers and the server's own: 1,000 fingerprints are 10.7 KB. */
export const HEADERS_BYTES_MAX = 16_384

/** A message as the stream has it. */
export type StoredMessage = {
  readonly subject: string
  readonly seq: number
  readonly headers: MsgHdrs
  /** Empty where only heads were asked for. */
  readonly data: Uint8Array
  /** Of the text, though it may not have been asked for. */
  readonly text_bytes: number
}

/** A chunk's head with what only this log knows of it. */
export type StoredHead = ChunkHead & {
  readonly crc: number
  readonly prints: string
  readonly text_bytes: number
  /** Where its text stands: the number in its own stream. */
  readonly seq: number
}

export type Writing = {
  readonly count: number
  readonly at_ms: number
  readonly text: Uint8Array
  readonly prints: string
  /** What it was when it was written; left out: that of the text. */
  readonly crc?: number
}

/** The headers of a chunk's message. */
export function chunkHeaders({ count, at_ms, text, prints, crc = crc32(text) }: Writing): MsgHdrs {
  const made = headers()
  made.set(CHUNK_HEADER, `${count} ${at_ms} ${crc}`)
  if (prints !== '') made.set(PRINTS_HEADER, prints)
  return made
}

export function printsOf(halves: readonly number[]): string {
  return Buffer.from(Uint32Array.from(halves).buffer).toString('base64')
}

export function halvesOf(prints: string): Uint32Array {
  const bytes = Buffer.from(prints, 'base64')
  return new Uint32Array(new Uint8Array(bytes).buffer)
}

/** The head of a chunk whose number is given by its place: that of its message, or what its subject says. */
export function headOf(message: StoredMessage, lane: number, chunk = message.seq): StoredHead {
  const [count = 0, at_ms = 0, crc = -1] = message.headers.get(CHUNK_HEADER).split(' ').map(Number)
  const { seq, text_bytes } = message
  return { lane, chunk, count, at_ms, crc, prints: message.headers.get(PRINTS_HEADER), text_bytes, seq }
}

export function textMatches({ crc }: StoredHead, data: Uint8Array): boolean {
  return crc32(data) === crc
}

/**
 * The chunk of a head and its text.
 *
 * @throws {AppError} CHUNK_DAMAGED when the text does not match its checksum.
 */
export function checkedChunk(head: StoredHead, data: Uint8Array): Chunk {
  const { lane, chunk, count, at_ms } = head
  if (!textMatches(head, data)) throw new AppError('CHUNK_DAMAGED', { lane, chunk })
  return { lane, chunk, count, at_ms, text: Buffer.from(data).toString() }
}
