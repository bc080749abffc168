import type { Json, JsonObject } from './event.ts'

/** What counts as nothing given, whatever a field's type. */
export function isNothing(value: Json | undefined): value is undefined | null | '' {
  return value === undefined || value === null || value === ''
}

/** The text that a field of type `string` takes from a value; undefined: none. */
export function toText(value: Json): string | undefined {
  return typeof value === 'object' ? undefined : String(value)
}

/** The same for a field of type `object`. */
export function toObject(value: Json): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined
}
