/**
 * SHA-256 of a text in UTF-8, as 32 bytes: FIPS 180-4. Our own because it goes into every page with the mappings: a
 * fourth of the size of the library that its tests hold it against. Not for secrets: it does not run in constant time.
 */
export function sha256(text: string): Uint8Array {
  const words = paddedWords(new TextEncoder().encode(text))
  const state = Int32Array.from(FIRST_STATE)
  for (let at = 0; at < words.length; at += 16) block(state, words, at)
  const view = new DataView(new ArrayBuffer(32))
  for (let at = 0; at < 8; at += 1) view.setInt32(at * 4, state[at] as number)
  return new Uint8Array(view.buffer)
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The message schedule of the block at hand. */
const w = new Int32Array(64)

/** The message, a 1 bit, zeros, and the length in bits, in blocks of 16 big-endian words. */
export function paddedWords(bytes: Uint8Array): Int32Array {
  const words = new Int32Array(((bytes.length + 72) >> 6) << 4)
  for (let at = 0; at < bytes.length; at++) {
    words[at >> 2] = (words[at >> 2] as number) | ((bytes[at] as number) << (24 - (at & 3) * 8))
  }
  words[bytes.length >> 2] = (words[bytes.length >> 2] as number) | (0x80 << (24 - (bytes.length & 3) * 8))
  words[words.length - 2] = Math.floor(bytes.length / 2 ** 29)
  words[words.length - 1] = bytes.length << 3
  return words
}

export function block(state: Int32Array, words: Int32Array, at: number): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < 64; i++) {
    w[i] = i < 16 ? (words[at + i] as number) : scheduled(i)
    const choice = (e & f) ^ (~e & g)
    const t1 =
      (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + (ROUND[i] as number) + (w[i] as number)) | 0
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries())
    state[index] = (state[index] as number) + word
}

function scheduled(i: number): number {
  const [early, late] = [w[i - 15] as number, w[i - 2] as number]
  const sum0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
  const sum1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
  return ((w[i - 16] as number) + sum0 + (w[i - 7] as number) + sum1) | 0
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}

/** The first 32 bits of the fractions of the square roots of the first 8 primes, and of the cube roots of the first 64. */
const PRIMES = primes(64)
export const FIRST_STATE = PRIMES.slice(0, 8).map((prime) => fractionBits(prime ** (1 / 2)))
const ROUND = Int32Array.from(PRIMES, (prime) => fractionBits(prime ** (1 / 3)))

function fractionBits(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0
}

function primes(count: number): number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n)
  return found
}
