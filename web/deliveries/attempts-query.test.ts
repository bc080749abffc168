import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Attempt, type AttemptPages, readFilters, unseen, withNewest } from './attempts-query.ts'

const attempt = (id: number) => ({ id }) as Attempt
const page = (...ids: number[]) => ({ attempts: ids.map(attempt) })
const pagesOf = (...pages: { readonly attempts: readonly Attempt[] }[]) =>
  ({ pages, pageParams: pages.map(() => undefined) }) as AttemptPages
const idsOf = ({ pages }: AttemptPages) => pages.flatMap(({ attempts }) => attempts.map(({ id }) => id))
const down = (from: number, count: number) => Array.from({ length: count }, (_, at) => from - at)

type Row = readonly [
  name: string,
  shown: readonly number[],
  newest: readonly number[],
  count: number,
  isMore: boolean,
]
const rows: readonly Row[] = [
  ['nothing came', [3, 2, 1], [3, 2, 1], 0, false],
  ['two came', [3, 2, 1], [5, 4, 3], 2, false],
  ['nothing is shown yet', [], [2, 1], 2, false],
  ['as many came as are asked for at once', [3, 2, 1], down(90, 50), 50, true],
  ['one that is shown was overtaken by the search for a person', [7, 9, 5], [9, 7, 5], 0, false],
]

describe('What has come while one looks', () => {
  for (const [name, shown, newest, count, isMore] of rows) {
    test(name, () => {
      assert.deepEqual(unseen(shown.map(attempt), newest.map(attempt)), { count, isMore })
    })
  }

  test('is put in front, and what was shown stays', () => {
    assert.deepEqual(idsOf(withNewest(pagesOf(page(3, 2), page(1)), page(5, 4, 3))), [5, 4, 3, 2, 1])
  })

  test('begins a new list where something would be missing between', () => {
    const newest = page(...down(90, 50))
    assert.deepEqual(withNewest(pagesOf(page(3, 2, 1)), newest), pagesOf(newest))
  })

  test('is never shown twice, and the order stays', () => {
    const both = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }))
    fc.assert(
      fc.property(both, ([known, added]) => {
        const newest = page(...down(known + added, Math.min(50, known + added)))
        const ids = idsOf(withNewest(pagesOf(page(...down(known, known))), newest))
        assert.deepEqual(
          ids,
          [...new Set(ids)].sort((a, b) => b - a),
        )
        assert.equal(ids[0], newest.attempts[0]?.id)
      }),
    )
  })
})

test('Filters are what the address says of them, and nothing else', () => {
  const search = { outcome: 'retry', status: '', person: 'ada', attempt: '12', at: '1/2/3' }
  assert.deepEqual(readFilters(search), { outcome: 'retry', person: 'ada' })
})
