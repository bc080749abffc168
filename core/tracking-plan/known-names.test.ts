import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../event.ts'
import { knownNames, unplannedIn, withoutUnplanned } from './known-names.ts'

const ORDER = {
  properties: {
    total: {},
    ship: { properties: { city: {} } },
    products: { items: { properties: { sku: {} } } },
  },
}
const ROWS: readonly {
  readonly title: string
  readonly schema: Json
  readonly value: Json
  readonly unplanned: readonly string[]
  readonly left?: Json
}[] = [
  {
    title: 'what no property names is unplanned, at any depth and in lists',
    schema: ORDER,
    value: { total: 1, color: 2, ship: { city: 'a', zip: 3 }, products: [{ sku: 1, n: 2 }, 5] },
    unplanned: ['color', 'ship.zip', 'products.[].n'],
    left: { total: 1, ship: { city: 'a' }, products: [{ sku: 1 }, 5] },
  },
  {
    title: 'a schema without properties lets everything be',
    schema: { type: 'object' },
    value: { a: 1 },
    unplanned: [],
  },
  {
    title: 'so does one that says so',
    schema: { ...ORDER, additionalProperties: true },
    value: { a: 1, ship: { zip: 1 } },
    unplanned: ['ship.zip'],
    left: { a: 1, ship: {} },
  },
  {
    title: 'and one that has others beside it',
    schema: { ...ORDER, anyOf: [{ properties: { a: {} } }] },
    value: { a: 1 },
    unplanned: [],
  },
  {
    title: 'names may be planned by a pattern',
    schema: { properties: {}, patternProperties: { '^x_': {} } },
    value: { x_a: 1, y: 2 },
    unplanned: ['y'],
    left: { x_a: 1 },
  },
  {
    title: 'what is forbidden is a violation and not told twice, but it is left out',
    schema: { properties: { a: {} }, additionalProperties: false },
    value: { a: 1, b: 2 },
    unplanned: [],
    left: { a: 1 },
  },
  {
    title: 'names of objects themselves are names like others',
    schema: { properties: { constructor: {} } },
    value: JSON.parse('{"constructor": 1, "__proto__": 2, "toString": 3}'),
    unplanned: ['__proto__', 'toString'],
    left: { constructor: 1 },
  },
]

for (const { title, schema, value, unplanned, left = value } of ROWS) {
  test(title, () => {
    const known = knownNames(schema)
    assert.deepEqual(
      unplannedIn(value, known).map((at) => at.join('.')),
      unplanned,
    )
    assert.deepEqual(withoutUnplanned(value, known).value, left)
  })
}

test('a value with nothing unplanned stays the same one', () => {
  const value = { total: 1, ship: { city: 'a' }, products: [{ sku: 1 }] }
  assert.equal(withoutUnplanned(value, knownNames(ORDER)).value, value)
})

test('so many places are told, and all of them are left out', () => {
  const value = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`p${index}`, index]))
  assert.equal(unplannedIn(value, knownNames(ORDER)).length, 20)
  assert.deepEqual(withoutUnplanned(value, knownNames(ORDER)).value, {})
})
