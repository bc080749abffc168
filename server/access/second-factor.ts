import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { renderSVG } from 'uqr'
import { hashOf } from './random-token.ts'

/** RFC 6238 with what every app knows: SHA-1, six digits, 30 seconds. RFC 4226, 4: a secret of 160 bits. */
const TOTP_OF = { algorithm: 'SHA1', digits: 6, period: 30 } as const
const SECRET_BYTES = 20
/** A clock may be off by one step (RFC 6238, 5.2). */
const STEPS_OFF = 1
const RECOVERY_CODES = 10
const RECOVERY_BYTES = 15

/** In base32, as apps take it. */
export function newFactorSecret(): string {
  return new Secret({ buffer: new Uint8Array(randomBytes(SECRET_BYTES)).buffer }).base32
}

/** What an app must know, as an address and as a QR code of it. */
export function factorSetUp(secret: string, email: string) {
  const uri = totpOf(secret, email).toString()
  return { secret, uri, svg: renderSVG(uri, { border: 2, ecc: 'M' }) }
}

/** The step of time that a code is of; undefined for a code of no step near now. */
export function stepOf(secret: string, code: string, now_ms: number): number | undefined {
  const token = code.replaceAll(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const off = totpOf(secret, '').validate({ token, timestamp: now_ms, window: STEPS_OFF })
  return off === null ? undefined : Math.floor(now_ms / (TOTP_OF.period * 1_000)) + off
}

/** The code of now. For tests: an app does this. */
export function codeOf(secret: string, now_ms: number): string {
  return totpOf(secret, '').generate({ timestamp: now_ms })
}

/** Ten codes of 120 bits, for whoever has lost the phone: `ABCDEF-GHIJKL-…`. */
export function newRecoveryCodes(): readonly string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const text = new Secret({ buffer: new Uint8Array(randomBytes(RECOVERY_BYTES)).buffer }).base32
    return (text.match(/.{6}/g) ?? []).join('-')
  })
}

/** However it was typed. */
export function recoveryHashOf(code: string): string {
  return hashOf(code.toUpperCase().replaceAll(/[^A-Z2-7]/g, ''))
}

function totpOf(secret: string, label: string): TOTP {
  return new TOTP({ ...TOTP_OF, issuer: 'Millrace', label, secret: Secret.fromBase32(secret) })
}
