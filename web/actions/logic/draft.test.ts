import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changesOf, type Draft, draftOf, meet, sameJson, withField } from './draft.ts'

const BEGAN: Draft = {
  ...{ name: 'Track', enabled: true, trigger: 'type = "track"' },
  ...{ transform: '', mapping: { event: 'X' } },
}

describe('what differs of an action', () => {
  test('is nothing for the same in another order', () => {
    const mapping = { a: { b: 1, c: [1, { d: null }] }, e: 2 }
    assert.ok(sameJson(mapping, { e: 2, a: { c: [1, { d: null }], b: 1 } }))
    assert.ok(!sameJson({ a: [] }, { a: {} }))
    assert.ok(!sameJson({ a: undefined }, { b: undefined }))
    assert.deepEqual(changesOf({ ...BEGAN, mapping: { ...BEGAN.mapping } }, BEGAN), {})
  })
  test('is told by its parts', () => {
    assert.deepEqual(changesOf({ ...BEGAN, name: 'T', mapping: {} }, BEGAN), { name: 'T', mapping: {} })
  })
  test('takes a transformation away with an empty text', () => {
    const saved = draftOf({ ...BEGAN, transform: 'export const transform = (event) => event' })
    assert.deepEqual(changesOf(draftOf({ ...BEGAN }), saved), { transform: '' })
  })
  test('a field that is left out is gone, and others keep their place', () => {
    assert.deepEqual(Object.keys(withField({ a: 1, b: 2, c: 3 }, 'b', 9)), ['a', 'b', 'c'])
    assert.deepEqual(withField({ a: 1, b: 2 }, 'a', undefined), { b: 2 })
  })
})

type Row = readonly [
  what: string,
  mine: Partial<Draft>,
  theirs: Partial<Draft>,
  kind: string,
  gives: Partial<Draft>,
]
const rows: readonly Row[] = [
  ['something else was changed', { name: 'Mine' }, {}, 'same', { name: 'Mine' }],
  ['nothing was changed here', {}, { name: 'Theirs' }, 'take', { name: 'Theirs' }],
  [
    'different parts were changed',
    { mapping: {} },
    { name: 'Theirs' },
    'merge',
    { mapping: {}, name: 'Theirs' },
  ],
  ['both made the same change', { name: 'T' }, { name: 'T' }, 'merge', { name: 'T' }],
  ['both changed the mapping', { mapping: {} }, { mapping: { event: 'Y' } }, 'conflict', { mapping: {} }],
]
describe('when somebody else saved meanwhile', () => {
  for (const [what, mine, theirs, kind, gives] of rows) {
    test(`and ${what}: ${kind}`, () => {
      const met = meet({ ...BEGAN, ...mine }, BEGAN, { ...BEGAN, ...theirs })
      assert.deepEqual(met, { kind, draft: { ...BEGAN, ...gives } })
    })
  }
})
