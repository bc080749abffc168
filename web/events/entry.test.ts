import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressParam, type Entry, isOlder, messageIdOf, personOf, summaryOf, titleOf } from './entry.ts'
import { refusalWords } from './refusal-advice.ts'

const COMMON = { address: '3/1042/7', sourceId: 'site', receivedAt: '2026-11-25T00:21:30.000Z' }
const event = (fields: object) =>
  ({
    ...COMMON,
    kind: 'event',
    event: { messageId: 'm1', timestamp: COMMON.receivedAt, ...fields },
  }) as Entry
const refused = (fields: object) =>
  ({
    ...COMMON,
    kind: 'refused',
    refusal: { code: 'EVENT_PERSON_MISSING', reason: 'Nobody.', text: '{}', ...fields },
  }) as Entry
const duplicate = { ...COMMON, kind: 'duplicate', messageId: 'm9' } as Entry

type Row = readonly [
  name: string,
  entry: Entry,
  title: string,
  person: string | undefined,
  messageId: string | undefined,
]
const rows: readonly Row[] = [
  ['a track call', event({ type: 'track', event: 'Paid', userId: 'ada' }), 'Paid', 'ada', 'm1'],
  ['a named page', event({ type: 'page', name: 'Pricing', anonymousId: 'a1' }), 'Pricing', 'a1', 'm1'],
  [
    'a page without a name',
    event({ type: 'page', name: '', anonymousId: 'a1' }),
    'Page without a name',
    'a1',
    'm1',
  ],
  ['both ids', event({ type: 'identify', userId: 'u', anonymousId: 'a' }), 'Identify call', 'u', 'm1'],
  ['a group', event({ type: 'group', groupId: 'shop', userId: 'u' }), 'Group shop', 'u', 'm1'],
  ['refused', refused({ type: 'track', messageId: 'm2' }), 'track call', undefined, 'm2'],
  ['refused, of no type', refused({}), 'A call', undefined, undefined],
  ['a duplicate', duplicate, 'A call that had come before', undefined, 'm9'],
]
for (const [name, entry, title, person, messageId] of rows) {
  test(`a row for ${name} says "${title}"`, () => {
    assert.deepEqual([titleOf(entry), personOf(entry), messageIdOf(entry)], [title, person, messageId])
  })
}

test('a glance at what an event says: simple values, sizes of the others, nothing that is empty', () => {
  const properties = { total: 4.5, coupon: null, note: '', products: [1, 2], shipping: { to: 'DE' } }
  assert.equal(
    summaryOf(event({ type: 'track', event: 'Paid', properties })),
    'total 4.5 · products [2] · shipping {1}',
  )
  assert.equal(summaryOf(event({ type: 'identify', traits: { plan: 'pro' } })), 'plan pro')
  assert.equal(summaryOf(event({ type: 'alias' })), '')
  assert.equal(summaryOf(refused({})), '')
})

test('an address becomes part of a page’s address', () => {
  assert.equal(addressParam(COMMON), '3-1042-7')
})

test('chunks tell what is older, whatever the lane; within one, the index does', () => {
  const at = (address: string) => ({ address })
  const older = [
    isOlder(at('7/9/0'), at('1/10/0')),
    isOlder(at('1/10/2'), at('1/10/10')),
    isOlder(at('1/10/2'), at('1/10/2')),
    isOlder(at('0/11/0'), at('7/10/5')),
  ]
  assert.deepEqual(older, [true, true, false, false])
})

test('what was not taken says why and what to do; an event needs neither', () => {
  assert.deepEqual(refusalWords(refused({})), {
    why: 'Nobody.',
    advice: 'Give the call a userId, or an anonymousId where nobody is signed in.',
  })
  assert.match(refusalWords(refused({ code: 'EVENT_OF_TOMORROW' }))?.advice ?? '', /Compare it/)
  assert.match(refusalWords(duplicate)?.why ?? '', /same messageId/)
  assert.equal(refusalWords(event({ type: 'identify' })), undefined)
})
