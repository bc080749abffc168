import { block, FIRST_STATE, paddedWords } from './sha256.ts'

const BLOCK_BYTES = 64

/** HMAC-SHA-256 of a text under a key of at most 64 bytes, both in UTF-8, as 32 bytes: RFC 2104. */
export function hmacSha256(key: string, text: string): Uint8Array {
  const padded = new Uint8Array(BLOCK_BYTES)
  padded.set(new TextEncoder().encode(key))
  const keyed = (pad: number, bytes: Uint8Array) =>
    digest(Uint8Array.from([...padded.map((byte) => byte ^ pad), ...bytes]))
  return keyed(0x5c, keyed(0x36, new TextEncoder().encode(text)))
}

/** As `sha256`, of bytes. It stands here because pages have no use for it, and get that file with every mapping. */
function digest(bytes: Uint8Array): Uint8Array {
  const words = paddedWords(bytes)
  const state = Int32Array.from(FIRST_STATE)
  for (let at = 0; at < words.length; at += 16) block(state, words, at)
  const view = new DataView(new ArrayBuffer(32))
  for (const [index, word] of state.entries()) view.setInt32(index * 4, word)
  return new Uint8Array(view.buffer)
}
