import type { Json, JsonObject } from '../../core/event.ts'

/** What Heap takes as a property: "each key and property must be a number or string" (reference/track-1). */
export type HeapProperties = Record<string, number | string>

/**
 * Brings nested properties to Heap's flat form: objects become dotted keys, lists become their JSON text, numbers stay
 * numbers, true and false become text. Null is left out, as Heap has no value for it. When two paths give the same key
 * (`{"a.b": 1, a: {b: 2}}`) the later one stays.
 */
export function flatten(properties: JsonObject): HeapProperties {
  const flat: HeapProperties = {}
  flattenInto(flat, properties, '')
  return flat
}

/** Deeper than any real property; what lies deeper is kept as JSON text. */
const DEPTH_MAX = 30

function flattenInto(flat: HeapProperties, value: JsonObject, prefix: string, depth = 0): void {
  for (const key in value) {
    const inner = value[key] as Json
    const name = prefix === '' ? key : `${prefix}.${key}`
    if (typeof inner === 'string' || typeof inner === 'number') put(flat, name, inner)
    else if (inner === null || inner === undefined) continue
    else if (typeof inner === 'boolean') put(flat, name, String(inner))
    else if (Array.isArray(inner) || depth === DEPTH_MAX) put(flat, name, JSON.stringify(inner))
    else flattenInto(flat, inner as JsonObject, name, depth + 1)
  }
}

/** A plain assignment to `__proto__` would be lost. */
function put(flat: HeapProperties, name: string, value: number | string): void {
  if (name !== '__proto__') flat[name] = value
  else Object.defineProperty(flat, name, { value, enumerable: true, configurable: true, writable: true })
}
