import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** 256 bits, so that nobody guesses one: no slow hash is needed to keep it. */
const SECRET_BYTES = 32
/** 62 ^ 43 is a little more than 2 ^ 256. */
const SECRET_CHARS = 43
/** 62 ^ 6 is more than 2 ^ 32. */
const CHECK_CHARS = 6
const PREFIX = 'mr_'
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** What a secret scanner looks for; docs/api.md says it too. */
export const TOKEN_PATTERN = /^mr_[0-9A-Za-z]{49}$/
/** So much tells tokens apart, and helps nobody to guess the rest. */
const BEGIN_CHARS = 9

/** A new token: a prefix, 256 random bits, and a checksum, by which a scanner knows it from what only looks so. */
export function newToken(random: (bytes: number) => Buffer = randomBytes): string {
  const secret = base62(BigInt(`0x${random(SECRET_BYTES).toString('hex')}`), SECRET_CHARS)
  return `${PREFIX}${secret}${checkOf(secret)}`
}

/** Whether a text can be a token at all, without looking into any store. */
export function isToken(text: string): boolean {
  if (!TOKEN_PATTERN.test(text)) return false
  const secret = text.slice(PREFIX.length, -CHECK_CHARS)
  return text.slice(-CHECK_CHARS) === checkOf(secret)
}

export function tokenHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function tokenBegin(text: string): string {
  return text.slice(0, BEGIN_CHARS)
}

/** CRC-32 of the secret's text, in base 62. */
function checkOf(secret: string): string {
  return base62(BigInt(crc32(secret)), CHECK_CHARS)
}

function base62(value: bigint, chars: number): string {
  let text = ''
  for (let left = value; text.length < chars; left /= 62n) text = `${DIGITS[Number(left % 62n)]}${text}`
  return text
}
