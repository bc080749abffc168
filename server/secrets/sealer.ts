import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { AppError } from '../../core/errors.ts'

/**
 * Keeps texts so that only this installation can read them. `place` names where the sealed text is kept, such as
 * `instances/heap/settings`: it is no part of the text, and the same place must be given to open it, so that what
 * somebody moved from one row to another does not open.
 */
export type Sealer = {
  /** Never the same twice: compare what was opened. */
  readonly seal: (place: string, text: string) => string
  /** @throws {AppError} SEALED_UNREADABLE when the key is not there, or the text was changed or moved. */
  readonly open: (place: string, sealed: string) => string
}

/** 256 bits, and the name by which a sealed text says which key opens it. */
export type SealingKey = { readonly id: string; readonly bytes: Buffer }

export const KEY_BYTES = 32
/** AES-256-GCM (NIST SP 800-38D): nonces of 96 bits drawn at random, safe for 2^32 texts a key, which no configuration reaches. */
const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const SEALED = /^sealed:1:([a-z0-9]{1,32}):([A-Za-z0-9_-]{38,})$/

/** Seals with the first key, and opens with any of them. */
export function sealerOf(keys: readonly [SealingKey, ...SealingKey[]]): Sealer {
  const [current] = keys
  const byId = new Map(keys.map((key) => [key.id, key]))
  return {
    seal(place, text) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, current.bytes, nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(associated(current.id, place))
      const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
      return `sealed:1:${current.id}:${Buffer.concat(parts).toString('base64url')}`
    },
    open(place, sealed) {
      const [, keyId = '', text = ''] = SEALED.exec(sealed) ?? []
      const key = byId.get(keyId)
      if (key === undefined)
        throw unreadable(place, keyId === '' ? 'is not sealed' : `needs the key ${keyId}`)
      const bytes = Buffer.from(text, 'base64url')
      try {
        return decipher(key, place, bytes)
      } catch (cause) {
        throw unreadable(place, 'was changed, or belongs to another place', cause)
      }
    },
  }
}

/** The key that opens a sealed text; undefined for what is not sealed. */
export function sealingKeyIdOf(text: string): string | undefined {
  return SEALED.exec(text)?.[1]
}

/** A key from this machine's generator. */
export function newSealingKey(): SealingKey {
  return { id: randomBytes(6).toString('hex'), bytes: randomBytes(KEY_BYTES) }
}

function decipher({ id, bytes: key }: SealingKey, place: string, bytes: Buffer): string {
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(associated(id, place))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
  return Buffer.concat([text, decipher.final()]).toString('utf8')
}

/** Everything that is not secret and must not be changed: the version, the key and the place. */
function associated(keyId: string, place: string): Buffer {
  return Buffer.from(`sealed:1:${keyId}:${place}`, 'utf8')
}

function unreadable(place: string, problem: string, cause?: unknown): AppError {
  return new AppError('SEALED_UNREADABLE', { place, problem }, cause === undefined ? undefined : { cause })
}
