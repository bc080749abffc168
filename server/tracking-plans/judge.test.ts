import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, JsonObject, SpecEvent } from '../../core/event.ts'
import type { PlanRule, SourcePlan } from '../../core/tracking-plan/tracking-plan.ts'
import { compiledPlan, judgeFor } from './judge.ts'
import { ERRORS_MAX, schemaCompiler } from './validator.ts'

const ORDER: JsonObject = {
  type: 'object',
  required: ['total'],
  properties: {
    total: { type: 'number', minimum: 0 },
    currency: { enum: ['EUR', 'USD'] },
    products: {
      type: 'array',
      items: { type: 'object', properties: { price: { type: ['number', 'null'] } } },
    },
    'odd.name': { type: 'string' },
  },
}
const RULES: readonly PlanRule[] = [
  { type: 'track', event: 'Order Completed', schema: ORDER },
  { type: 'page', event: 'Home', schema: { type: 'object' } },
  { type: 'page', schema: { type: 'object', required: ['path'] } },
  {
    type: 'identify',
    schema: { type: 'object', properties: { plan: { const: 'free' } } },
    context: { type: 'object', properties: { ip: { type: 'string', format: 'ipv4' } }, required: ['ip'] },
  },
]
const judge = (source: Partial<SourcePlan> = {}, rules: readonly PlanRule[] = RULES) =>
  judgeFor(compiledPlan({ rules }, schemaCompiler()), { id: 'shop', ...source })
const call = (more: object): SpecEvent =>
  ({
    messageId: 'm1',
    userId: 'ada',
    timestamp: '2026-01-01T00:00:00.000Z',
    type: 'track',
    ...more,
  }) as SpecEvent
const order = (properties?: object) => call({ event: 'Order Completed', ...(properties && { properties }) })

const ROWS: readonly {
  readonly title: string
  readonly event: SpecEvent
  readonly findings: readonly string[]
}[] = [
  { title: 'an event as it should be', event: order({ total: 1, currency: 'EUR' }), findings: [] },
  {
    title: 'a call of a type that the plan says nothing of',
    event: call({ type: 'group', groupId: 'g' }),
    findings: [],
  },
  { title: 'an alias call', event: call({ type: 'alias', previousId: 'x' }), findings: [] },
  { title: 'a page with a rule of its own', event: call({ type: 'page', name: 'Home' }), findings: [] },
  {
    title: 'a page that has the rule of all others',
    event: call({ type: 'page', name: 'Cart' }),
    findings: ['violation properties.path required: is missing'],
  },
  {
    title: 'an event that the plan does not have',
    event: call({ event: 'order completed' }),
    findings: ['unplanned event  : is not in the tracking plan'],
  },
  {
    title: 'no properties at all',
    event: order(),
    findings: ['violation properties.total required: is missing'],
  },
  {
    title: 'everything wrong at once, each kind at a place once',
    event: order({
      total: '7',
      currency: 'GBP',
      products: [{ price: 'a' }, { price: 1 }, { price: true }, 3],
    }),
    findings: [
      'violation properties.total type: is a text; it must be a number',
      'violation properties.currency enum: is none of "EUR", "USD"',
      'violation properties.products[].price type: is true or false; it must be a number or null',
      'violation properties.products[] type: is a number; it must be an object',
    ],
  },
  {
    title: 'a limit',
    event: order({ total: -1 }),
    findings: ['violation properties.total minimum: must be >= 0'],
  },
  {
    title: 'names that the plan does not have',
    event: order({ total: 1, color: 'red', products: [{ sku: 1 }], 'odd.name': 'x', 'even.name': 1 }),
    findings: [
      'unplanned property properties.color : is not in the tracking plan',
      'unplanned property properties.products[].sku : is not in the tracking plan',
      'unplanned property properties["even.name"] : is not in the tracking plan',
    ],
  },
  {
    title: 'traits and context',
    event: call({ type: 'identify', traits: { plan: 'paid' }, context: { ip: 'x' } }),
    findings: [
      'violation traits.plan const: is not "free"',
      'violation context.ip format: must match format "ipv4"',
    ],
  },
]

for (const { title, event, findings } of ROWS) {
  test(`looks at ${title}`, () => {
    const judged = judge()(event)
    const texts = (judged?.findings ?? []).map(
      ({ kind, path, rule, text }) => `${kind} ${path} ${rule}: ${text}`,
    )
    assert.deepEqual(texts, findings)
    assert.equal(judged === undefined, findings.length === 0)
    assert.equal(judged?.refused, undefined)
    if (judged !== undefined) assert.equal(judged.event, event)
  })
}

test('refuses what it is to block, and only that', () => {
  const wrong = order({ total: 'x' })
  const unknown = call({ event: 'Other' })
  assert.deepEqual(judge({ violations: 'block' })(wrong)?.refused, {
    code: 'PLAN_VIOLATION',
    reason: 'The call is not as the tracking plan says: properties.total is a text; it must be a number.',
  })
  assert.equal(judge({ unplannedEvents: 'block' })(wrong)?.refused, undefined)
  assert.deepEqual(judge({ unplannedEvents: 'block' })(unknown)?.refused, {
    code: 'EVENT_UNPLANNED',
    reason: 'The tracking plan has no track call "Other".',
  })
  assert.equal(judge({ violations: 'block' })(unknown)?.refused, undefined)
  assert.equal(judge({ violations: 'block' })(order({ total: 1, color: 2 }))?.refused, undefined)
})

test('leaves out what it is to omit before it looks for violations', () => {
  const rules: readonly PlanRule[] = [
    {
      type: 'track',
      event: 'A',
      schema: { properties: { a: { type: 'number' } }, additionalProperties: false },
    },
  ]
  const event = call({ event: 'A', properties: { a: 1, b: 2 } })
  const kept = judge({ violations: 'block' }, rules)(event)
  assert.equal(kept?.refused?.reason.includes('properties.b is not in the plan'), true)
  const omitted = judge({ violations: 'block', unplannedProperties: 'omit' }, rules)(event)
  assert.equal(omitted?.refused, undefined)
  assert.deepEqual(omitted?.event, { ...event, properties: { a: 1 } })
  assert.deepEqual(
    omitted?.findings.map(({ kind, path }) => [kind, path]),
    [['unplanned property', 'properties.b']],
  )
})

const SCHEMAS: readonly (readonly [schema: JsonObject, fits: readonly Json[], not: readonly Json[]])[] = [
  [{ pattern: '^[a-z]*$' }, ['', 'abc', 7], ['A']],
  [
    { uniqueItems: true },
    [[1, '1', { a: 1 }]],
    [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
  ],
  [{ required: ['constructor'] }, [{ constructor: 1 }], [{}]],
  [{ properties: { toString: { type: 'string' } } }, [{}], [{ toString: 1 }]],
  [
    { $id: 'https://example.com/a', $schema: 'http://json-schema.org/draft-04/schema#', type: 'null' },
    [null],
    [0],
  ],
  [
    { properties: { default: { type: 'string' }, title: { const: 1 } } },
    [{ default: 'x', title: 1 }],
    [{ default: 1 }],
  ],
  [{ items: [{ type: 'string' }], additionalItems: false }, [['a'], []], [[1], ['a', 2]]],
  [{ patternProperties: { '^x_': { type: 'string' } } }, [{ x_a: 'b', y: 1 }], [{ x_a: 1 }]],
  [{ format: 'date-time' }, ['2026-01-01T00:00:00Z', 3], ['yesterday']],
  [{ format: 'iri' }, ['anything'], []],
  [{ if: { required: ['a'] }, then: { required: ['b'] } }, [{}, { a: 1, b: 1 }], [{ a: 1 }]],
  [{ propertyNames: { maxLength: 1 } }, [{ a: 1 }], [{ ab: 1 }]],
  [{ dependencies: { a: ['b'] } }, [{ b: 1 }], [{ a: 1 }]],
  [{ contains: { const: 1 } }, [[1, 2]], [[2]]],
  [{ multipleOf: 0.5 }, [1.5], [1.2]],
  [
    {
      properties: { a: { pattern: '^x$' }, b: { pattern: '^y$' } },
      patternProperties: { '^z': { const: 1 } },
    },
    [{ a: 'x', b: 'y' }, { z: 1 }],
    [{ a: 'x', b: 'x' }, { a: 'y' }, { z: 2 }],
  ],
]
for (const [schema, fits, not] of SCHEMAS) {
  test(`checks ${JSON.stringify(schema)}`, () => {
    const validate = schemaCompiler()(schema)
    for (const value of fits) assert.deepEqual(validate(value), [], JSON.stringify(value))
    for (const value of not) assert.notDeepEqual(validate(value), [], JSON.stringify(value))
  })
}

test('notes of schemas mean nothing: two may have the same $id, and default fills in nothing', () => {
  const compile = schemaCompiler()
  const withId = (type: string): JsonObject => ({ $id: 'https://example.com/a', type, 'x-owner': 'web' })
  const [texts, numbers] = [compile(withId('string')), compile(withId('number'))]
  assert.deepEqual([texts('a').length, numbers('a').length], [0, 1])
})

test('a pattern that would hold others up forever, and a long list, take bounded work', () => {
  const validate = schemaCompiler()({ properties: { a: { pattern: '^(a+)+$' }, b: { uniqueItems: true } } })
  const list = Array.from({ length: 10_000 }, (_, index) => ({ index }))
  assert.deepEqual(validate({ a: 'a'.repeat(60_000), b: list }), [])
  assert.equal(validate({ a: `${'a'.repeat(60_000)}!` }).length, 1)
})

test('an event in which more is wrong than anybody reads is looked at for as long as that takes, and no longer', () => {
  const texts = Array.from({ length: 100 }, () => ({ type: 'string' }))
  const validate = schemaCompiler()({ properties: { a: { items: { allOf: texts } }, b: { type: 'string' } } })
  const numbers = (count: number) => ({ a: Array.from({ length: count }, () => 0) })
  const many = ERRORS_MAX / 100 - 1
  assert.equal(validate(numbers(many)).length, many * 100)
  assert.deepEqual(
    validate(numbers(10_000)).map(({ keyword }) => keyword),
    ['too much'],
  )
  assert.equal(validate(numbers(1)).length, 100)
  const rules: readonly PlanRule[] = [
    { type: 'track', event: 'A', schema: { properties: { a: { items: { allOf: texts } } } } },
  ]
  const judged = judge({ violations: 'block' }, rules)(call({ event: 'A', properties: numbers(10_000) }))
  assert.equal(judged?.refused?.code, 'PLAN_VIOLATION')
  assert.match(judged?.refused?.reason ?? '', /the rest was not looked at/)
})

test('all patterns of an event share their work', () => {
  const allOf = Array.from({ length: 300 }, () => ({ pattern: '(.*a){20,30}(.*b){5,10}c' }))
  const validate = schemaCompiler()({ properties: { a: { allOf }, b: { pattern: '^x$' } } })
  assert.equal(validate({ a: 'ab'.repeat(30_000) }).length, 300)
  assert.deepEqual(validate({ b: 'x' }), [])
})

test('a choice of many values is one look-up', () => {
  const values = Array.from({ length: 10_000 }, (_, index) => ({ index }))
  const validate = schemaCompiler()({ properties: { a: { items: { enum: values } } } })
  assert.deepEqual(validate({ a: values.map(({ index }) => ({ index })) }), [])
  const [error] = validate({ a: [{ index: -1 }] })
  assert.deepEqual([error?.keyword, error?.instancePath], ['enum', '/a/0'])
})

test('a rule that only speaks of names within still says that something is wrong', () => {
  const rules: readonly PlanRule[] = [
    { type: 'track', event: 'A', schema: { propertyNames: { maxLength: 1 } } },
  ]
  const judged = judge({ violations: 'block' }, rules)(call({ event: 'A', properties: { long: 1 } }))
  assert.equal(judged?.refused?.code, 'PLAN_VIOLATION')
})
