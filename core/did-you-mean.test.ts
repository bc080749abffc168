import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { didYouMean, editDistance } from './did-you-mean.ts'

describe('didYouMean', () => {
  const known = ['id', 'kind', 'name', 'enabled', 'sources', 'settings', 'actions', 'trackEvent']
  const rows: readonly [given: string, found: string | undefined][] = [
    ['settings', 'settings'],
    ['setings', 'settings'],
    ['settigns', 'settings'],
    ['setting', 'settings'],
    ['source', 'sources'],
    ['nmae', 'name'],
    ['Enabled', 'enabled'],
    ['Track Event', 'trackEvent'],
    ['track_event', 'trackEvent'],
    ['trackevents', 'trackEvent'],
    ['ids', 'id'],
    ['x', undefined],
    ['colour', undefined],
    ['destinations', undefined],
    ['', undefined],
  ]
  for (const [given, found] of rows) {
    test(`${JSON.stringify(given)} → ${found ?? 'nothing'}`, () =>
      assert.equal(didYouMean(given, known), found))
  }

  test('takes the nearest, and of two that are equally near the first', () => {
    assert.equal(didYouMean('heap-wep', ['heap', 'heap-web']), 'heap-web')
    assert.equal(didYouMean('cat', ['bat', 'hat']), 'bat')
  })

  test('does not take long over a long text', () => {
    assert.equal(didYouMean('a'.repeat(1_000_000), ['b'.repeat(1_000_000)]), undefined)
  })
})

describe('editDistance', () => {
  const rows: readonly [from: string, to: string, distance: number][] = [
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ]
  for (const [from, to, distance] of rows) {
    test(`"${from}" → "${to}": ${distance}`, () => assert.equal(editDistance(from, to), distance))
  }
})
