import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chosenGroup, type Group } from './dead-letters-query.ts'
import { dryRunText } from './dry-run-text.ts'

const group = (code: string, action: string, text: string): Group => ({
  ...{ destination: 'heap', action, code, text, count: 1 },
  ...{ first: '2026-01-01T00:00:00.000Z', last: '2026-01-01T00:00:00.000Z' },
})
const GROUPS = [
  group('VALUES_INVALID', 'track', 'event is missing'),
  group('VALUES_INVALID', 'identify', 'identity is missing'),
  group('VALUES_INVALID', 'track', 'identity is longer than 255 characters'),
]

type Row = readonly [name: string, search: Record<string, string>, chosen: number | undefined]
const rows: readonly Row[] = [
  ['nothing', {}, undefined],
  ['a code alone: the newest of it', { code: 'VALUES_INVALID' }, 0],
  ['a code and an action', { code: 'VALUES_INVALID', action: 'identify' }, 1],
  [
    'all of it',
    { code: 'VALUES_INVALID', action: 'track', text: 'identity is longer than 255 characters' },
    2,
  ],
  [
    'a text that is the newest no more: another number in it',
    { code: 'VALUES_INVALID', action: 'identify', text: 'gone' },
    1,
  ],
  ['a code that no dead letter has', { code: 'EVENT_GONE' }, undefined],
]

describe('The group that an address names', () => {
  for (const [name, search, chosen] of rows) {
    test(name, () => {
      assert.equal(chosenGroup(GROUPS, search), chosen === undefined ? undefined : GROUPS[chosen])
    })
  }
})

describe('What a dry run says', () => {
  const texts: readonly (readonly [accepted: number, refused: number, skipped: number, text: string])[] = [
    [11, 1, 0, '11 would now be accepted, 1 would still be refused.'],
    [12, 0, 0, '12 would now be accepted.'],
    [0, 3, 1, '3 would still be refused, 1 would be skipped: no action wants it.'],
    [0, 0, 2, '2 would be skipped: no action wants them.'],
    [0, 0, 0, 'There is nothing to send.'],
  ]
  for (const [accepted, refused, skipped, text] of texts) {
    test(text, () => assert.equal(dryRunText({ accepted, refused, skipped }), text))
  }
})
