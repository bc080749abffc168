import fc from 'fast-check'
import type { Json, JsonObject, SpecEvent } from './event.ts'
import type { Surroundings } from './parse-event.ts'

/** What the tests of this room share: a moment, an event, and values as a sender could send them. */
export const RECEIVED_AT = '2026-01-02T03:04:05.678Z'
export const RECEIVED_AT_MS = Date.parse(RECEIVED_AT)

export function surroundings(): Surroundings {
  let made = 0
  return {
    receivedAt: RECEIVED_AT,
    receivedAt_ms: RECEIVED_AT_MS,
    newMessageId: () => `made-${++made}`,
  }
}

/** A parsed track call; what is given replaces or joins it. */
export function trackEvent(given: JsonObject = {}): SpecEvent {
  const event = { type: 'track', messageId: 'm1', userId: 'u1', event: 'Signed Up', timestamp: RECEIVED_AT }
  return { ...event, ...given } as unknown as SpecEvent
}

/** In place: whoever changes it afterwards gets a TypeError. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}

const troublesomeKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'length',
  'a.b',
  '',
  '0',
  'name',
)
const key = fc.oneof(fc.string({ maxLength: 8 }), troublesomeKey)

/** Any value that `JSON.parse` can give, with the keys that have caused trouble elsewhere as own properties. */
export const anyJson: fc.Arbitrary<Json> = fc
  .letrec<{ value: string; object: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom('null', 'true', 'false', '0', '""'),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
      fc.string({ unit: 'binary', maxLength: 12 }).map((value) => JSON.stringify(value)),
      fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join()}]`),
      tie('object'),
    ),
    object: fc
      .array(fc.tuple(key, tie('value')), { maxLength: 5 })
      .map((entries) => `{${entries.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join()}}`),
  }))
  .value.map((text) => JSON.parse(text) as Json)

export const anyObject: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(key, anyJson), { maxLength: 6 })
  .map((entries) => Object.fromEntries(entries) as JsonObject)
