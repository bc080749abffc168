import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FieldType } from '../../../core/destination.ts'
import type { MappingValue } from '../../../core/mapping/mapping.ts'
import { fixedValue, kindOf, readObject, type ValueKind, valueFor, writeObject } from './value-kinds.ts'

const path = (of: string) => ({ '@path': of })
const PROPERTIES = path('$.properties')
const omit = (...keys: string[]) => ({ '@omit': { value: PROPERTIES, keys } })
const merge = (...objects: MappingValue[]) => ({ '@merge': { objects } })

const kinds: readonly [what: string, value: MappingValue | undefined, kind: ValueKind, type?: FieldType][] = [
  ['nothing', undefined, 'nothing'],
  ['a text', '$.event', 'fixed'],
  ['null', null, 'fixed'],
  ['a path', path('$.event'), 'path'],
  ['a path to an object', PROPERTIES, 'object', 'object'],
  ['a path that is computed', { '@path': path('$.event') }, 'code'],
  ['a template', { '@template': 'Hi {{event}}' }, 'template'],
  ['the first that is there', { '@first': [path('$.a'), 'b'] }, 'first'],
  ['the first of nothing', { '@first': [] }, 'code'],
  ['an object', { a: 1 }, 'object'],
  ['an object with a key added', merge(PROPERTIES, { plan: 'pro' }), 'object'],
  ['an object with a key left out', omit('secret'), 'object'],
  ['both', merge(omit('secret'), { plan: path('$.x') }), 'object'],
  ['a merge of two paths', merge(path('$.a'), PROPERTIES), 'code'],
  ['a merge of three', merge(PROPERTIES, {}, {}), 'code'],
  ['a merge to the left', { '@merge': { objects: [PROPERTIES, { a: 1 }], direction: 'left' } }, 'code'],
  ['an omit of a lookup', { '@omit': { value: { '@lookup': {} }, keys: ['a'] } }, 'code'],
  ['a lookup', { '@lookup': { value: path('$.type'), table: { page: 'Page' } } }, 'lookup'],
  ['a lookup of mappings', { '@lookup': { value: path('$.type'), table: { a: path('$.a') } } }, 'code'],
  ['another directive', { '@lower': path('$.event') }, 'code'],
  ['a list', [1], 'code'],
]

describe('how a mapping is shown', () => {
  for (const [what, value, kind, type = 'string'] of kinds) {
    test(`${what}: ${kind}`, () => assert.equal(kindOf(value, type), kind))
  }
})

describe('an object', () => {
  for (const [what, value] of kinds.filter(([, , kind]) => kind === 'object')) {
    test(`${what}: written as it was read`, () => {
      const parts = readObject(value as MappingValue)
      assert.ok(parts)
      assert.deepEqual(writeObject(parts), value)
    })
  }
  test('that loses its last added key is the path again', () => {
    assert.deepEqual(writeObject({ from: PROPERTIES, without: [], added: {} }), PROPERTIES)
  })
})

const changes: readonly [
  kind: ValueKind,
  before: MappingValue | undefined,
  after: MappingValue | undefined,
][] = [
  ['template', path('$.event'), { '@template': '{{event}}' }],
  ['template', 'Hello', { '@template': 'Hello' }],
  ['path', { '@template': 'x' }, path('$.default')],
  ['path', { '@first': ['x', path('$.name')] }, path('$.name')],
  ['fixed', path('$.event'), ''],
  ['fixed', 5, 5],
  ['object', PROPERTIES, PROPERTIES],
  ['object', 'x', path('$.default')],
  ['first', path('$.event'), { '@first': [path('$.event'), ''] }],
  [
    'lookup',
    path('$.type'),
    { '@lookup': { value: path('$.type'), table: { '': '' }, default: path('$.type') } },
  ],
  [
    'lookup',
    { '@lookup': { value: path('$.a'), table: { b: 'c' } } },
    { '@lookup': { value: path('$.a'), table: { b: 'c' } } },
  ],
  ['code', undefined, null],
  ['nothing', 'x', undefined],
]
describe('another kind', () => {
  for (const [kind, before, after] of changes) {
    test(`${kind} of ${JSON.stringify(before)} is ${JSON.stringify(after)}`, () => {
      assert.deepEqual(valueFor(kind, before, path('$.default')), after)
    })
  }
})

describe('a fixed value', () => {
  const rows: readonly [FieldType, string, MappingValue][] = [
    ['string', '5', '5'],
    ['integer', '5', 5],
    ['number', 'five', 'five'],
    ['number', ' ', ' '],
    ['boolean', 'true', true],
    ['boolean', 'yes', 'yes'],
  ]
  for (const [type, text, value] of rows) {
    test(`"${text}" for ${type} is ${JSON.stringify(value)}`, () =>
      assert.equal(fixedValue(text, type), value))
  }
})
