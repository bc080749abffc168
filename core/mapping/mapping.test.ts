import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { AppError } from '../errors.ts'
import type { Json } from '../event.ts'
import { anyJson, anyObject, deepFreeze, trackEvent } from '../testing.ts'
import { compileMapping, compileValue, type Mapping, type MappingValue } from './mapping.ts'

const event = deepFreeze(
  trackEvent({
    properties: {
      plan: 'pro',
      seats: 5,
      zero: 0,
      no: false,
      yes: true,
      blank: '',
      nothing: null,
      items: [{ sku: 'A' }],
    },
  }),
)

describe('a field’s value', () => {
  const lookup = (
    value: MappingValue,
    rest: { readonly [key: string]: MappingValue } = {},
  ): MappingValue => ({
    '@lookup': { value, table: { pro: 'Pro', '5': 'five', true: 'yes', null: 'null', null_: 0 }, ...rest },
  })
  const rows: readonly [title: string, mapping: MappingValue, is: unknown][] = [
    ['a text', 'Purchase', 'Purchase'],
    ['a text that looks like a path', '$.event', '$.event'],
    ['a number', 0, 0],
    ['true', true, true],
    ['null', null, null],
    ['an object of values', { a: 1, b: { c: 'x' } }, { a: 1, b: { c: 'x' } }],
    ['a list of values', [1, 'x', null], [1, 'x', null]],
    ['an empty object', {}, {}],
    ['an empty list', [], []],

    ['@path', { '@path': '$.properties.plan' }, 'pro'],
    ['@path to 0', { '@path': '$.properties.zero' }, 0],
    ['@path to false', { '@path': '$.properties.no' }, false],
    ['@path to the empty text', { '@path': '$.properties.blank' }, ''],
    ['@path to null', { '@path': '$.properties.nothing' }, null],
    ['@path to an object', { '@path': '$.properties.items[0]' }, { sku: 'A' }],
    ['@path to nothing', { '@path': '$.properties.missing' }, undefined],
    ['@path to what every object inherits', { '@path': '$.properties.toString' }, undefined],
    ['@path to the whole event', { '@path': '$' }, event],

    ['@literal keeps a directive as it is', { '@literal': { '@path': '$.event' } }, { '@path': '$.event' }],
    ['@literal null', { '@literal': null }, null],
    ['@literal of a list', { '@literal': [{ '@x': 1 }] }, [{ '@x': 1 }]],

    [
      '@first takes the first that is there',
      { '@first': [{ '@path': '$.x' }, { '@path': '$.event' }] },
      'Signed Up',
    ],
    ['@first passes over null', { '@first': [{ '@path': '$.properties.nothing' }, 'b'] }, 'b'],
    ['@first passes over the empty text', { '@first': [{ '@path': '$.properties.blank' }, 'b'] }, 'b'],
    ['@first takes 0', { '@first': [{ '@path': '$.properties.zero' }, 'b'] }, 0],
    ['@first takes false', { '@first': [{ '@path': '$.properties.no' }, 'b'] }, false],
    ['@first finds nothing', { '@first': [{ '@path': '$.x' }, null, ''] }, undefined],
    ['@first of nothing', { '@first': [] }, undefined],
    ['@first in @first', { '@first': [{ '@first': [null] }, { '@literal': 'c' }] }, 'c'],

    ['@lookup of a text', lookup({ '@path': '$.properties.plan' }), 'Pro'],
    ['@lookup of a number', lookup({ '@path': '$.properties.seats' }), 'five'],
    ['@lookup of true', lookup({ '@path': '$.properties.yes' }), 'yes'],
    ['@lookup of what is not in the table', lookup({ '@path': '$.event' }), undefined],
    ['@lookup with a default', lookup({ '@path': '$.event' }, { default: 'other' }), 'other'],
    ['@lookup with null as default', lookup({ '@path': '$.event' }, { default: null }), null],
    ['@lookup does not need its default', lookup('pro', { default: 'other' }), 'Pro'],
    ['@lookup of nothing', lookup({ '@path': '$.missing' }, { default: 'other' }), 'other'],
    ['@lookup of null', lookup(null, { default: 'other' }), 'other'],
    ['@lookup of a list', lookup(['pro'], { default: 'other' }), 'other'],
    ['@lookup of what every object inherits', lookup('constructor'), undefined],
    [
      '@lookup with directives in its table and default',
      {
        '@lookup': {
          value: { '@path': '$.type' },
          table: { track: { '@path': '$.event' } },
          default: { '@path': '$.userId' },
        },
      },
      'Signed Up',
    ],

    [
      'directives inside an object; what finds nothing is left out',
      { a: { '@path': '$.event' }, b: { '@path': '$.x' }, c: { d: { '@path': '$.x' } }, e: null },
      { a: 'Signed Up', c: {}, e: null },
    ],
    [
      'directives inside a list; what finds nothing is left out',
      [{ '@path': '$.x' }, { '@path': '$.event' }, null],
      ['Signed Up', null],
    ],
  ]
  for (const [title, mapping, is] of rows) {
    test(title, () => assert.deepEqual(compileValue(deepFreeze(mapping), 'field')(event), is))
  }
})

test('a mapping gives each field its value, and leaves out what finds nothing', () => {
  const values = compileMapping({
    event: { '@path': '$.event' },
    identity: { '@path': '$.missing' },
    revenue: 0,
    note: null,
  })(event)
  assert.deepEqual(values, { event: 'Signed Up', revenue: 0, note: null })
})

test('a field named __proto__ is a field like any other', () => {
  const mapping = JSON.parse('{"__proto__": {"@path": "$.properties"}, "in": {"__proto__": "x"}}') as Mapping
  const values = compileMapping(mapping)(event)
  assert.equal(Object.getPrototypeOf(values), Object.prototype)
  assert.equal(Object.getPrototypeOf(values['in']), Object.prototype)
  assert.deepEqual(Object.keys(values), ['__proto__', 'in'])
  assert.equal('plan' in values, false)
})

describe('a mapping that cannot be compiled says where and why', () => {
  const alone = 'a directive stands alone, but beside "@path" there is another key'
  const known = '; there are @path, @literal, @first, @lookup'
  const rows: readonly [mapping: Mapping, at: string, problem: string][] = [
    [{ a: { '@nope': 1 } }, 'a', `"@nope" is not a directive${known}`],
    [{ a: { '@': 1 } }, 'a', `"@" is not a directive${known}`],
    [{ a: { '@constructor': 1 } }, 'a', `"@constructor" is not a directive${known}`],
    [{ a: { '@path': '$.x', b: 1 } }, 'a', alone],
    [{ a: { b: 1, '@path': '$.x' } }, 'a', alone],
    [{ a: { '@path': '$.x', '@literal': 1 } }, 'a', alone],
    [{ a: { '@path': 5 } }, 'a.@path', 'a path is a text such as "$.properties.plan"'],
    [{ a: { '@path': ['$.x'] } }, 'a.@path', 'a path is a text such as "$.properties.plan"'],
    [{ a: { '@first': 'x' } }, 'a.@first', 'needs a list'],
    [{ a: { '@first': { b: 1 } } }, 'a.@first', 'needs a list'],
    [{ a: { '@lookup': 'x' } }, 'a.@lookup', 'needs "value" and "table"'],
    [{ a: { '@lookup': { table: {} } } }, 'a.@lookup', 'needs "value" and "table"'],
    [{ a: { '@lookup': { value: 1 } } }, 'a.@lookup', 'needs "value" and "table"'],
    [{ a: { '@lookup': { value: 1, table: ['x'] } } }, 'a.@lookup', 'needs "value" and "table"'],
    [{ a: { '@lookup': [] } }, 'a.@lookup', 'needs "value" and "table"'],
    [{ a: { b: [{}, { c: { '@nope': 1 } }] } }, 'a.b[1].c', `"@nope" is not a directive${known}`],
    [
      { a: { '@first': [1, { '@path': 1 }] } },
      'a.@first[1].@path',
      'a path is a text such as "$.properties.plan"',
    ],
    [
      { a: { '@lookup': { value: { '@path': 1 }, table: {} } } },
      'a.@lookup.value.@path',
      'a path is a text such as "$.properties.plan"',
    ],
    [
      { a: { '@lookup': { value: 1, table: { x: { '@first': 1 } } } } },
      'a.@lookup.table.x.@first',
      'needs a list',
    ],
    [
      { a: { '@lookup': { value: 1, table: {}, default: { '@first': 1 } } } },
      'a.@lookup.default.@first',
      'needs a list',
    ],
  ]
  for (const [mapping, at, problem] of rows) {
    test(JSON.stringify(mapping), () => {
      assert.throws(
        () => compileMapping(mapping),
        (error) => {
          assert.ok(error instanceof AppError && error.code === 'MAPPING_INVALID')
          assert.deepEqual(error.details, { at, problem })
          return true
        },
      )
    })
  }
})

describe('whatever the mapping and the event', () => {
  const directive = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      anyJson,
      fc.record({
        '@path': fc.oneof(fc.string(), fc.constantFrom('$', '$.properties', '$.properties.a.b', 'type')),
      }),
      fc.record({ '@literal': anyJson }),
      fc.record({ '@first': fc.array(tie('value'), { maxLength: 3 }) }),
      fc.record({
        '@lookup': fc.record({
          value: tie('value'),
          table: fc.dictionary(fc.string(), tie('value')),
          default: tie('value'),
        }),
      }),
    ),
  })).value

  test('it is MAPPING_INVALID, or gives JSON and changes neither', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), directive), anyObject, (mapping, properties) => {
        let apply: ReturnType<typeof compileMapping>
        try {
          apply = compileMapping(deepFreeze(mapping) as Mapping)
        } catch (error) {
          assert.ok(error instanceof AppError && error.code === 'MAPPING_INVALID', String(error))
          return
        }
        const given = deepFreeze(trackEvent({ properties }))
        const values = apply(given)
        assert.equal(Object.getPrototypeOf(values), Object.prototype)
        assert.deepEqual(apply(given), values)
      }),
      { numRuns: 2_000 },
    )
  })

  test('@literal gives back any JSON as it is', () => {
    fc.assert(
      fc.property(anyJson, (json) => {
        const resolve = compileValue({ '@literal': json as MappingValue }, 'field')
        assert.deepEqual(resolve(event), json)
      }),
    )
  })
})
