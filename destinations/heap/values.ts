import type { Json, JsonObject } from '../../core/event.ts'
import { setOwn } from '../../core/own.ts'
import { cutText, cutWords } from './cut.ts'
import type { HeapSettings } from './settings.ts'

/** What Heap takes as a property: "each key and property must be a number or string" (reference/track-1). */
export type HeapProperties = Record<string, number | string>

/** A change of a value, to be told: the name of the property as Heap gets it, and what was done. */
export type Note = { readonly field: string; readonly text: string }

/** Whose properties they are: those of a user have reserved names. */
export type Of = 'event' | 'user' | 'account'

/** Heap's own libraries drop longer names (heap-swift-core-sdk, EventConsumer.swift). */
const NAME_CHARS_MAX = 512
/** "Fewer than 1024 characters": https://developers.heap.io/reference/track-1, `properties`. */
const VALUE_CHARS_MAX = 1_023
/** Deeper than any real property; what lies deeper is kept as JSON text. */
const DEPTH_MAX = 30
/** How Heap writes lists: https://developers.heap.io/reference/track-1, `properties`. */
const LIST_SEPARATOR = '||'

/**
 * Brings properties to Heap's flat form. Objects and lists go by the setting `nestedData`; numbers stay numbers, true
 * and false become text; null, blank texts and what JSON writes as null (`1e999`) are left out, as Heap has no value
 * for them. When two paths give the same name the later one stays. Every other change is put into `notes`.
 */
export function heapProperties(
  properties: JsonObject,
  of: Of,
  settings: HeapSettings,
  notes: Note[],
): HeapProperties {
  const { nestedData, anonymousEvents } = settings
  const isAllText = anonymousEvents === 'Partner endpoint'
  const into: Into = { flat: {}, of, nestedData, isAllText, wasCut: false, notes }
  putObject(into, properties, '', 0)
  return into.flat
}

type Into = {
  readonly flat: HeapProperties
  readonly of: Of
  readonly nestedData: HeapSettings['nestedData']
  /** The partner endpoint takes texts only. */
  readonly isAllText: boolean
  /** A name was cut, so it may be that of another. */
  wasCut: boolean
  readonly notes: Note[]
}

function putObject(into: Into, object: JsonObject, prefix: string, depth: number): void {
  for (const key in object) {
    const inner = object[key]
    const name = depth === 0 ? key : `${prefix}.${key}`
    if (typeof inner === 'string') putText(into, name, inner)
    else if (typeof inner === 'number') putNumber(into, name, inner)
    else if (typeof inner === 'boolean') putText(into, name, String(inner))
    else if (inner !== null && inner !== undefined) putNested(into, name, inner, depth)
  }
}

function putNested(into: Into, name: string, value: JsonObject | readonly Json[], depth: number): void {
  const { nestedData } = into
  if (nestedData === 'Dropped') return
  if (nestedData === 'All stringified' || depth === DEPTH_MAX) putText(into, name, JSON.stringify(value))
  else if (!isList(value)) putObject(into, value, name, depth + 1)
  else if (nestedData === 'Arrays indexed') putObject(into, value as unknown as JsonObject, name, depth + 1)
  else if (nestedData === 'Lists as Heap lists' && value.every(isPlain)) {
    putText(into, name, value.filter((item) => item !== null).join(LIST_SEPARATOR))
  } else putText(into, name, JSON.stringify(value))
}

function putNumber(into: Into, name: string, value: number): void {
  if (!Number.isFinite(value)) return
  if (into.isAllText) putText(into, name, String(value))
  else put(into, name, value)
}

function putText(into: Into, name: string, value: string): void {
  if (isBlank(value)) return
  if (value.length <= VALUE_CHARS_MAX) {
    put(into, name, value)
    return
  }
  const cut = cutText(value, VALUE_CHARS_MAX)
  const field = put(into, name, cut)
  if (field !== undefined) into.notes.push({ field, text: `\`${field}\` ${cutWords(value, cut)}` })
}

/** Returns the name under which it was put; nothing when it has none. */
function put(into: Into, given: string, value: string | number): string | undefined {
  const { flat, notes } = into
  if (isBlank(given)) {
    notes.push({ field: given, text: 'a property was left out: its name is blank' })
    return undefined
  }
  let name = into.of === 'user' ? allowedName(given, notes) : given
  if (name.length > NAME_CHARS_MAX) {
    name = cutText(name, NAME_CHARS_MAX)
    into.wasCut = true
    notes.push({ field: name, text: `the name of a property was ${cutWords(given, name)}` })
  }
  if (mayBeThere(name, into) && Object.hasOwn(flat, name) && flat[name] !== value) {
    notes.push({ field: name, text: `\`${name}\` was given twice: the later value is kept` })
  }
  setOwn(flat, name, value)
  return name
}

/** An object has a name once; only one that was made from several, was changed or was cut can come again. */
function mayBeThere(name: string, { of, wasCut }: Into): boolean {
  return of === 'user' || wasCut || name.includes('.')
}

/**
 * User properties have reserved names. `id` in any case "clashes with internal variables", `user_id` is taken too:
 * they get `trait_` in front. `email` fills the built-in property in lower case only; the address itself is left as it
 * is, since Heap compares it with nothing.
 * @see https://developers.heap.io/reference/add-user-properties
 * @see https://developers.heap.io/reference/adduserproperties
 */
function allowedName(name: string, notes: Note[]): string {
  const { length } = name
  if (length !== 2 && length !== 5 && length !== 7) return name
  const lower = name.toLowerCase()
  const allowed = lower === 'id' || name === 'user_id' ? `trait_${name}` : lower === 'email' ? lower : name
  if (allowed !== name) notes.push({ field: allowed, text: `\`${name}\` sent as \`${allowed}\`` })
  return allowed
}

/** Texts that begin with a visible character are the rule, and no regular expression is run on them. */
function isBlank(text: string): boolean {
  const first = text.charCodeAt(0)
  if (first > 32 && first < 128) return false
  return text.trim() === ''
}

function isList(value: JsonObject | readonly Json[]): value is readonly Json[] {
  return Array.isArray(value)
}

function isPlain(value: Json): boolean {
  return value === null || typeof value !== 'object'
}
