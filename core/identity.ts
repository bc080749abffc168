import { sha256 } from './sha256.ts'

/** Two independent 32-bit halves: enough that two of ten million ids meet with a chance of about 3 in a million. */
export type Fingerprint = { readonly high: number; readonly low: number }

/**
 * A 64-bit fingerprint of a text, for de-duplication and lanes: fast and well spread, not secret. With a `seed` that
 * is not known outside, nobody can prepare two texts that meet.
 *
 * The mixing is cyrb53's (bryc, public domain), widened to all 64 bits.
 */
export function fingerprint(text: string, seed = 0): Fingerprint {
  let a = 0xdeadbeef ^ seed
  let b = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x9e3779b1)
    b = Math.imul(b ^ code, 0x5f356495)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return { high: b >>> 0, low: a >>> 0 }
}

/**
 * The lane of everything that has this key: the same key always lands in the same lane, which is what keeps a
 * person's events in order. See docs/adr/0002-log-lanes-and-chunks.md.
 */
export function laneOf(key: string, lanes: number): number {
  return fingerprint(key).low % lanes
}

const HIGH_BITS = 2 ** 21
const LOW_BITS = 2 ** 32

/**
 * A Heap `user_id` for somebody who has only an anonymousId: the last 53 of the first 64 bits of its SHA-256
 * (big-endian), as decimal text.
 * Stable for ever and the same in every source, so one anonymous visitor is one Heap user.
 *
 * Heap's user ids are numbers from 0 to 2^53 - 1 (https://developers.heap.io/reference/track-1, `user_id`).
 */
export function anonymousUserId(anonymousId: string): string {
  const bytes = sha256(anonymousId)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return String((view.getUint32(0) % HIGH_BITS) * LOW_BITS + view.getUint32(4))
}
