import { packText, type StoredText, unpackText } from '../body.ts'

/**
 * A stored text as bytes. What is compressed begins with the mark of Zstandard, and no UTF-8 does: its second byte cannot follow its
 * first. RFC 8878, section 3.1.1.
 */
const MARK = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

export function bytesOf(stored: StoredText): Buffer {
  return typeof stored === 'string' ? Buffer.from(stored) : Buffer.from(stored)
}

export function storedOf(bytes: Buffer): StoredText {
  return bytes.subarray(0, MARK.length).equals(MARK) ? bytes : bytes.toString()
}

export function packBytes(text: string): Buffer {
  return bytesOf(packText(text).stored)
}

export function unpackBytes(bytes: Buffer): string {
  return unpackText(storedOf(bytes))
}
