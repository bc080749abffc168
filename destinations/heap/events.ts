import { cutText } from '../../core/cut.ts'
import type { Json, JsonObject } from '../../core/event.ts'
import type { Reason } from '../../core/outcome.ts'
import { setOwn } from '../../core/own.ts'
import { cutWords, grouped } from './cut.ts'
import type { HeapSettings } from './settings.ts'
import { heapProperties, type Note } from './values.ts'
import { heapUserIdOf, type Person, subjectOf, whoseEvent } from './who.ts'
import {
  adjustmentsOf,
  type DeliveryOf,
  type Draft,
  type HeapAdjustment,
  type HeapDelivery,
  type HeapRequest,
  ITEMS_PER_REQUEST_MAX,
  postTexts,
  withAdjustments,
} from './work.ts'

/** "Limited to 1024 characters": https://developers.heap.io/reference/track-1, `event`. */
const EVENT_NAME_CHARS_MAX = 1_024
/** So that the events of one delivery always fit into one request. */
export const ITEMS_PER_EVENT_MAX = 500

type TrackDelivery = DeliveryOf<'trackEvent'>
export type EventDelivery = TrackDelivery | Extract<HeapDelivery, { prepared: PreparedEvent }>

/** An event as it waits for its bulk call: whose it is, how many events of Heap's it becomes, and their text, or why there is none. */
export type PreparedEvent = {
  readonly subject: string | undefined
  readonly count: number
  readonly made: string | Reason
  readonly notes: readonly Note[]
}

export function preparedEvent(delivery: TrackDelivery, settings: HeapSettings): PreparedEvent {
  const { values } = delivery
  const who = whoseEvent(values, settings)
  const count = eventCount(values)
  if (who.status === 'rejected') return { subject: undefined, count, made: who.reason, notes: NO_NOTES }
  const subject = subjectOf(who.person)
  if (values.event.trim() === '') return { subject, count, made: BLANK, notes: NO_NOTES }
  const notes: Note[] = []
  const made = eventsText(delivery, who.person, settings, notes)
  return { subject, count, made, notes: notes.length === 0 ? NO_NOTES : notes }
}

const BLANK: Reason = { code: 'VALUES_INVALID', text: 'event is blank' }
/** Of most events there is nothing to tell: one list for them all. */
const NO_NOTES: readonly Note[] = []

type Request = {
  readonly texts: string[]
  count: number
  readonly deliveries: EventDelivery[]
  readonly adjustments: HeapAdjustment[]
}

/** The events in bulk calls of at most 1,000, in order; the events of one delivery stand in one request. */
export function planEvents(
  deliveries: readonly EventDelivery[],
  settings: HeapSettings,
  { rejections }: Draft,
): readonly HeapRequest[] {
  const requests: Request[] = []
  let request: Request | undefined
  for (const delivery of deliveries) {
    const prepared = 'prepared' in delivery ? delivery.prepared : preparedEvent(delivery, settings)
    const { count, made, notes } = prepared
    if (typeof made !== 'string') {
      rejections.set(delivery, made)
      continue
    }
    if (request === undefined || request.count + count > ITEMS_PER_REQUEST_MAX) {
      request = { texts: [], count: 0, deliveries: [], adjustments: [] }
      requests.push(request)
    }
    request.texts.push(made)
    request.count += count
    request.deliveries.push(delivery)
    if (notes.length > 0) request.adjustments.push(...adjustmentsOf(delivery, notes))
  }
  return requests.map((one) => trackRequest(one, settings))
}

function trackRequest({ texts, deliveries, adjustments }: Request, settings: HeapSettings): HeapRequest {
  const request =
    settings.anonymousEvents === 'Partner endpoint'
      ? postTexts('/api/integrations/track', settings, { library: 'server', name: 'events', texts })
      : postTexts('/api/track', settings, { name: 'events', texts })
  return { request, deliveries, ...withAdjustments(adjustments) }
}

/** How many events a delivery becomes. */
export function eventCount({ items, items_max }: TrackDelivery['values']): number {
  return 1 + Math.min(items?.length ?? 0, itemsMax(items_max))
}

function itemsMax(items_max = ITEMS_PER_EVENT_MAX): number {
  return Math.max(0, Math.min(items_max, ITEMS_PER_EVENT_MAX))
}

/** The event and those of its items, as they stand in a list. */
function eventsText(
  { values, idempotencyKey }: TrackDelivery,
  person: Person,
  settings: HeapSettings,
  notes: Note[],
): string {
  if (values.heapUserId !== undefined && heapUserIdOf(values) === undefined) {
    notes.push({ field: 'user_id', text: "the event's Heap user id was left out: it is none" })
  }
  const event = eventName(values.event, notes)
  const properties = eventProperties(values, settings, notes)
  const text = JSON.stringify(heapEvent(person, event, properties, values, idempotencyKey, notes))
  if (values.items === undefined) return text
  const texts = [text]
  for (const [index, item] of itemsOf(values, notes).entries()) {
    const name = eventName(values.itemEvent ?? `${event} Item`, notes)
    const own = heapProperties(itemObject(item, values.itemProperties), 'event', settings, notes)
    texts.push(JSON.stringify(heapEvent(person, name, own, values, `${idempotencyKey}:${index + 1}`, notes)))
  }
  return texts.join(',')
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
