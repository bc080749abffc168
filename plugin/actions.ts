import type { Json, JsonObject } from '../core/event.ts'
import { toObject } from '../core/field-values.ts'
import {
  dottedNames,
  eachProperty,
  isBlank,
  NAME_CHARS_MAX,
  userPropertyName,
  VALUE_CHARS_MAX,
} from '../core/heap-properties.ts'
import { setOwn } from '../core/own.ts'
import type { PageSubscription } from '../core/page-plugin.ts'
import { heapCall } from './page.ts'

/** "Limited to 1024 characters": https://developers.heap.io/reference/track-1, `event`. */
const EVENT_NAME_CHARS_MAX = 1_024

/** The fields of the actions in destinations/heap-web/actions.ts. Those that are objects, told from the texts: */
export const OBJECT_FIELDS = /prop|trai/
export type Values = {
  readonly event?: string
  readonly properties?: JsonObject
  readonly identity?: string
  readonly anonymousId?: string
  readonly traits?: JsonObject
}

/** The user properties that were given last, and whose: what has not changed is not sent again with each event. */
let before = ''
export function forgetPerson(): void {
  before = ''
}

/** Calls Heap's library for one event. Heap first learns who it is, so that properties go to no one else. */
export function perform(action: PageSubscription['action'], values: Values, arrayLimit = 0): void {
  const isTrack = action === 'trackEvent'
  tellPerson(values, (isTrack ? values.traits : values.properties) ?? {})
  if (!isTrack) return
  const { event = '', properties = {} } = values
  track(event, properties)
  for (const [key, list] of Object.entries(properties)) {
    if (!Array.isArray(list)) continue
    for (const item of list.slice(0, arrayLimit)) {
      track(`${event} ${key} item`, toObject(item) ?? { value: item })
    }
  }
}

function tellPerson({ identity = '', anonymousId = '' }: Values, traits: JsonObject): void {
  if (!isBlank(identity)) heapCall('identify', identity)
  const known = flatProperties({ anonymous_id: anonymousId, ...traits }, true)
  const now = identity + JSON.stringify(known)
  // None at all, or the same as before.
  if (now.endsWith('{}') || now === before) return
  heapCall('addUserProperties', known)
  before = now
}

function track(event: string, properties: JsonObject): void {
  heapCall('track', cut(event, EVENT_NAME_CHARS_MAX), flatProperties(properties))
}

/** The form in which Heap takes properties, as the server makes it with "Dotted names". */
export function flatProperties(properties: JsonObject, isUser = false): JsonObject {
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
