import type { JsonObject } from '../../core/event.ts'
import { own } from '../../core/own.ts'

/**
 * The calls that a value of a file holds. A call is one; `{batch: […]}`, as clients send it, holds several, and what it
 * says for all of them; RudderStack's archives wrap either into `payload` or `EventPayload`, and the file of refused calls
 * into `call`.
 */
export function callsOf(value: unknown, wrappers_max = 3): readonly unknown[] {
  if (!isObject(value) || typeof value['type'] === 'string') return [value]
  for (const wrapper of WRAPPERS) {
    const inner = value[wrapper]
    if (wrappers_max > 0 && isObject(inner)) {
      return callsOf(withTime(inner, value['createdAt']), wrappers_max - 1)
    }
  }
  const { batch, context, integrations, receivedAt, originalTimestamp } = value
  if (!Array.isArray(batch)) return [value]
  return batch.map((call: unknown) => {
    if (!isObject(call)) return call
    const forAll = { ...merged('context', context, call), ...merged('integrations', integrations, call) }
    return { receivedAt, originalTimestamp, ...call, ...forAll }
  })
}

const WRAPPERS = ['call', 'payload', 'EventPayload', 'event_payload', 'eventPayload'] as const

/** When it was received, where only the wrapper knows. */
function withTime(inner: JsonObject, createdAt: unknown): JsonObject {
  const isTimed = createdAt === undefined || inner['receivedAt'] !== undefined
  return isTimed ? inner : ({ ...inner, receivedAt: createdAt } as JsonObject)
}

function merged(name: 'context' | 'integrations', shared: unknown, call: JsonObject): object {
  const given = own(call, name)
  return isObject(shared) ? { [name]: isObject(given) ? { ...shared, ...given } : shared } : {}
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
