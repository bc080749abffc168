import type { Delivery, HttpRequest, PlannedRequest } from '../../core/destination.ts'
import type { JsonObject } from '../../core/event.ts'
import { anonymousUserId } from '../../core/identity.ts'
import { setOwn } from '../../core/own.ts'
import type { HeapActions } from './actions.ts'
import { flatten, type HeapProperties } from './flatten.ts'
import { baseUrl, type HeapSettings } from './settings.ts'

/** Both bulk calls: https://developers.heap.io/reference/bulk-track, …/bulk-add-user-properties */
const ITEMS_PER_REQUEST_MAX = 1_000

type HeapDelivery = Delivery<HeapActions>
type TrackDelivery = Extract<HeapDelivery, { action: 'trackEvent' }>
type IdentifyDelivery = Extract<HeapDelivery, { action: 'identifyUser' }>

/**
 * One bulk call for the people, then one for the events, each of up to 1,000. People go first, so that an event finds
 * its person with the properties set. The order of an event and a property write among each other means nothing to
 * Heap: user properties are stateless, and the last write wins.
 */
export function plan(
  deliveries: readonly HeapDelivery[],
  settings: HeapSettings,
): readonly PlannedRequest<HeapActions>[] {
  const identifies = deliveries.filter((delivery) => delivery.action === 'identifyUser')
  const tracks = deliveries.filter((delivery) => delivery.action === 'trackEvent')
  return [...planUsers(identifies, settings), ...planEvents(tracks, settings)]
}

function planEvents(
  deliveries: readonly TrackDelivery[],
  settings: HeapSettings,
): PlannedRequest<HeapActions>[] {
  return slices(deliveries).map((slice) => ({
    request: post('/api/track', settings, { events: slice.map(heapEvent) }),
    deliveries: slice,
  }))
}

function heapEvent({ values, idempotencyKey }: TrackDelivery): JsonObject {
  const { identity, anonymousId, event, name, properties, timestamp, sessionId } = values
  const flat: HeapProperties = properties === undefined ? {} : flatten(properties)
  if (name !== undefined) flat['name'] = name
  return {
    ...(identity === undefined ? anonymous(anonymousId) : { identity }),
    ...(sessionId === undefined ? {} : { session_id: sessionId }),
    event,
    ...(timestamp === undefined ? {} : { timestamp }),
    properties: flat,
    idempotency_key: idempotencyKey,
  }
}

function anonymous(anonymousId: string | undefined): JsonObject {
  return anonymousId === undefined ? {} : { user_id: anonymousUserId(anonymousId) }
}

/**
 * The writes for one identity in a batch become one, the last value of each property winning: what Heap would end up
 * with, without counting on the order inside a bulk call, which Heap does not promise.
 */
function planUsers(
  deliveries: readonly IdentifyDelivery[],
  settings: HeapSettings,
): PlannedRequest<HeapActions>[] {
  const people = new Map<string, { properties: HeapProperties; deliveries: IdentifyDelivery[] }>()
  for (const delivery of deliveries) {
    const { identity, properties } = delivery.values
    const flat = properties === undefined ? {} : flatten(properties)
    const person = people.get(identity)
    if (person === undefined) people.set(identity, { properties: flat, deliveries: [delivery] })
    else {
      for (const [name, value] of Object.entries(flat)) setOwn(person.properties, name, value)
      person.deliveries.push(delivery)
    }
  }
  return slices([...people]).map((slice) => ({
    request: post('/api/add_user_properties', settings, {
      users: slice.map(([identity, { properties }]) => ({ identity, properties })),
    }),
    deliveries: slice.flatMap(([, person]) => person.deliveries),
  }))
}

function post(path: string, settings: HeapSettings, body: JsonObject): HttpRequest {
  return { method: 'POST', url: baseUrl(settings) + path, json: { app_id: settings.appId, ...body } }
}

function slices<T>(items: readonly T[]): T[][] {
  const result: T[][] = []
  for (let at = 0; at < items.length; at += ITEMS_PER_REQUEST_MAX) {
    result.push(items.slice(at, at + ITEMS_PER_REQUEST_MAX))
  }
  return result
}
