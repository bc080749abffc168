import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  BLOCK_POSTINGS,
  bytesOf,
  mergedBlocks,
  OFFSETS,
  type Postings,
  placeOf,
  posting,
  postingsOf,
  sortedPostings,
} from './postings.ts'

const hashes = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const offsets = fc.integer({ min: 0, max: OFFSETS - 1 })

test('a posting keeps its hash and its offset, whatever they are', () => {
  fc.assert(
    fc.property(hashes, offsets, (hash, offset) => {
      const value = posting(hash, offset)
      assert.ok(Number.isSafeInteger(value))
      assert.deepEqual([Math.floor(value / OFFSETS), value % OFFSETS], [hash, offset])
    }),
  )
})

test('sorting leaves each posting there once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (values) => {
      const expected = [...new Set(values)].sort((a, b) => a - b)
      assert.deepEqual([...sortedPostings(Float64Array.from(values))], expected)
    }),
  )
})

test('bytes and postings are the same thing', () => {
  const postings = Float64Array.from([posting(1, 2), posting(2 ** 32 - 1, OFFSETS - 1)])
  assert.deepEqual(postingsOf(bytesOf(postings.subarray(1))), postings.slice(1))
})

const places: readonly [value: number, place: number][] = [
  [0, 0],
  [1, 0],
  [2, 1],
  [3, 1],
  [5, 2],
  [6, 3],
]
for (const [value, place] of places) {
  test(`the first posting that is not below ${value}`, () =>
    assert.equal(placeOf(Float64Array.from([1, 3, 5]), value), place))
}

/** Hands its postings out in blocks of so many. */
function reader(postings: Postings, shift: number, size: number) {
  let at = 0
  return {
    shift,
    next() {
      if (at >= postings.length) return undefined
      at += size
      return postings.slice(at - size, at)
    },
  }
}

test('runs that are merged hold what they held, moved to the first chunk of them all', () => {
  const runs = fc.array(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 30 })), { maxLength: 40 }),
    { minLength: 1, maxLength: 6 },
  )
  fc.assert(
    fc.property(
      runs,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 90 }),
      (given, size, oldest) => {
        // Each run is of a stretch of 100 chunks of its own.
        const all = given.map((pairs, n) => ({ pairs, first: n * 100 }))
        const readers = all.map(({ pairs, first }) =>
          reader(
            sortedPostings(Float64Array.from(pairs.map(([hash, offset]) => posting(hash, offset)))),
            first,
            size,
          ),
        )
        const expected = all.flatMap(({ pairs, first }) =>
          pairs.map(([hash, offset]) => posting(hash, first + offset)),
        )
        const kept = sortedPostings(Float64Array.from(expected)).filter((value) => value % OFFSETS >= oldest)
        const blocks = [...mergedBlocks(readers, oldest)]
        assert.deepEqual(
          blocks.flatMap((block) => [...block]),
          [...kept],
        )
      },
    ),
  )
})

test('a merged run comes in full blocks, and what is left', () => {
  const many = Float64Array.from({ length: BLOCK_POSTINGS + 10 }, (_, n) => n)
  const blocks = [...mergedBlocks([reader(many, 0, 1_000)], 0)]
  assert.deepEqual(
    blocks.map(({ length }) => length),
    [BLOCK_POSTINGS, 10],
  )
})
