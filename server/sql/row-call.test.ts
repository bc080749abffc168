import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Json } from '../../core/event.ts'
import type { SqlCall, SqlSettings } from '../../core/sql/settings.ts'
import { numberOrText } from './cells.ts'
import type { Column } from './database.ts'
import { rowCalls } from './row-call.ts'

type Rules = Pick<SqlSettings, 'key' | 'cursor'>
const IDS = { sourceId: 'shop', epoch: 0 }

function make(row: Readonly<Record<string, Json>>, call: SqlCall, rules: Rules = {}, ids = IDS) {
  const columns = Object.keys(row).map(
    (name): Column => ({ name, read: (cell) => cell as Json, text: (cell) => String(cell) }),
  )
  const made = rowCalls(columns, { call, ...rules }, ids)(Object.values(row))
  if (!made.ok) return made.reason
  const { messageId, ...rest } = made.call
  return { messageId, rest }
}
const callOf = (row: Readonly<Record<string, Json>>, call: SqlCall) => {
  const made = make(row, call)
  return typeof made === 'string' ? made : made.rest
}

describe('what a row becomes', () => {
  type Row = readonly [what: string, row: Readonly<Record<string, Json>>, call: SqlCall, made: unknown]
  const rows: readonly Row[] = [
    [
      'columns go by their names, the others to the properties',
      { user_id: 42, event: 'Bought', 'context.ip': '::1', total: 12.5 },
      { type: 'track' },
      { type: 'track', userId: '42', event: 'Bought', context: { ip: '::1' }, properties: { total: 12.5 } },
    ],
    [
      'or to the traits',
      { userId: 'a', plan: 'pro' },
      { type: 'identify' },
      { type: 'identify', userId: 'a', traits: { plan: 'pro' } },
    ],
    [
      'what is null is left out',
      { userId: 'a', plan: null, since: null },
      { type: 'identify', fields: { 'traits.label': 'since {{since}}' } },
      { type: 'identify', userId: 'a' },
    ],
    [
      'fields are made of columns',
      { id: 7, state: 'paid', at: '2026-01-02 03:04:05' },
      {
        type: 'track',
        onlyMapped: true,
        zone: 'Europe/Zurich',
        fields: {
          event: 'Order {{ state }}',
          userId: 'u-{{id}}',
          timestamp: '{{at}}',
          'properties.id': '{{id}}',
        },
      },
      {
        ...{ type: 'track', event: 'Order paid', userId: 'u-7', timestamp: '2026-01-02T02:04:05.000Z' },
        properties: { id: 7 },
      },
    ],
    [
      'columns go where it is said, as what is said',
      { a: '1', b: 'yes', c: '{"d":1}', e: 'x' },
      {
        type: 'group',
        columns: [
          { column: 'a', to: 'groupId' },
          { column: 'b', to: 'traits.b', type: 'boolean' },
          { column: 'c', to: 'traits.c', type: 'json' },
          { column: 'e', to: '' },
        ],
      },
      { type: 'group', groupId: '1', traits: { b: true, c: { d: 1 } } },
    ],
    [
      'a type of its own',
      { type: 'page', name: 'Home' },
      { type: 'track' },
      { type: 'page', properties: { name: 'Home' } },
    ],
    [
      'no number',
      { a: 'x' },
      { type: 'track', columns: [{ column: 'a', to: 'properties.a', type: 'number' }] },
      'The column "a" holds what is no number.',
    ],
    ['no time', { timestamp: 'soon' }, { type: 'track' }, 'The column "timestamp" holds what is no date.'],
  ]
  for (const [what, row, call, made] of rows) {
    test(what, () => {
      const found = callOf(row, call)
      assert.deepEqual(typeof found === 'string' ? found : withoutUndefined(found), made)
    })
  }
  for (const call of [
    { type: 'track', fields: { userId: '{{nix}}' } },
    { type: 'track', fields: { userId: 'a {{nix}}' } },
    { type: 'track', columns: [{ column: 'nix', to: 'userId' }] },
  ] satisfies SqlCall[]) {
    test(`a column that is not there is told: ${JSON.stringify(call)}`, () =>
      assert.throws(() => make({ a: 1 }, call), /No column is called "nix": there are a/))
  }
})

function withoutUndefined(call: object): object {
  return JSON.parse(JSON.stringify(call))
}

describe('the messageId of a row', () => {
  const call = { type: 'track' } as const
  const row = { id: 1, at: '2026', total: 5 }
  const keyed = { key: ['id'], cursor: { column: 'at' } }
  const id = (one: Readonly<Record<string, Json>>, rules?: Rules, ids = IDS) => {
    const made = make(one, call, rules, ids)
    return typeof made === 'string' ? made : made.messageId
  }
  type Row = readonly [
    what: string,
    isSame: boolean,
    other: readonly [Readonly<Record<string, Json>>, Rules?, typeof IDS?],
    rules?: Rules,
  ]
  const rows: readonly Row[] = [
    ['is the same when the row is read again', true, [row, keyed], keyed],
    ['is another once the cursor has moved', false, [{ ...row, at: '2027' }, keyed], keyed],
    ['is another of another key', false, [{ ...row, id: 2 }, keyed], keyed],
    [
      'does not go by other columns where there are a key and a cursor',
      true,
      [{ ...row, total: 6 }, keyed],
      keyed,
    ],
    ['goes by everything without a cursor', false, [{ ...row, total: 6 }, { key: ['id'] }], { key: ['id'] }],
    ['goes by everything without a key', false, [{ ...row, total: 6 }]],
    ['is another of another source', false, [row, keyed, { ...IDS, sourceId: 'b' }], keyed],
    ['is another when the source was begun anew so', false, [row, keyed, { ...IDS, epoch: 1 }], keyed],
  ]
  for (const [what, isSame, other, rules] of rows) {
    test(what, () => assert.equal(id(...other) === id(row, rules), isSame))
  }
  test('is the one of the row where it has one', () => assert.equal(id({ message_id: 'mine' }), 'mine'))
})

describe('a number that comes as a text', () => {
  for (const [text, value] of [
    ['12.50', 12.5],
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740993', '9007199254740993'],
    ['0.1234567890123456789', '0.1234567890123456789'],
    ['-0.5e-3', -0.000_5],
    ['NaN', 'NaN'],
  ] as const) {
    test(text, () => assert.equal(numberOrText(text), value))
  }
})
