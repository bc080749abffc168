import type { JsonObject } from '../../../core/event.ts'
import type { Mapping } from '../../../core/mapping/mapping.ts'
import type { HeapActions } from '../actions.ts'

/**
 * What Heap gets for some calls. A row is a test (`examples.test.ts`) and a piece of the documentation
 * (`docs/heap-examples.md`, written by `npm run heap-examples`).
 */
export type Example = {
  readonly title: string
  readonly settings?: JsonObject
  /** Switched on beside the presets, each with the trigger and mapping that it comes with. */
  readonly actions?: readonly (keyof HeapActions)[]
  /** Put over the mapping of an action. */
  readonly mapping?: { readonly [Name in keyof HeapActions]?: Mapping }
  /** Calls that have been delivered before. */
  readonly before?: readonly JsonObject[]
  /** In one batch. `messageId` and `timestamp` are not shown. */
  readonly calls: readonly JsonObject[]
  /** In order. `app_id`, `timestamp` and `idempotency_key` are not shown. */
  readonly sends: readonly SentRequest[]
  /** The adjustments. */
  readonly told?: readonly string[]
  /** What ends without a request: `unchanged`, or the code and text of a dead letter. */
  readonly ends?: readonly string[]
}
export type SentRequest = { readonly to: string; readonly items: readonly JsonObject[] }
export type Chapter = { readonly title: string; readonly text: string; readonly rows: readonly Example[] }

type More = { readonly [name: string]: JsonObject[string] }

// Calls

export const track = (properties?: JsonObject, more: More = {}): JsonObject => ({
  type: 'track',
  userId: 'ada',
  event: 'Bought',
  ...(properties === undefined ? {} : { properties }),
  ...more,
})
/** A call of somebody of whom only the anonymous id is known. */
export const visit = (more: More = {}): JsonObject => ({
  type: 'track',
  anonymousId: 'visitor-1',
  event: 'Viewed',
  ...more,
})
export const identify = (traits?: JsonObject, more: More = {}): JsonObject => ({
  type: 'identify',
  userId: 'ada',
  ...(traits === undefined ? {} : { traits }),
  ...more,
})
export const group = (traits?: JsonObject, more: More = {}): JsonObject => ({
  type: 'group',
  userId: 'ada',
  groupId: 'acme',
  ...(traits === undefined ? {} : { traits }),
  ...more,
})

// What is sent

/** The user id that is made from `visitor-1`. */
export const VISITOR_1 = '4003073799167419'
export const VISITOR_2 = '8629234005101406'

export const events = (...items: readonly JsonObject[]): SentRequest => ({ to: '/api/track', items })
export const users = (...items: readonly JsonObject[]): SentRequest => ({
  to: '/api/add_user_properties',
  items,
})
export const accounts = (...items: readonly JsonObject[]): SentRequest => ({
  to: '/api/add_account_properties',
  items,
})
export const link = (user_id: string, identity = 'ada'): SentRequest => ({
  to: '/api/v1/identify',
  items: [{ user_id, identity }],
})
export const event = (properties: JsonObject = {}, more: More = {}): JsonObject => ({
  identity: 'ada',
  event: 'Bought',
  properties,
  ...more,
})
export const visited = (user_id = VISITOR_1, more: More = {}): JsonObject => ({
  user_id,
  event: 'Viewed',
  properties: {},
  ...more,
})
export const user = (properties: JsonObject, identity = 'ada'): JsonObject => ({ identity, properties })
