import { cutText } from '../../core/cut.ts'
import type { PlannedRequest } from '../../core/destination.ts'
import type { Json, JsonObject } from '../../core/event.ts'
import { setOwn } from '../../core/own.ts'
import type { HeapActions } from './actions.ts'
import { cutWords, grouped } from './cut.ts'
import type { HeapSettings } from './settings.ts'
import { heapProperties, type Note } from './values.ts'
import { heapUserIdOf, type Person, whoseEvent } from './who.ts'
import {
  adjustmentsOf,
  type DeliveryOf,
  type Draft,
  type HeapAdjustment,
  ITEMS_PER_REQUEST_MAX,
  post,
  withAdjustments,
} from './work.ts'

/** "Limited to 1024 characters": https://developers.heap.io/reference/track-1, `event`. */
const EVENT_NAME_CHARS_MAX = 1_024
/** So that the events of one delivery always fit into one request. */
export const ITEMS_PER_EVENT_MAX = 500

type TrackDelivery = DeliveryOf<'trackEvent'>
type Request = {
  readonly events: JsonObject[]
  readonly deliveries: TrackDelivery[]
  readonly adjustments: HeapAdjustment[]
}

/** The events in bulk calls of at most 1,000, in order; the events of one delivery stand in one request. */
export function planEvents(
  deliveries: readonly TrackDelivery[],
  settings: HeapSettings,
  { rejections }: Draft,
): readonly PlannedRequest<HeapActions>[] {
  const requests: Request[] = []
  const notes: Note[] = []
  let request: Request | undefined
  for (const delivery of deliveries) {
    const who = whoseEvent(delivery.values, settings)
    if (who.status === 'rejected') {
      rejections.set(delivery, who.reason)
      continue
    }
    if (delivery.values.event.trim() === '') {
      rejections.set(delivery, { code: 'VALUES_INVALID', text: 'event is blank' })
      continue
    }
    if (
      request === undefined ||
      request.events.length + eventCount(delivery.values) > ITEMS_PER_REQUEST_MAX
    ) {
      request = { events: [], deliveries: [], adjustments: [] }
      requests.push(request)
    }
    putEvents(request.events, delivery, who.person, settings, notes)
    request.deliveries.push(delivery)
    if (notes.length > 0) request.adjustments.push(...adjustmentsOf(delivery, notes.splice(0)))
  }
  return requests.map((one) => trackRequest(one, settings))
}

function trackRequest(
  { events, deliveries, adjustments }: Request,
  settings: HeapSettings,
): PlannedRequest<HeapActions> {
  const request =
    settings.anonymousEvents === 'Partner endpoint'
      ? post('/api/integrations/track', settings, { library: 'server', events })
      : post('/api/track', settings, { events })
  return { request, deliveries, ...withAdjustments(adjustments) }
}

/** How many events a delivery becomes. */
export function eventCount({ items, items_max }: TrackDelivery['values']): number {
  return 1 + Math.min(items?.length ?? 0, itemsMax(items_max))
}

function itemsMax(items_max = ITEMS_PER_EVENT_MAX): number {
  return Math.max(0, Math.min(items_max, ITEMS_PER_EVENT_MAX))
}

function putEvents(
  events: JsonObject[],
  { values, idempotencyKey }: TrackDelivery,
  person: Person,
  settings: HeapSettings,
  notes: Note[],
): void {
  if (values.heapUserId !== undefined && heapUserIdOf(values) === undefined) {
    notes.push({ field: 'user_id', text: "the event's Heap user id was left out: it is none" })
  }
  const event = eventName(values.event, notes)
  const properties = eventProperties(values, settings, notes)
  events.push(heapEvent(person, event, properties, values, idempotencyKey, notes))
  if (values.items === undefined) return
  for (const [index, item] of itemsOf(values, notes).entries()) {
    const name = eventName(values.itemEvent ?? `${event} Item`, notes)
    const own = heapProperties(itemObject(item, values.itemProperties), 'event', settings, notes)
    events.push(heapEvent(person, name, own, values, `${idempotencyKey}:${index + 1}`, notes))
  }
}

function eventName(name: string, notes: Note[]): string {
  if (name.length <= EVENT_NAME_CHARS_MAX) return name
  const cut = cutText(name, EVENT_NAME_CHARS_MAX)
  notes.push({ field: 'event', text: `the event's name was ${cutWords(name, cut)}` })
  return cut
}

function eventProperties(
  { name, properties }: TrackDelivery['values'],
  settings: HeapSettings,
  notes: Note[],
) {
  if (properties === undefined)
    return name === undefined ? {} : heapProperties({ name }, 'event', settings, notes)
  const flat = heapProperties(properties, 'event', settings, notes)
  if (name !== undefined) {
    const [own] = Object.values(heapProperties({ name }, 'event', settings, notes))
    if (own === undefined || flat['name'] === own) return flat
    if (Object.hasOwn(flat, 'name')) {
      notes.push({ field: 'name', text: '`name` was given twice: the name of the page or screen is kept' })
    }
    flat['name'] = own
  }
  return flat
}

function itemsOf({ items, items_max }: TrackDelivery['values'], notes: Note[]): readonly Json[] {
  if (items === undefined) return []
  const count_max = itemsMax(items_max)
  if (items.length > count_max) {
    const text = `of ${grouped(items.length)} items the first ${grouped(count_max)} became events`
    notes.push({ field: 'items', text })
  }
  return items.slice(0, count_max)
}

/** An item that is no object has its value as `value`. */
function itemObject(item: Json, shared: JsonObject | undefined): JsonObject {
  const isObject = typeof item === 'object' && item !== null && !Array.isArray(item)
  const object: Record<string, Json> = {}
  for (const given of [shared ?? {}, isObject ? item : { value: item }]) {
    for (const [name, value] of Object.entries(given)) setOwn(object, name, value)
  }
  return object
}

function heapEvent(
  person: Person,
  event: string,
  properties: JsonObject,
  { timestamp, sessionId }: TrackDelivery['values'],
  idempotencyKey: string,
  notes: Note[],
): JsonObject {
  const made: Record<string, Json> = {}
  if (person.by === 'partner') {
    made['user_identifier'] = person.identifier
    if (sessionId !== undefined && notes.every(({ field }) => field !== 'session_id')) {
      notes.push({ field: 'session_id', text: '`session_id` left out: the partner endpoint takes none' })
    }
  } else {
    if (person.by === 'identity') made['identity'] = person.identity
    else made['user_id'] = person.user_id
    if (sessionId !== undefined) made['session_id'] = sessionId
  }
  made['event'] = event
  if (timestamp !== undefined) made['timestamp'] = timestamp
  made[person.by === 'partner' ? 'custom_properties' : 'properties'] = properties
  made['idempotency_key'] = idempotencyKey
  return made
}
