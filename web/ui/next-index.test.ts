import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nextIndex } from './next-index.ts'

type Row = readonly [key: string, at: number, to: number | undefined]
const rows: readonly Row[] = [
  ['ArrowDown', -1, 0],
  ['ArrowDown', 4, 5],
  ['ArrowDown', 9, 9],
  ['ArrowUp', 0, 0],
  ['ArrowUp', -1, 0],
  ['PageDown', 1, 5],
  ['PageUp', 2, 0],
  ['Home', 7, 0],
  ['End', 2, 9],
  ['a', 2, undefined],
]

describe('in a list of ten, four of them seen', () => {
  for (const [key, at, to] of rows) {
    test(`${key} leads from ${at} to ${to}`, () => assert.equal(nextIndex(key, at, 10, 4), to))
  }
  test('an empty list leads nowhere', () => assert.equal(nextIndex('ArrowDown', -1, 0, 4), undefined))
})
