import type { PlanContext, Remembered } from '../../core/destination.ts'
import { fingerprint } from '../../core/identity.ts'
import type { HeapSettings } from './settings.ts'
import type { HeapProperties } from './values.ts'

/** More is not remembered, so that the value stays small; such a write is always sent. */
const PROPERTIES_MAX = 64
/** What is known of a person's properties is believed for so long: somebody else may write them too. */
const BELIEVED_MS = 86_400_000
const PART_CHARS = 7
const ENTRY_CHARS = 3 * PART_CHARS

// Keys hold the app, as another app knows nothing of it, and hashes, so that they are short and hold no person's data.

/** To whom a Heap user id belongs. Never forgotten, as Heap never forgets. */
export function linkKey(userId: string, { appId }: HeapSettings): string {
  return `link:${appId}:${userId}`
}

/** How many user ids an identity has got this month. */
export function linkCountKey(identity: string, { appId }: HeapSettings): string {
  return `links:${appId}:${shortHash(identity)}`
}

export function profileKey(identity: string, { appId }: HeapSettings): string {
  return `profile:${appId}:${shortHash(identity)}`
}

export function accountKey(accountId: string, { appId }: HeapSettings): string {
  return `account:${appId}:${shortHash(accountId)}`
}

export function receiptKey(deletionId: string, { appId }: HeapSettings): string {
  return `deletion:${appId}:${deletionId}`
}

/** Whether every property has the value that was last sent; false when that is not known. */
export function isKnown(known: string | undefined, properties: HeapProperties): boolean {
  if (known === undefined || known === '') return false
  const entries = readEntries(known)
  return Object.entries(properties).every(([name, value]) => entries.get(partOf(name)) === valueHash(value))
}

/** What is known once these properties have been written over what was known. */
export function rememberProperties(
  key: string,
  properties: HeapProperties,
  { recall, now_ms }: PlanContext,
): Remembered {
  const entries = readEntries(recall(key) ?? '')
  for (const name in properties) entries.set(partOf(name), valueHash(properties[name] as string | number))
  let value = ''
  if (entries.size === 0) value = NO_PROPERTIES
  else if (entries.size <= PROPERTIES_MAX) for (const [name, hash] of entries) value += name + hash
  return { key, value, isDurable: false, until_ms: now_ms + BELIEVED_MS }
}

/** Nothing is known any more. */
export function forgetProperties(key: string): Remembered {
  return { key, value: '', isDurable: false }
}

/** 64 bits: enough that two values of one property never meet. */
export function shortHash(text: string): string {
  const { high, low } = fingerprint(text)
  return part(high) + part(low)
}

/** Shorter than an entry, so it is read as none: the person exists, with no property. */
const NO_PROPERTIES = '-'

function readEntries(known: string): Map<string, string> {
  const entries = new Map<string, string>()
  for (let at = 0; at + ENTRY_CHARS <= known.length; at += ENTRY_CHARS) {
    entries.set(known.slice(at, at + PART_CHARS), known.slice(at + PART_CHARS, at + ENTRY_CHARS))
  }
  return entries
}

function partOf(name: string): string {
  return part(fingerprint(name).low)
}

/** The number 1 and the text "1" are two values. */
function valueHash(value: string | number): string {
  return shortHash(typeof value === 'number' ? `#${value}` : value)
}

/** 32 bits in 7 characters. */
function part(bits: number): string {
  return bits.toString(36).padStart(PART_CHARS, '0')
}
