import { type Chapter, event, events, track, user, users, VISITOR_1, visit, visited } from './example.ts'

const ITEMS = { trackEvent: { items: { '@path': '$.properties.products' } } }
const CART = {
  products: [
    { sku: 'x', price: 3 },
    { sku: 'y', price: 4 },
  ],
}
const CART_TEXT = { products: '[{"sku":"x","price":3},{"sku":"y","price":4}]' }
const TRAITS = { context: { traits: { plan: 'pro' } } }
const FROM_TRAITS = { profilesFromContextTraits: true }

function page(more: object) {
  return { type: 'page', userId: 'ada', ...more }
}

export const activity: Chapter = {
  title: 'Track, page and screen calls',
  text: 'Bulk calls of up to 1,000 events, in order. Names are broad; what is particular is a property.',
  rows: [
    {
      title: 'the events of a batch go in one call, in order',
      calls: [track({}, { event: 'A' }), visit(), track({}, { event: 'B' })],
      sends: [events(event({}, { event: 'A' }), visited(), event({}, { event: 'B' }))],
    },
    {
      title: 'a page call is "Page viewed" with its name',
      calls: [page({ name: 'Home', properties: { path: '/' } })],
      sends: [events(event({ path: '/', name: 'Home' }, { event: 'Page viewed' }))],
    },
    {
      title: 'a page call without a name',
      calls: [page({})],
      sends: [events(event({}, { event: 'Page viewed' }))],
    },
    {
      title: 'a page call that says its name twice, as the browser libraries do',
      calls: [page({ name: 'Home', properties: { name: 'Home' } })],
      sends: [events(event({ name: 'Home' }, { event: 'Page viewed' }))],
    },
    {
      title: 'a page call with two names',
      calls: [page({ name: 'Home', properties: { name: 'Start' } })],
      sends: [events(event({ name: 'Home' }, { event: 'Page viewed' }))],
      told: ['`name` was given twice: the name of the page or screen is kept'],
    },
    {
      title: 'a screen call is "Screen viewed" with its name',
      calls: [page({ type: 'screen', name: 'Main' })],
      sends: [events(event({ name: 'Main' }, { event: 'Screen viewed' }))],
    },
    {
      title: 'an event name of 1,024 characters is the longest',
      calls: [track({}, { event: 'x'.repeat(1_024) })],
      sends: [events(event({}, { event: 'x'.repeat(1_024) }))],
    },
    {
      title: 'a longer event name is cut',
      calls: [track({}, { event: 'x'.repeat(1_025) })],
      sends: [events(event({}, { event: 'x'.repeat(1_024) }))],
      told: ["the event's name was cut from 1,025 to 1,024 characters"],
    },
    {
      title: 'a blank event name',
      mapping: { trackEvent: { event: { '@path': '$.properties.what' } } },
      calls: [track({ what: ' ' })],
      sends: [],
      ends: ['VALUES_INVALID: event is blank'],
    },
    {
      title: 'an event name from a property, by the mapping',
      mapping: { trackEvent: { event: { '@path': '$.properties.what' } } },
      calls: [track({ what: 'Sold' })],
      sends: [events(event({ what: 'Sold' }, { event: 'Sold' }))],
    },
    {
      title: 'group calls are discarded as long as Set Account Properties is off',
      calls: [{ type: 'group', userId: 'ada', groupId: 'acme' }],
      sends: [],
    },
    {
      title: 'User Deleted is an event as long as Delete User is off',
      calls: [track({}, { event: 'User Deleted' })],
      sends: [events(event({}, { event: 'User Deleted' }))],
    },
  ],
}

export const itemEvents: Chapter = {
  title: 'One event for each item of a list',
  text: 'The field *Items* of Track Event, mapped to a list: besides the event itself one event for each item, with an idempotency key of its own.',
  rows: [
    {
      title: 'the event, then its items',
      mapping: ITEMS,
      calls: [track(CART)],
      sends: [
        events(
          event(CART_TEXT),
          event({ sku: 'x', price: 3 }, { event: 'Bought Item' }),
          event({ sku: 'y', price: 4 }, { event: 'Bought Item' }),
        ),
      ],
    },
    {
      title: 'a name of your own, and what the items share',
      mapping: {
        trackEvent: {
          ...ITEMS.trackEvent,
          itemEvent: 'Product bought',
          itemProperties: { order: { '@path': '$.properties.order' } },
        },
      },
      calls: [track({ order: 7, products: [{ sku: 'x' }] })],
      sends: [
        events(
          event({ order: 7, products: '[{"sku":"x"}]' }),
          event({ order: 7, sku: 'x' }, { event: 'Product bought' }),
        ),
      ],
    },
    {
      title: 'a value of the item wins over what the items share',
      mapping: { trackEvent: { ...ITEMS.trackEvent, itemProperties: { sku: 'none', shop: 'web' } } },
      calls: [track({ products: [{ sku: 'x' }] })],
      sends: [
        events(
          event({ products: '[{"sku":"x"}]' }),
          event({ sku: 'x', shop: 'web' }, { event: 'Bought Item' }),
        ),
      ],
    },
    {
      title: 'no list, no items',
      mapping: ITEMS,
      calls: [track({ a: 1 })],
      sends: [events(event({ a: 1 }))],
    },
    {
      title: 'an empty list, no items',
      mapping: ITEMS,
      calls: [track({ products: [] })],
      sends: [events(event({ products: '[]' }))],
    },
    {
      title: 'an item that is no object is a value',
      mapping: ITEMS,
      calls: [track({ products: ['x'] })],
      sends: [events(event({ products: '["x"]' }), event({ value: 'x' }, { event: 'Bought Item' }))],
    },
    {
      title: 'no more items than the cap',
      mapping: { trackEvent: { ...ITEMS.trackEvent, items_max: 1 } },
      calls: [track(CART)],
      sends: [events(event(CART_TEXT), event({ sku: 'x', price: 3 }, { event: 'Bought Item' }))],
      told: ['of 2 items the first 1 became events'],
    },
    {
      title: 'the items of a visitor',
      mapping: ITEMS,
      calls: [visit({ properties: { products: [{ sku: 'x' }] } })],
      sends: [
        events(
          visited(VISITOR_1, { properties: { products: '[{"sku":"x"}]' } }),
          visited(VISITOR_1, { event: 'Viewed Item', properties: { sku: 'x' } }),
        ),
      ],
    },
  ],
}

export const contextTraits: Chapter = {
  title: 'User properties from context.traits',
  text: 'With the setting of that name, what an event carries of its person updates the person too.',
  rows: [
    { title: 'off: the traits are not used', calls: [track({}, TRAITS)], sends: [events(event())] },
    {
      title: 'on: one write for the person, then the event',
      settings: FROM_TRAITS,
      calls: [track({}, TRAITS)],
      sends: [users(user({ plan: 'pro' })), events(event())],
    },
    {
      title: 'on: the events of one person in a batch are one write',
      settings: FROM_TRAITS,
      calls: [track({}, TRAITS), track({}, TRAITS), track({}, { context: { traits: { plan: 'max' } } })],
      sends: [users(user({ plan: 'max' })), events(event(), event(), event())],
    },
    {
      title: 'on: traits that were sent before are not sent again',
      settings: FROM_TRAITS,
      before: [track({}, TRAITS)],
      calls: [track({}, TRAITS)],
      sends: [events(event())],
    },
    {
      title: 'on: an identify call and the traits of events are one write, in order',
      settings: FROM_TRAITS,
      calls: [
        track({}, TRAITS),
        { type: 'identify', userId: 'ada', traits: { plan: 'free', seats: 2 } },
        track({}, { context: { traits: { seats: 3 } } }),
      ],
      sends: [users(user({ plan: 'free', seats: 3 })), events(event(), event())],
    },
    {
      title: 'on: an anonymous event with traits is sent; only the traits cannot be',
      settings: FROM_TRAITS,
      calls: [visit(TRAITS)],
      sends: [events(visited())],
      told: [
        'user properties were left out. It has no user id, and Heap takes user properties only for somebody with an identity.',
      ],
    },
    {
      title: 'on: empty traits are no write',
      settings: FROM_TRAITS,
      calls: [track({}, { context: { traits: {} } })],
      sends: [events(event())],
    },
  ],
}
