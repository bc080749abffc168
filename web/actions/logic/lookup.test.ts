import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MappingValue } from '../../../core/mapping/mapping.ts'
import { lookupProblem, readLookup, writeLookup } from './lookup.ts'

const TYPE = { '@path': '$.type' }
const lookup = (argument: MappingValue) => ({ '@lookup': argument })
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`plan ${index}`, index]))

const shown: readonly [what: string, value: MappingValue][] = [
  ['texts, numbers, and true', lookup({ value: TYPE, table: { page: 'Page', screen: 2, other: true } })],
  ['what others become', lookup({ value: TYPE, table: { page: 'Page' }, default: { '@path': '$.name' } })],
  ['others become null', lookup({ value: TYPE, table: {}, default: null })],
  ['keys that look like directives', lookup({ value: TYPE, table: { '@path': 'x' } })],
  ['a key that every object has', lookup({ value: TYPE, table: JSON.parse('{"__proto__":"x"}') })],
  ['a hundred rows', lookup({ value: TYPE, table: many(100) })],
]
const code: readonly [what: string, value: MappingValue | undefined][] = [
  ['nothing', undefined],
  ['another directive', { '@path': '$.type' }],
  ['a row that is a mapping', lookup({ value: TYPE, table: { page: TYPE } })],
  ['a row that is null', lookup({ value: TYPE, table: { page: null } })],
  ['no value', lookup({ table: { page: 'x' } })],
  ['no table', lookup({ value: TYPE })],
  ['a table that is a list', lookup({ value: TYPE, table: ['x'] })],
  ['a part that nobody knows', lookup({ value: TYPE, table: {}, fallback: 1 })],
  ['a key beside it', { '@lookup': { value: TYPE, table: {} }, x: 1 }],
  ['a hundred and one rows', lookup({ value: TYPE, table: many(101) })],
]

describe('@lookup as rows', () => {
  for (const [what, value] of shown) {
    test(`${what}: written as it was read`, () => {
      const read = readLookup(value)
      assert.ok(read)
      assert.deepEqual(writeLookup(read), value)
    })
  }
  for (const [what, value] of code) {
    test(`${what}: stays code`, () => assert.equal(readLookup(value), undefined))
  }
  test('two rows with the same key are told', () => {
    const rows = ['page', 'screen', 'page'].map((key) => ({ key, value: 'x' }))
    assert.equal(lookupProblem(rows), 'Two rows are for “page”.')
    assert.equal(lookupProblem(rows.slice(1)), undefined)
  })
})
