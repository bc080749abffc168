import { cutText } from '../../core/cut.ts'
import type { JsonObject } from '../../core/event.ts'
import {
  dottedNames,
  eachProperty,
  isBlank,
  NAME_CHARS_MAX,
  type Nest,
  userPropertyName,
  VALUE_CHARS_MAX,
} from '../../core/heap-properties.ts'
import { setOwn } from '../../core/own.ts'
import { cutWords } from './cut.ts'
import type { HeapSettings } from './settings.ts'

/** What Heap takes as a property: "each key and property must be a number or string" (reference/track-1). */
export type HeapProperties = Record<string, number | string>

/** A change of a value, to be told: the name of the property as Heap gets it, and what was done. */
export type Note = { readonly field: string; readonly text: string }

/** Whose properties they are: those of a user have reserved names. */
export type Of = 'event' | 'user' | 'account'

/** How Heap writes lists: https://developers.heap.io/reference/track-1, `properties`. */
const LIST_SEPARATOR = '||'

const NEST: Readonly<Record<HeapSettings['nestedData'], Nest>> = {
  'Dotted names': dottedNames,
  'Arrays indexed': () => true,
  'All stringified': (value) => JSON.stringify(value),
  Dropped: () => undefined,
  'Lists as Heap lists': (value) =>
    Array.isArray(value) && value.every((item) => item === null || typeof item !== 'object')
      ? value.filter((item) => item !== null).join(LIST_SEPARATOR)
      : dottedNames(value),
}

/**
 * Brings properties to Heap's flat form. Objects and lists go by the setting `nestedData`; core/heap-properties.ts says
 * what becomes of the rest. When two paths give the same name the later one stays. Every other change is put into `notes`.
 */
export function heapProperties(
  properties: JsonObject,
  of: Of,
  settings: HeapSettings,
  notes: Note[],
): HeapProperties {
  const isAllText = settings.anonymousEvents === 'Partner endpoint'
  const into: Into = { flat: {}, of, wasCut: false, notes }
  eachProperty(properties, NEST[settings.nestedData], (name, value) => {
    if (typeof value === 'string') putText(into, name, value)
    // The partner endpoint takes texts only.
    else put(into, name, isAllText ? String(value) : value)
  })
  return into.flat
}

type Into = {
  readonly flat: HeapProperties
  readonly of: Of
  /** A name was cut, so it may be that of another. */
  wasCut: boolean
  readonly notes: Note[]
}

function putText(into: Into, name: string, value: string): void {
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
  let name = into.of === 'user' ? userPropertyName(given) : given
  if (name !== given) notes.push({ field: name, text: `\`${given}\` sent as \`${name}\`` })
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
