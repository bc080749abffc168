import type { Json, SpecEvent } from '../../event.ts'
import { deepFreeze, trackEvent } from '../../testing.ts'

/** An order, with a value of every type. */
const order = trackEvent({
  messageId: 'm-1',
  anonymousId: 'a-1',
  userId: 'ada',
  event: 'Order Completed',
  timestamp: '2026-01-02T03:04:05.678Z',
  sentAt: '2026-01-02T03:04:06.000Z',
  context: {
    library: { name: 'analytics.js', version: '1.0' },
    page: { path: '/admin/orders', title: "Buyer's page" },
    ip: '203.0.113.7',
  },
  integrations: { All: true, Heap: false, 'Google Analytics': { clientId: 'g-1' } },
  properties: {
    price: 12.5,
    quantity: 3,
    discount: -2.5,
    zero: 0,
    big: 1e21,
    plan: 'pro',
    code: '50*',
    numeral: '10',
    spaced: ' 12.5 ',
    power: '-3e2',
    truth: 'true',
    blank: '',
    paid: true,
    gift: false,
    coupon: null,
    features: ['discounts', 'dark-mode'],
    copy: ['discounts', 'dark-mode'],
    turned: ['dark-mode', 'discounts'],
    mixed: [1, '1', true, null],
    none: [],
    items: [
      { sku: 'A', price: 10 },
      { sku: 'B', sizes: ['S', 'M'] },
    ],
    matrix: [[1, 2], [3]],
    address: { city: 'Paris' },
    empty: {},
    shipped: '2026-01-05T00:00:00Z',
  },
})

/** A person, with keys that a path must quote. */
const person = {
  type: 'identify',
  messageId: 'm-2',
  userId: 'ada',
  timestamp: '2026-01-02T03:04:05.678Z',
  traits: {
    email: 'Ada@Example.com',
    name: 'Ada Lovelace',
    address: { city: 'London' },
    'address.city': 'dotted',
    'first name': 'Ada',
    'utm:source': 'mail',
    'say "hi"': 'quoted',
    'back\\slash': 'slashed',
    größe: 'XL',
    日本: 'JP',
    '😀': 'smiling',
    '': 'nameless',
    'two-part': 'dashed',
    $cost: 5,
    '@id': 'at',
    and: 'a field',
    in: 'inside',
    null: 'not null',
    contains: 'a call by name',
    length: 'own length',
    emails: ['a@example.com', 'b@example.com'],
    0: 'zeroth',
  },
}

/** Fields of the sender's own at the top, some of them words of the language, some of them names of every object. */
const strange = JSON.parse(`{
  "type": "track", "messageId": "m-3", "userId": "u1", "event": "and", "timestamp": "2026-01-02T03:04:05.678Z",
  "and": "word", "or": true, "in": 7, "true": "text", "null": "text", "length": 4, "match": "field", "NOT": true,
  "product 1": "spaced", "__proto__": { "admin": true }, "constructor": "sent", "properties": {
    "__proto__": "sent too", "toString": true, "hasOwnProperty": 1, "a": { "b": null } } }`) as Json

/** A page view with nothing but what every event has. */
const bare = { type: 'page', messageId: 'm-4', anonymousId: 'a-4', timestamp: '2026-01-02T03:04:05.678Z' }

/** Texts for letters, bytes and patterns. */
const texts = trackEvent({
  event: 'Ünïted — 日本 😀',
  properties: {
    umlaut: 'ü',
    smile: '😀',
    family: '👨‍👩‍👧',
    accent: 'e\u0301',
    lines: 'one\ntwo',
    tab: 'a\tb',
    backslash: 'a\\b',
    quotes: `"it's"`,
    sharp: 'straße',
    dotted: 'İ',
    half: '\ud83d',
    wide: '\uff5e',
    word: 'orderCompleted',
    server: 'HTTPServer',
    kebab: 'order-completed',
    loud: 'ORDER COMPLETED!',
  },
})

export const EVENTS = deepFreeze({
  order,
  person: person as unknown as SpecEvent,
  strange: strange as unknown as SpecEvent,
  bare: bare as unknown as SpecEvent,
  texts,
})
export type EventName = keyof typeof EVENTS
