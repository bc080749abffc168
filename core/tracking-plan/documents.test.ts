import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, JsonObject } from '../event.ts'
import { planProblems } from './check.ts'
import { rulesFromShapes } from './from-shapes.ts'
import { PLAN_FORMATS, readPlanDocument } from './read-document.ts'
import type { TrackingPlan } from './tracking-plan.ts'
import { planDocument } from './write-document.ts'

const ORDER: JsonObject = {
  type: 'object',
  properties: { total: { type: ['number'] }, currency: { type: 'string', enum: ['EUR', 'USD'] } },
  required: ['total'],
}
const whole = (parts: JsonObject): JsonObject => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  labels: {},
  properties: { context: {}, traits: {}, properties: {}, ...parts },
})
const NAME = { type: 'object', properties: { name: { type: 'string' } } }

/** As Segment's and RudderStack's documents show them. */
const DOCUMENTS: readonly { readonly title: string; readonly format: string; readonly document: Json }[] = [
  {
    title: 'Segment’s Public API',
    format: 'segment',
    document: {
      data: {
        rules: [
          { type: 'TRACK', key: 'Order Completed', version: 1, jsonSchema: whole({ properties: ORDER }) },
          { type: 'IDENTIFY', version: 1, jsonSchema: whole({ traits: NAME }) },
        ],
      },
    },
  },
  {
    title: 'Segment’s Config API',
    format: 'segment',
    document: {
      name: 'workspaces/shop/tracking-plans/rs_1',
      display_name: 'Shop',
      rules: {
        events: [{ name: 'Order Completed', version: 1, rules: whole({ properties: ORDER }) }],
        global: whole({}),
        identify: whole({ traits: NAME }),
        group: {},
      },
    },
  },
  {
    title: 'Segment’s Config API, trait by trait',
    format: 'segment',
    document: {
      display_name: 'Shop',
      rules: {
        events: [{ name: 'Order Completed', rules: whole({ properties: ORDER }) }],
        identify_traits: [{ name: 'name', rules: { type: 'string' } }],
        group_traits: [],
      },
    },
  },
  {
    title: 'RudderStack’s API',
    format: 'rudderstack',
    document: {
      data: [
        { name: 'Order Completed', eventType: 'track', rules: whole({ properties: ORDER }) },
        {
          name: '',
          eventType: 'identify',
          rules: whole({ context: { type: 'object', properties: { traits: NAME } } }),
        },
      ],
    },
  },
]

for (const { title, format, document } of DOCUMENTS) {
  test(`reads what comes from ${title}`, () => {
    const read = readPlanDocument(document)
    assert.ok(read.ok)
    assert.equal(read.format, format)
    assert.deepEqual(read.notes, [])
    const [order, identify, ...others] = read.rules
    assert.deepEqual(others, [])
    assert.deepEqual(order, { type: 'track', event: 'Order Completed', schema: ORDER })
    assert.equal(identify?.type, 'identify')
    assert.deepEqual(identify?.schema, NAME)
    assert.deepEqual(planProblems(read.rules), [])
  })
}

test('what is not supported is left out and told, and the rest is taken', () => {
  const total = { type: 'number', minimum: 0, exclusiveMinimum: true }
  const read = readPlanDocument({
    rules: [
      { type: 'COMMON', jsonSchema: whole({ context: { required: ['userAgent'] } }) },
      { type: 'TRACK', key: 'A', version: 1, jsonSchema: whole({}) },
      {
        type: 'TRACK',
        key: 'A',
        version: 2,
        jsonSchema: whole({
          properties: { properties: { total, code: { $ref: '#/definitions/code', pattern: '(?!x)' } } },
        }),
      },
      { type: 'ALIAS', jsonSchema: whole({}) },
    ],
  })
  assert.ok(read.ok)
  assert.deepEqual(read.rules, [
    {
      type: 'track',
      event: 'A',
      schema: {
        type: 'object',
        properties: { total: { type: 'number', exclusiveMinimum: 0 }, code: {} },
      },
    },
  ])
  assert.deepEqual(
    read.notes.map((note) => note.split(' is left out')[0]),
    [
      'What it asks of all events alike',
      'track A: only the newest of its versions is taken.',
      'alias: alias',
      'track A: properties.code.$ref',
      'track A: properties.code.pattern',
    ],
  )
})

test('what is no plan is not taken for one', () => {
  for (const document of [
    null,
    7,
    'x',
    [],
    {},
    { rules: 3 },
    { rules: [{ a: 1 }] },
    { rules: { events: [7] } },
  ]) {
    const read = readPlanDocument(document)
    assert.ok(!read.ok || read.rules.length === 0, JSON.stringify(document))
  }
})

const PLAN: TrackingPlan = {
  id: 'shop',
  name: 'Shop',
  rules: [
    { type: 'track', event: 'Order Completed', description: 'After paying', schema: ORDER },
    { type: 'page', schema: { type: 'object' }, context: { type: 'object', required: ['ip'] } },
    { type: 'identify', schema: { ...NAME, required: ['name'] } },
    { type: 'group', schema: NAME },
  ],
}
for (const format of PLAN_FORMATS) {
  test(`what is written for ${format} is read back the same`, () => {
    const read = readPlanDocument(planDocument(PLAN, format))
    assert.ok(read.ok)
    assert.equal(read.format, format)
    assert.equal(read.name, 'Shop')
    assert.deepEqual(read.notes, [])
    assert.deepEqual(read.rules, PLAN.rules)
  })
}

test('what was seen becomes rules: its types, and as required what was always there', () => {
  const place = (path: string, count: number, types: Record<string, number>) => ({ path, count, types })
  const properties = [
    place('properties.total', 20, { number: 19, text: 1 }),
    place('properties.coupon', 3, { null: 3 }),
    place('properties.ship.city', 20, { text: 20 }),
    place('properties.items', 5, { list: 5 }),
    place('context.ip', 20, { text: 20 }),
  ]
  const [order, identify, ...others] = rulesFromShapes([
    { type: 'track', name: 'Order', sampled: 20, properties },
    { type: 'identify', name: '', sampled: 9, properties: [place('traits.name', 9, { text: 9 })] },
    { type: 'alias', name: '', sampled: 1, properties: [] },
  ])
  assert.deepEqual(others, [])
  assert.deepEqual(order, {
    type: 'track',
    event: 'Order',
    schema: {
      type: 'object',
      properties: {
        total: { type: ['number', 'string'] },
        coupon: { type: 'null' },
        ship: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        items: { type: 'array' },
      },
      required: ['total', 'ship'],
    },
  })
  // Nine are too few to say what is always there.
  assert.deepEqual(identify, { type: 'identify', schema: NAME })
})
