import type { Json } from './event.ts'

export type JsonKind = 'null' | 'list' | 'text' | 'number' | 'boolean' | 'object'

/** What a JSON value is, in the words that people are shown. */
export function jsonKind(value: Json): JsonKind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  switch (typeof value) {
    case 'string':
      return 'text'
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
    default:
      return 'object'
  }
}
