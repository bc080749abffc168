import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Difference, differences, valueAt } from './differences.ts'
import type { Json } from './event.ts'

describe('where two values differ', () => {
  const rows: readonly [
    title: string,
    before: Json | undefined,
    after: Json | undefined,
    expected: readonly Difference[],
  ][] = [
    ['the same', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ['the same in another order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ['a text', { a: { b: 'x' } }, { a: { b: 'y' } }, [{ at: ['a', 'b'], before: 'x', after: 'y' }]],
    ['a key that is new', {}, { a: null }, [{ at: ['a'], after: null }]],
    ['a key that is gone', { a: 1 }, {}, [{ at: ['a'], before: 1 }]],
    [
      'items by their ids',
      [{ id: 'a', n: 1 }, { id: 'b' }],
      [{ id: 'a', n: 2 }, { id: 'b' }],
      [{ at: ['a', 'n'], before: 1, after: 2 }],
    ],
    [
      'another order of items, of those that stay',
      [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
      [{ id: 'b' }, { id: 'a' }],
      [
        { at: ['c'], before: { id: 'c' } },
        { at: ['order'], before: ['a', 'b'], after: ['b', 'a'] },
      ],
    ],
    ['an item that is new', [{ id: 'a' }], [{ id: 'a' }, { id: 'b' }], [{ at: ['b'], after: { id: 'b' } }]],
    ['lists of one length', [1, 2], [1, 3], [{ at: ['1'], before: 2, after: 3 }]],
    ['lists of other lengths, whole', [1], [1, 2], [{ at: [], before: [1], after: [1, 2] }]],
    [
      'ids that are there twice, by number',
      [{ id: 'a', n: 1 }, { id: 'a' }],
      [{ id: 'a', n: 2 }, { id: 'a' }],
      [{ at: ['0', 'n'], before: 1, after: 2 }],
    ],
    ['another kind', { a: {} }, { a: [] }, [{ at: ['a'], before: {}, after: [] }]],
    ['nothing and something', undefined, 1, [{ at: [], after: 1 }]],
    [
      'a key like any other',
      JSON.parse('{"__proto__":1}'),
      JSON.parse('{"__proto__":2}'),
      [{ at: ['__proto__'], before: 1, after: 2 }],
    ],
  ]
  for (const [title, before, after, expected] of rows) {
    test(title, () => assert.deepEqual(differences(before, after), expected))
  }

  test('what stands at a place is found by the same names', () => {
    assert.equal(valueAt({ a: [{ id: 'x', n: 7 }] }, ['a', 'x', 'n']), 7)
    assert.equal(valueAt({ a: [1] }, ['a', '1', 'n']), undefined)
  })
})
