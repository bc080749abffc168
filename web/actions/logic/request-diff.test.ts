import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PageCall } from '../../../core/destination.ts'
import type { Json } from '../../../core/event.ts'
import type { Explanation, ShownRequest } from '../../../core/explain.ts'
import { oneBelowTheOther, sentParts } from './request-diff.ts'
import { changesToSee, trialText } from './trial-words.ts'

const track = (json: Json): ShownRequest => ({ method: 'POST', url: 'https://h/track', headers: {}, json })
const user = (json: Json): ShownRequest => ({ ...track(json), url: 'https://h/user' })
const sending = (...requests: ShownRequest[]): Explanation => ({
  ...{ wrong: [], hints: [], fields: [], problems: [], adjustments: [], requests },
})
const calling = (...calls: PageCall[]): Explanation => ({ ...sending(), calls })

type Row = readonly [
  what: string,
  was: Explanation | undefined,
  becomes: Explanation,
  parts: readonly string[],
]
const rows: readonly Row[] = [
  ['nothing to compare with', undefined, sending(track({ a: 1 })), ['same POST https://h/track']],
  ['the same', sending(track({ a: 1 })), sending(track({ a: 1 })), ['same POST https://h/track']],
  ['another body', sending(track({ a: 1 })), sending(track({ a: 2 })), ['changed POST https://h/track']],
  [
    'another header',
    sending(track({ a: 1 })),
    sending({ ...track({ a: 1 }), headers: { x: 'y' } }),
    ['changed POST https://h/track'],
  ],
  ['a request that comes', sending(), sending(track(1)), ['new POST https://h/track']],
  ['a request that goes', sending(track(1)), sending(), ['gone POST https://h/track']],
  [
    'one that stays behind one that comes',
    sending(track(1)),
    sending(user(2), track(1)),
    ['new POST https://h/user', 'same POST https://h/track'],
  ],
  [
    'two to the same place',
    sending(track(1), track(2)),
    sending(track(1)),
    ['same POST https://h/track', 'gone POST https://h/track'],
  ],
  [
    'calls of a page',
    calling({ name: 'identify', given: ['ada'] }, { name: 'track', given: ['A', { x: 1 }] }),
    calling({ name: 'track', given: ['A', { x: 2 }] }),
    ['changed heap.track', 'gone heap.identify'],
  ],
]

describe('what is sent, beside what is sent now', () => {
  for (const [what, was, becomes, expected] of rows) {
    test(`${what}: ${expected.join(', ')}`, () => {
      const parts = sentParts(was, becomes)
      assert.deepEqual(
        parts.map(({ kind, title }) => `${kind} ${title}`),
        expected,
      )
    })
  }
  test('is not changed by a comma alone', () => {
    const [part] = sentParts(sending(track({ a: 1 })), sending(track({ a: 1, b: 2 })))
    assert.deepEqual(
      oneBelowTheOther(part?.lines ?? []).map(({ sign, text }) => sign + text),
      [' {', '   "a": 1,', '+  "b": 2', ' }'],
    )
  })
  test('shows what goes above what comes', () => {
    const [part] = sentParts(sending(track({ a: 1, b: 2, c: 3 })), sending(track({ a: 5, b: 6, c: 3 })))
    assert.deepEqual(
      oneBelowTheOther(part?.lines ?? []).map(({ sign, text }) => sign + text),
      [' {', '-  "a": 1,', '-  "b": 2,', '+  "a": 5,', '+  "b": 6,', '   "c": 3', ' }'],
    )
  })
})

describe('what the last events would have become', () => {
  test('is told in a line', () => {
    assert.equal(trialText({ same: 982, changed: 18 }), '982 same, 18 change, 0 newly refused')
    assert.equal(
      trialText({ same: 1_200, 'newly sent': 3, 'newly refused': 2 }),
      '1,200 same, 0 change, 3 newly sent, 2 newly refused',
    )
  })
  test('has what needs a look first', () => {
    const counts = { same: 5, changed: 1, 'newly sent': 0, 'newly refused': 1, 'no longer sent': 2 }
    assert.deepEqual(changesToSee(counts), ['newly refused', 'no longer sent', 'changed'])
  })
})
