import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Subscription } from './configuration.ts'
import { action, type Delivery, destination, fields, NO_CONTEXT, webDestination } from './destination.ts'
import type { JsonObject } from './event.ts'
import { type Explanation, explain } from './explain.ts'
import { judgeHttp } from './judge.ts'
import type { Mapping, MappingValue } from './mapping/mapping.ts'
import { originOf } from './mapping/trace.ts'
import { secret } from './secret.ts'
import { deepFreeze, trackEvent } from './testing.ts'

const shop = destination({
  mode: 'cloud',
  kind: 'shop',
  name: 'Shop',
  help: 'h',
  settings: fields({
    url: { type: 'string', label: 'Address', help: 'h', required: true },
    key: { type: 'secret', label: 'Key', help: 'h' },
  }),
  actions: {
    send: action({
      name: 'Send',
      help: 'h',
      trigger: 'type = "track"',
      fields: {
        name: { type: 'string', label: 'Name', help: 'h', required: true },
        price: { type: 'number', label: 'Price', help: 'h' },
      },
    }),
  },
  presets: ['send'],
  batch: { count_max: 10, bytes_max: 1_000, age_ms_max: 0 },
  plan(deliveries, { url, key = secret('') }) {
    return deliveries.map((delivery) => {
      const { name, price } = delivery.values
      const reason = { code: 'DESTINATION_REFUSED', text: 'Nobody buys nothing.' } as const
      if (name === 'nothing') return { end: { status: 'rejected', reason }, deliveries: [delivery] }
      return {
        request: {
          method: 'POST',
          url,
          json: { name: name.slice(0, 10), ...(price === undefined ? {} : { price }) },
          authorization: { scheme: 'bearer', token: key },
        },
        deliveries: [delivery],
        adjustments: name.length > 10 ? [{ delivery, field: 'name', text: 'cut' }] : [],
      }
    })
  },
  judge: (response, _request, now_ms) => judgeHttp(response, now_ms),
})

const WHERE = {
  destination: shop,
  settings: { url: 'https://shop.example.com', key: 'hush' },
  instanceId: 'shop',
  name: 'Mine',
  sourceId: 'web',
  context: NO_CONTEXT,
}
const MAPPING: Mapping = {
  name: { '@first': [{ '@path': '$.properties.name' }, { '@path': '$.event' }] },
  price: { '@number': { '@path': '$.properties.price' } },
}

function bought(given: Partial<Subscription> = {}): Subscription {
  return deepFreeze({
    id: 's',
    action: 'send',
    name: 'Send',
    enabled: true,
    trigger: 'type = "track" and (event = "Bought" or properties.vip)',
    mapping: MAPPING,
    ...given,
  })
}

function explained(properties: object, given: Partial<Subscription> = {}, where = WHERE): Explanation {
  const event = deepFreeze(trackEvent({ event: 'Bought', properties: properties as never }))
  return explain(event, bought(given), where)
}

describe('an explanation', () => {
  test('tells the deciding conditions, the fields with what made them, and the request without its secrets', () => {
    const { trigger, fields, requests, ...rest } = explained({ price: '12.50' })
    assert.deepEqual(
      trigger?.clauses.map(({ text, holds, values }) => [text, holds, values.map(({ value }) => value)]),
      [
        ['type = "track"', true, ['track']],
        ['event = "Bought"', true, ['Bought']],
      ],
    )
    assert.deepEqual(fields, [
      {
        name: 'name',
        label: 'Name',
        value: 'Bought',
        origin: { at: '@first[1]', made: { '@path': '$.event' } },
        problems: [],
      },
      {
        name: 'price',
        label: 'Price',
        value: 12.5,
        origin: { at: '', made: MAPPING['price'] },
        problems: [],
      },
    ])
    assert.deepEqual(requests, [
      {
        method: 'POST',
        url: 'https://shop.example.com',
        headers: { 'content-type': 'application/json', authorization: 'Bearer ***' },
        json: { name: 'Bought', price: 12.5 },
      },
    ])
    assert.deepEqual(rest, { wrong: [], hints: [], problems: [], adjustments: [] })
  })

  test('of an event that the trigger does not want has the fields, and no request', () => {
    const { trigger, fields, requests } = explained({}, { trigger: 'type = "page" or properties.vip' })
    assert.equal(trigger?.matches, false)
    assert.deepEqual(
      trigger?.clauses.map(({ text, holds }) => [text, holds]),
      [
        ['type = "page"', false],
        ['properties.vip', false],
      ],
    )
    assert.equal(fields[0]?.value, 'Bought')
    assert.deepEqual(requests, [])
  })

  test('tells why a delivery would be a dead letter, and still the fields that are right', () => {
    const { fields, problems, requests } = explained({ price: 'many' })
    assert.deepEqual(problems, [{ field: 'price', problem: '@number cannot read a number here' }])
    assert.deepEqual(
      fields.map(({ name, value, problems }) => [name, value, problems]),
      [
        ['name', 'Bought', []],
        ['price', undefined, ['@number cannot read a number here']],
      ],
    )
    assert.deepEqual(requests, [])
  })

  test('tells what is missing', () => {
    const { problems } = explained({}, { mapping: { price: 5 } })
    assert.deepEqual(problems, [{ field: 'name', problem: 'is missing' }])
  })

  test('tells what was adjusted', () => {
    const { adjustments, requests } = explained({ name: 'a very long name' })
    assert.deepEqual(adjustments, [{ field: 'name', text: 'cut' }])
    assert.deepEqual(requests[0]?.json, { name: 'a very lon' })
  })

  test('tells an end without a request', () => {
    const { end, requests } = explained({ name: 'nothing' })
    assert.deepEqual(end, {
      status: 'rejected',
      reason: { code: 'DESTINATION_REFUSED', text: 'Nobody buys nothing.' },
    })
    assert.deepEqual(requests, [])
  })

  test('of a subscription that is wrong tells everything that is, and nothing else', () => {
    const { wrong, trigger, fields, requests } = explained(
      {},
      { trigger: 'type == "track"', mapping: { nme: 1, price: { '@numbr': 1 } } },
      { ...WHERE, settings: {} as never },
    )
    assert.deepEqual(wrong, [
      { at: ['settings', 'url'], problem: 'is missing' },
      { at: ['trigger'], problem: '"==" is not expected here: did you mean "="? (at character 6)' },
      { at: ['mapping', 'nme'], problem: 'is no field of this action; did you mean "name"?' },
      { at: ['mapping', 'price'], problem: '@numbr is no directive; did you mean @number?' },
    ])
    assert.deepEqual([trigger, fields, requests], [undefined, [], []])
  })

  test('points out fields that are nearly right', () => {
    const { wrong, hints } = explained(
      {},
      {
        trigger: 'proprties.vip and traits.x = null and myOwnField = null',
        mapping: {
          name: { '@first': [{ '@path': '$.evnt' }, { '@path': '$.event' }] },
          price: { '@arrayPath': ['$.propertis.items', { a: { '@path': '$.evnt' } }] },
        },
      },
    )
    assert.deepEqual(wrong, [])
    assert.deepEqual(hints, [
      { at: ['trigger'], problem: 'unknown field `proprties`: did you mean `properties`? (at character 1)' },
      { at: ['mapping', 'name'], problem: '@first[0].@path: unknown field `evnt`: did you mean `event`?' },
      {
        at: ['mapping', 'price'],
        problem: '@arrayPath[0]: unknown field `propertis`: did you mean `properties`?',
      },
    ])
  })
})

describe('an explanation of consent', () => {
  const allowing = (categoryPreferences: object) => ({ context: { consent: { categoryPreferences } } })
  const rows = [
    ['allowed', { Ads: true }, { needed: ['Ads'], missing: [] }, 1],
    ['not allowed', { Ads: false }, { needed: ['Ads'], missing: ['Ads'] }, 0],
  ] as const
  for (const [title, preferences, consent, requests] of rows) {
    test(`says what is needed and missing, and sends ${requests} requests, when it is ${title}`, () => {
      const event = trackEvent({ event: 'Bought', ...allowing(preferences) } as never)
      const told = explain(event, bought(), { ...WHERE, consent: ['Ads'] })
      assert.deepEqual([told.consent, told.requests.length], [consent, requests])
      // What would be sent if it were allowed can be seen all the same.
      assert.equal(told.fields[0]?.value, 'Bought')
    })
  }
  test('is left out where none is needed', () => {
    const event = trackEvent({ event: 'Bought', ...allowing({}) } as never)
    const told = explain(event, bought(), WHERE)
    assert.deepEqual([Object.hasOwn(told, 'consent'), told.requests.length], [false, 1])
  })
})

describe('an explanation of a call whose integrations', () => {
  const rows = [
    ['switch the destination off', { Mine: false }, 'Mine', 0],
    ['switch all off', { All: false }, 'All', 0],
    ['switch another off', { Other: false }, undefined, 1],
  ] as const
  for (const [title, integrations, switchedOff, requests] of rows) {
    test(`${title} says so, and sends ${requests} requests`, () => {
      const told = explain(trackEvent({ event: 'Bought', integrations }), bought(), WHERE)
      assert.deepEqual([told.switchedOff, told.requests.length], [switchedOff, requests])
      assert.equal(told.fields[0]?.value, 'Bought')
    })
  }
})

describe('an explanation for a destination that the page sends to', () => {
  test('has the fields, no request, and what the page calls', () => {
    const { kind, name, help, settings, actions, presets } = shop
    const words = { kind, name, help, settings, actions, presets, label: 'Web' }
    const script = { name: 'Shop', libraryName: 'shop' }
    const page = () => assert.fail('not asked for')
    const calls = ({ values }: Delivery) => [{ name: 'buy', given: [(values as JsonObject)['name'] ?? null] }]
    const destination = webDestination({ ...words, mode: 'web', script, page, calls })
    const told = explain(trackEvent({ event: 'Bought' }), bought(), { ...WHERE, destination })
    assert.deepEqual([told.trigger?.matches, told.fields[0]?.value, told.requests], [true, 'Bought', []])
    assert.deepEqual(told.calls, [{ name: 'buy', given: ['Bought'] }])
    const other = explain(trackEvent({ event: 'Left' }), bought({ trigger: 'event = "Bought"' }), {
      ...WHERE,
      destination,
    })
    assert.deepEqual([other.trigger?.matches, other.calls], [false, undefined])
  })
})

describe('what made a value', () => {
  const path = (of: string) => ({ '@path': of })
  const isThere = (exists: MappingValue) => ({ '@if': { exists, then: 'yes', else: path('$.type') } })
  const lookup = (value: MappingValue, rest: object = {}) => ({
    '@lookup': { value, table: { track: path('$.event'), x: 1 }, ...rest },
  })
  const rows: readonly [title: string, value: MappingValue, at: string, made: MappingValue][] = [
    ['a fixed value', 'x', '', 'x'],
    ['an object', { a: path('$.event') }, '', { a: path('$.event') }],
    ['a path', path('$.event'), '', path('$.event')],
    ['the first that is there', { '@first': [null, path('$.event'), 'x'] }, '@first[1]', path('$.event')],
    ['none is there', { '@first': [null] }, '', { '@first': [null] }],
    ['a candidate with a problem', { '@first': [{ '@number': 'x' }, 5] }, '@first[1]', 5],
    ['then', isThere(path('$.event')), '@if.then', 'yes'],
    ['else', isThere(path('$.nowhere')), '@if.else', path('$.type')],
    [
      'an else that is not there',
      { '@if': { exists: null, then: 1 } },
      '',
      { '@if': { exists: null, then: 1 } },
    ],
    ['a row of a table', lookup(path('$.type')), '@lookup.table.track', path('$.event')],
    ['the default', lookup('y', { default: 7 }), '@lookup.default', 7],
    ['no row and no default', lookup('y'), '', lookup('y')],
    ['a literal', { '@literal': path('$.event') }, '@literal', path('$.event')],
    ['a choice in a choice', { '@first': [isThere(path('$.event')), 'x'] }, '@first[0].@if.then', 'yes'],
    ['a change of a choice', { '@lower': { '@first': ['X'] } }, '', { '@lower': { '@first': ['X'] } }],
  ]
  for (const [title, value, at, made] of rows) {
    test(title, () => {
      const event = deepFreeze(trackEvent()) as never
      assert.deepEqual(originOf(deepFreeze(value), event, {}), { at, made })
    })
  }
})
