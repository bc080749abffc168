import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entry } from '../events/entry.ts'
import { firstShown } from './first-shown.ts'

const entry = (index: number, kind: Entry['kind'] = 'event') => ({ kind, address: `0/1/${index}` }) as Entry
const refused = (index: number) => entry(index, 'refused')

type Row = readonly [
  title: string,
  live: readonly Entry[],
  older: readonly Entry[],
  kept: Entry | undefined,
  shown: number | undefined,
  count: number,
]
const rows: readonly Row[] = [
  ['nothing has come', [], [], undefined, undefined, 0],
  ['the newest event that is there already', [], [refused(3), entry(2), entry(1)], undefined, 2, 0],
  ['a refused call, when there is nothing else', [], [refused(3), refused(2)], undefined, 3, 0],
  ['what comes, not what was there', [entry(9)], [entry(2)], undefined, 9, 0],
  ['a refused call that comes, not what was there', [refused(9)], [entry(2)], undefined, 9, 0],
  [
    'the first event of those that come',
    [refused(12), entry(11), entry(10), refused(9)],
    [],
    undefined,
    10,
    2,
  ],
  ['what stays, however much comes', [entry(12), refused(11), entry(10)], [], entry(10), 10, 2],
  ['what stays, and all that are kept came after it', [entry(32), entry(31)], [], entry(10), 10, 2],
]

describe('Set-up shows', () => {
  for (const [title, live, older, kept, shown, count] of rows) {
    test(title, () => {
      const found = firstShown(live, older, kept)
      assert.equal(found.entry?.address, shown === undefined ? undefined : `0/1/${shown}`)
      assert.equal(found.count, count)
    })
  }
})
