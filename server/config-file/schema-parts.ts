import type { JsonObject } from '../../core/event.ts'

/** An object that may hold nothing else. */
export function exactly(properties: JsonObject, required: readonly string[] = []): JsonObject {
  const needed = required.length === 0 ? {} : { required: [...required] }
  return { type: 'object', additionalProperties: false, ...needed, properties }
}

export function text(description: string, more: JsonObject = {}): JsonObject {
  return { type: 'string', ...(description === '' ? {} : { description }), ...more }
}

export function listOf(items: JsonObject, maxItems: number, description: string): JsonObject {
  return { type: 'array', description, items, maxItems }
}

/** A key with nothing behind it is as good as left out. */
export function orEmpty(schema: JsonObject): JsonObject {
  return { anyOf: [schema, { type: 'null' }] }
}

/** A whole text that stands for what is elsewhere; `$${…}` is the text itself. */
export const REFERENCE = { type: 'string', pattern: '^\\$\\{(env|file):[^}]+\\}$' }
