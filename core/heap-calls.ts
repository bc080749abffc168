import type { PageCall } from './destination.ts'
import type { Json, JsonObject } from './event.ts'
import { toObject } from './field-values.ts'
import {
  dottedNames,
  eachProperty,
  isBlank,
  NAME_CHARS_MAX,
  userPropertyName,
  VALUE_CHARS_MAX,
} from './heap-properties.ts'
import { setOwn } from './own.ts'

/** "Limited to 1024 characters": https://developers.heap.io/reference/track-1, `event`. */
const EVENT_NAME_CHARS_MAX = 1_024

/** What the actions of destinations/heap-web/actions.ts give. */
export type PageValues = {
  readonly event?: string
  readonly properties?: JsonObject
  readonly identity?: string
  readonly anonymousId?: string
  readonly traits?: JsonObject
}

/** The calls of Heap's library for one event, as a list. */
export function heapCalls(isTrack: boolean, values: PageValues, arrayLimit = 0): readonly PageCall[] {
  const calls: PageCall[] = []
  tellHeap((name, ...given) => calls.push({ name, given }), isTrack, values, arrayLimit)
  return calls
}

/**
 * Makes the calls of Heap's library for one event, in order. Heap first learns who it is, so that properties go to no one
 * else. The page leaves out user properties that it has told Heap already.
 */
export function tellHeap(
  call: (name: 'identify' | 'addUserProperties' | 'track', ...given: Json[]) => void,
  isTrack: boolean,
  values: PageValues,
  arrayLimit = 0,
): void {
  const { identity = '', anonymousId = '', event = '', properties = {}, traits = {} } = values
  if (!isBlank(identity)) call('identify', identity)
  const known = flatProperties({ anonymous_id: anonymousId, ...(isTrack ? traits : properties) }, true)
  // A name is never empty.
  if (Object.keys(known)[0]) call('addUserProperties', known)
  if (!isTrack) return
  const track = (name: string, given: JsonObject) =>
    call('track', cut(name, EVENT_NAME_CHARS_MAX), flatProperties(given))
  track(event, properties)
  for (const [key, list] of Object.entries(properties)) {
    if (!Array.isArray(list)) continue
    for (const item of list.slice(0, arrayLimit)) {
      track(`${event} ${key} item`, toObject(item) ?? { value: item })
    }
  }
}

/** The form in which Heap takes properties, as the server makes it with "Dotted names". */
function flatProperties(properties: JsonObject, isUser = false): JsonObject {
  const flat: Record<string, Json> = {}
  eachProperty(properties, dottedNames, (given, value) => {
    if (isBlank(given)) return
    const name = cut(isUser ? userPropertyName(given) : given, NAME_CHARS_MAX)
    setOwn(flat, name, typeof value === 'string' ? cut(value, VALUE_CHARS_MAX) : value)
  })
  return flat
}

/** Between code points; the server, which has the room for it, cuts between graphemes. */
function cut(text: string, chars_max: number): string {
  return text.length > chars_max ? text.slice(0, chars_max).replace(/[\uD800-\uDBFF]$/, '') : text
}
