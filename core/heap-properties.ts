import type { Json, JsonObject } from './event.ts'

/** Heap's own libraries drop longer names (heap-swift-core-sdk, EventConsumer.swift). */
export const NAME_CHARS_MAX = 512
/** "Fewer than 1024 characters": https://developers.heap.io/reference/track-1, `properties`. */
export const VALUE_CHARS_MAX = 1_023
/** Deeper than any real property; what lies deeper is kept as JSON text. */
const DEPTH_MAX = 30

type Nested = JsonObject | readonly Json[]
/** Says what an object or a list becomes: its parts under dotted names (true), a text, or nothing. */
export type Nest = (value: Nested) => true | string | undefined

/** As Heap's setting "Dotted names": dotted names for objects, JSON text for lists. */
export const dottedNames: Nest = (value) => !Array.isArray(value) || JSON.stringify(value)

/**
 * Walks through properties in the flat form that Heap takes, "each key and property must be a number or string"
 * (https://developers.heap.io/reference/track-1). Numbers stay numbers, true and false become text; null, blank texts
 * and what JSON writes as null (`1e999`) are left out, as Heap has no value for them.
 */
export function eachProperty(
  properties: JsonObject,
  nest: Nest,
  put: (name: string, value: string | number) => void,
  prefix = '',
  depth = 0,
): void {
  for (const key in properties) {
    const inner = properties[key]
    const name = prefix + key
    let text: string | true | undefined
    if (typeof inner === 'string') text = inner
    else if (typeof inner === 'boolean') text = String(inner)
    else if (typeof inner === 'object' && inner !== null) {
      text = depth === DEPTH_MAX ? JSON.stringify(inner) : nest(inner)
    } else if (Number.isFinite(inner)) put(name, inner as number)

    if (text === true) eachProperty(inner as JsonObject, nest, put, `${name}.`, depth + 1)
    else if (text !== undefined && !isBlank(text)) put(name, text)
  }
}

/**
 * User properties have reserved names. `id` in any case "clashes with internal variables", `user_id` is taken too:
 * they get `trait_` in front. `email` fills the built-in property in lower case only; the address itself is left as it
 * is, since Heap compares it with nothing.
 * @see https://developers.heap.io/reference/add-user-properties
 * @see https://developers.heap.io/reference/adduserproperties
 */
export function userPropertyName(name: string): string {
  if (name === 'user_id' || /^id$/i.test(name)) return `trait_${name}`
  return /^email$/i.test(name) ? 'email' : name
}

/** Texts that begin with a visible character are the rule, and no regular expression is run on them. */
export function isBlank(text: string): boolean {
  const first = text.charCodeAt(0)
  return !(first > 32 && first < 128) && text.trim() === ''
}
