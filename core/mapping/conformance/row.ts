import type { Json, JsonObject } from '../../event.ts'

/**
 * The mapping language as a table: what a field is mapped to, and what it then gets. Written from docs/mappings.md, not
 * from the code. "Unlike Segment" marks what is meant to differ: docs/coming-from-segment-and-customer-io.md says why.
 */
export type Topic = { readonly topic: string; readonly rows: readonly Row[] }
/** Without an event of its own a row is about `EVENT`. */
export type Row = readonly [title: string, mappedTo: Json, outcome: Outcome, event?: JsonObject]
export type Outcome =
  | { readonly kind: 'gives'; readonly value: Json }
  | { readonly kind: 'nothing' }
  /** `directive` is named in the place or the reason, and `reason` fits the reason. */
  | { readonly kind: 'problem'; readonly directive: string; readonly reason: RegExp }

export const nothing: Outcome = { kind: 'nothing' }
export const gives = (value: Json): Outcome => ({ kind: 'gives', value })
export const problem = (directive: string, reason: RegExp): Outcome => ({
  kind: 'problem',
  directive,
  reason,
})

/** `{"@path": …}` */
export const at = (path: string): Json => ({ '@path': path })
/** A field of the event's properties. */
export const prop = (name: string): Json => ({ '@path': `$.properties.${name}` })
/** What finds nothing. */
export const missing = at('$.properties.nowhere')
/** An event that holds these properties. */
export const withProperties = (properties: JsonObject): JsonObject => ({ ...EVENT, properties })
/** JSON as it comes over the wire, where `__proto__` is a key like any other. */
export const json = (text: string): Json => JSON.parse(text) as Json
/** The directive with itself inside, so many times. */
export function nested(times: number, around: (inside: Json) => Json, innermost: Json): Json {
  let value = innermost
  for (let time = 0; time < times; time++) value = around(value)
  return value
}

export const EVENT: JsonObject = {
  type: 'track',
  messageId: 'm1',
  userId: 'ada',
  event: 'Order Completed',
  timestamp: '2026-01-02T03:04:05.678Z',
  context: { campaign: { name: 'spring', source: 'mail' }, page: { path: '/pricing' }, locale: null },
  properties: {
    plan: 'Pro',
    seats: 5,
    price: 12.5,
    zero: 0,
    yes: true,
    no: false,
    empty: '',
    blank: '  ',
    nothing: null,
    email: ' Ada@Example.com ',
    items: [{ sku: 'A', price: 3, tags: ['x', 'y'] }, { sku: 'B' }],
    item: { sku: 'C' },
    tags: ['a', 'b'],
    matrix: [[1, 2], [3]],
    mixed: [1, null, 'x'],
    nobody: [],
    bare: {},
    nested: { a: { b: 1, c: [7, { d: 8 }] }, e: null },
    name: 'pricing',
    json: '{"a":[1,null]}',
    which: '$.properties.plan',
    braces: '{{userId}}',
    data: { '@path': '$.event' },
    'a.b': 'dotted',
    'first name': 'Ada',
    'a"b': 'quoted',
    'a\\b': 'backslash',
    '2026': 'a year',
    größe: 'XL',
  },
}
