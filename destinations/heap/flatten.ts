import type { Json, JsonObject } from '../../core/event.ts'
import { setOwn } from '../../core/own.ts'

/** What Heap takes as a property: "each key and property must be a number or string" (reference/track-1). */
export type HeapProperties = Record<string, number | string>

/**
 * Brings nested properties to Heap's flat form: objects become dotted keys, lists become their JSON text, numbers stay
 * numbers, true and false become text. Null is left out, as Heap has no value for it (nor for what JSON writes as null: `1e999`). When two paths give the same key
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
    if (typeof inner === 'string' || Number.isFinite(inner)) setOwn(flat, name, inner as string | number)
    else if (inner === null || inner === undefined || typeof inner === 'number') continue
    else if (typeof inner === 'boolean') setOwn(flat, name, String(inner))
    else if (Array.isArray(inner) || depth === DEPTH_MAX) setOwn(flat, name, JSON.stringify(inner))
    else flattenInto(flat, inner as JsonObject, name, depth + 1)
  }
}
