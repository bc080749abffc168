import { createHmac } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { Secret } from '../../core/secret.ts'
import { KEY_BYTES, newSealingKey, type SealingKey } from './sealer.ts'

/** Where the key comes from that opens everything else. */
export type KeySource =
  | { readonly kind: 'given'; readonly text: Secret }
  /** `mayMake`: where there is none, and nothing is sealed yet, one is made. */
  | { readonly kind: 'file'; readonly path: string; readonly mayMake: boolean }

/** The file of the key that is made when nobody gives one, in the data folder. */
export const KEY_FILE = 'secret.key'
export const KEY_WANTED = '32 bytes in base64 or hex, such as `openssl rand -base64 32` prints'
const FINGERPRINT_CHARS = 12

/** @returns undefined for what is no key */
export function parseKey(text: string): SealingKey | undefined {
  const trimmed = text.trim()
  const isHex = /^[0-9a-f]{64}$/i.test(trimmed)
  if (!isHex && !/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined
  // Node reads both alphabets of base64.
  const bytes = Buffer.from(trimmed, isHex ? 'hex' : 'base64')
  return bytes.length === KEY_BYTES ? { id: fingerprint(bytes), bytes } : undefined
}

/** @throws {AppError} SECRET_KEY_MISSING when its file is not there; OPTION_INVALID for what is no key */
export function readKey(source: KeySource): SealingKey {
  const key = readKeyIfThere(source)
  if (key !== undefined) return key
  throw new AppError('SECRET_KEY_MISSING', source.kind === 'file' ? { file: source.path } : {})
}

/** @throws {AppError} OPTION_INVALID for what is no key */
export function readKeyIfThere(source: KeySource): SealingKey | undefined {
  const text = source.kind === 'given' ? source.text.reveal() : readIfThere(source.path)
  if (text === undefined) return undefined
  const key = parseKey(text)
  if (key !== undefined) return key
  const option = source.kind === 'given' ? 'MILLRACE_SECRET_KEY' : source.path
  throw new AppError('OPTION_INVALID', { option, problem: `must be ${KEY_WANTED}` })
}

/** Makes a key and its file, on the disk before this returns: nothing may be sealed with a key that a power cut takes away. */
export function makeKeyFile(path: string): SealingKey {
  const { key, text } = newKeyText()
  writeDurably(path, text, 'wx')
  syncFolder(path)
  return key
}

/**
 * Makes another key for a file that is there, in two steps: until `replace` is called the file holds the key of before.
 * A crash between them leaves a file `….new`, which the next one writes over.
 */
export function prepareKeyFile(path: string): { readonly key: SealingKey; readonly replace: () => void } {
  const { key, text } = newKeyText()
  writeDurably(`${path}.new`, text, 'w')
  return {
    key,
    replace() {
      renameSync(`${path}.new`, path)
      syncFolder(path)
    },
  }
}

/** Tells keys apart, and tells nothing of them. */
function fingerprint(bytes: Buffer): string {
  return createHmac('sha256', bytes).update('millrace key').digest('hex').slice(0, FINGERPRINT_CHARS)
}

function newKeyText(): { readonly key: SealingKey; readonly text: string } {
  const { bytes } = newSealingKey()
  return { key: { id: fingerprint(bytes), bytes }, text: `${bytes.toString('base64')}\n` }
}

function writeDurably(path: string, text: string, flag: 'w' | 'wx'): void {
  const file = openSync(path, flag, 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return // A folder cannot be opened there.
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new AppError(
      'SECRET_KEY_MISSING',
      { file: path, problem: (cause as NodeJS.ErrnoException).code ?? 'unknown' },
      { cause },
    )
  }
}
