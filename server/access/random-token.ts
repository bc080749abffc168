import { createHash, randomBytes } from 'node:crypto'

/** OWASP ASVS 5.0, 7.2.3: at least 128 bits; here twice that. */
const TOKEN_BYTES = 32
const ID_BYTES = 10

/** What a browser or a link carries, 256 bits; only its hash is kept. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/** SHA-256, in hex. Of what has 112 bits at least, no slower hash is needed (OWASP ASVS 5.0, 6.5.2). */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** A name that is no secret, such as `person_9f86d081884c7d659a2f`. */
export function newId(of: 'person' | 'session' | 'link'): string {
  return `${of}_${randomBytes(ID_BYTES).toString('hex')}`
}
