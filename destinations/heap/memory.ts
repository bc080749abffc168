import type { PlanContext, Remembered } from '../../core/destination.ts'
import { fingerprint } from '../../core/identity.ts'
import type { HeapSettings } from './settings.ts'
import type { HeapProperties } from './values.ts'

/** More is not remembered, so that the value stays small; such a write is always sent. */
const PROPERTIES_MAX = 64
/** What is known of a person's properties is believed for so long: somebody else may write them too. */
const BELIEVED_MS = 86_400_000
/** An entry: 32 bits of the property's name, 64 of its value, as characters of 13 bits. */
const NAME_CHARS = 3
const ENTRY_CHARS = NAME_CHARS + 5

// Keys hold the app, as another app knows nothing of it, and hashes, so that they are short and hold no person's data.

/** To whom a Heap user id belongs. Never forgotten, as Heap never forgets. */
export function linkKey(userId: string, { appId }: HeapSettings): string {
  return `link:${appId}:${userId}`
}

/** How many user ids an identity has got this month. */
export function linkCountKey(identityHash: string, { appId }: HeapSettings): string {
  return `links:${appId}:${identityHash}`
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
  let place = 0
  for (const name in properties) {
    const part = partOf(name)
    // They nearly always come in the order in which they were written.
    const at = known.startsWith(part, place) ? place : placeOf(known, part)
    if (
      at === undefined ||
      !known.startsWith(valueHash(properties[name] as string | number), at + NAME_CHARS)
    )
      return false
    place = at + ENTRY_CHARS
  }
  return true
}

function placeOf(known: string, part: string): number | undefined {
  for (let at = 0; at + ENTRY_CHARS <= known.length; at += ENTRY_CHARS)
    if (known.startsWith(part, at)) return at
  return undefined
}

/** What is known once these properties have been written over what was known. */
export function rememberProperties(
  key: string,
  properties: HeapProperties,
  { recall, now_ms }: PlanContext,
): Remembered {
  return {
    key,
    value: written(recall(key) ?? '', properties),
    isDurable: false,
    until_ms: now_ms + BELIEVED_MS,
  }
}

function written(known: string, properties: HeapProperties): string {
  if (known.length < ENTRY_CHARS || hasSameNames(known, properties)) return writtenNew(properties)
  const entries = readEntries(known)
  for (const name in properties) entries.set(partOf(name), valueHash(properties[name] as string | number))
  if (entries.size > PROPERTIES_MAX) return ''
  return [...entries].flat().join('')
}

/** As most have that come again: in the same order too. */
function hasSameNames(known: string, properties: HeapProperties): boolean {
  let place = 0
  for (const name in properties) {
    if (!known.startsWith(partOf(name), place)) return false
    place += ENTRY_CHARS
  }
  return place === known.length
}

function writtenNew(properties: HeapProperties): string {
  // Joined, as a text that grows piece by piece stays in pieces: four times as large, for each person.
  const parts: string[] = []
  for (const name in properties) parts.push(partOf(name), valueHash(properties[name] as string | number))
  const value = parts.join('')
  if (value === '') return NO_PROPERTIES
  return value.length > PROPERTIES_MAX * ENTRY_CHARS ? '' : value
}

/** Nothing is known any more. */
export function forgetProperties(key: string): Remembered {
  return { key, value: '', isDurable: false }
}

/** 64 bits as text: enough that two ids never meet. */
export function shortHash(text: string): string {
  const { high, low } = fingerprint(text)
  return `${high}.${low}`
}

/** Shorter than an entry, so it is read as none: the person exists, with no property. */
const NO_PROPERTIES = '-'

function readEntries(known: string): Map<string, string> {
  const entries = new Map<string, string>()
  for (let at = 0; at + ENTRY_CHARS <= known.length; at += ENTRY_CHARS) {
    entries.set(known.slice(at, at + NAME_CHARS), known.slice(at + NAME_CHARS, at + ENTRY_CHARS))
  }
  return entries
}

/** Names are few and come again with every person. */
const NAMES_KEPT_MAX = 1_000
const namesKept = new Map<string, string>()

function partOf(name: string): string {
  const kept = namesKept.get(name)
  if (kept !== undefined) return kept
  if (namesKept.size >= NAMES_KEPT_MAX) namesKept.clear()
  const made = part(fingerprint(name).low)
  namesKept.set(name, made)
  return made
}

/** Past the control characters and short of the surrogates, so that it is a text like any other. */
const FIRST_CHARACTER = 0x100
const BITS_13 = 0x1fff

function part(bits: number): string {
  return String.fromCharCode(
    FIRST_CHARACTER + (bits & BITS_13),
    FIRST_CHARACTER + ((bits >>> 13) & BITS_13),
    FIRST_CHARACTER + (bits >>> 26),
  )
}

/** The number 1 and the text "1" are two values. */
function valueHash(value: string | number): string {
  const { high, low } = fingerprint(typeof value === 'number' ? `#${value}` : value)
  return String.fromCharCode(
    FIRST_CHARACTER + (low & BITS_13),
    FIRST_CHARACTER + ((low >>> 13) & BITS_13),
    FIRST_CHARACTER + ((low >>> 26) | ((high & 0x7f) << 6)),
    FIRST_CHARACTER + ((high >>> 7) & BITS_13),
    FIRST_CHARACTER + (high >>> 20),
  )
}
