import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { callsOf } from './calls.ts'
import { type CallRules, makeCall } from './make-call.ts'

const NOW_MS = Date.parse('2026-06-01T00:00:00Z')
const RULES: CallRules = { name: 'file' }
const CALL = {
  type: 'track',
  event: 'Bought',
  userId: 'ada',
  messageId: 'm1',
  timestamp: '2020-01-01T00:00:00Z',
}

function made(call: unknown, rules = RULES, at = { line: 1, index: 0 }) {
  const one = makeCall(call, at, rules, NOW_MS)
  return one.status === 'ready' ? (JSON.parse(one.text) as Record<string, unknown>) : one
}

const rows: readonly (readonly [title: string, call: object, sent: object])[] = [
  ['goes as it is', { ...CALL, properties: { a: 1 } }, { ...CALL, properties: { a: 1 } }],
  [
    'goes without what would move its time, and what is of its way here',
    { ...CALL, sentAt: '2020-01-01T00:00:05Z', writeKey: 'k', _metadata: {}, receivedAt: '2020-01-02' },
    { ...CALL, receivedAt: '2020-01-02' },
  ],
  [
    'without a timestamp has the time that the sender gave',
    { ...CALL, timestamp: null, originalTimestamp: '2020-02-01T00:00:00Z', receivedAt: '2020-02-02' },
    {
      ...CALL,
      timestamp: '2020-02-01T00:00:00Z',
      originalTimestamp: '2020-02-01T00:00:00Z',
      receivedAt: '2020-02-02',
    },
  ],
  [
    'without that, when it was received',
    { ...CALL, timestamp: '', receivedAt: '2020-02-02', sentAt: '2020-02-03' },
    { ...CALL, timestamp: '2020-02-02', receivedAt: '2020-02-02' },
  ],
  ['or sent', { ...CALL, timestamp: undefined, sentAt: '2020-02-03' }, { ...CALL, timestamp: '2020-02-03' }],
  [
    'of a page does not get the address of whoever imports it',
    { ...CALL, context: { channel: 'browser', userAgent: 'Mozilla' } },
    { ...CALL, context: { ip: null, userAgent: 'Mozilla', channel: 'browser' } },
  ],
]
describe('a call', () => {
  for (const [title, call, sent] of rows) test(title, () => assert.deepEqual(made(call), sent))

  test('goes to the destinations that are asked for', () => {
    const integrations = { All: false, heap: true }
    assert.deepEqual(made({ ...CALL, integrations: { heap: false } }, { ...RULES, integrations }), {
      ...CALL,
      integrations,
    })
  })
  test('that nothing says the time of is told so', () => {
    const one = makeCall({ ...CALL, timestamp: undefined }, { line: 1, index: 0 }, RULES, NOW_MS)
    assert.equal(one.status === 'ready' && one.isUntimed, true)
  })
  for (const [title, call, code] of [
    ['that is none', 'text', 'EVENT_NOT_OBJECT'],
    ['of nobody', { type: 'track', event: 'e' }, 'EVENT_PERSON_MISSING'],
    ['of a time that is none', { ...CALL, timestamp: 'then' }, 'EVENT_TIMESTAMP_INVALID'],
    ['that is nested beyond what can be written', { ...CALL, properties: nested(5_000) }, 'EVENT_TOO_DEEP'],
  ] as const) {
    test(`${title} is refused`, () => {
      const one = makeCall(call, { line: 1, index: 0 }, RULES, NOW_MS)
      assert.equal(one.status === 'refused' && one.code, code)
    })
  }
  for (const [from, to, status] of [
    ['2020-01-01', undefined, 'ready'],
    ['2020-01-01T00:00:00.001Z', undefined, 'skipped'],
    [undefined, '2020-01-01', 'skipped'],
    [undefined, '2020-01-01T00:00:00.001Z', 'ready'],
  ] as const) {
    test(`from ${from} to ${to} is ${status}`, () => {
      const times = { from_ms: from && Date.parse(from), to_ms: to && Date.parse(to) }
      const rules = { ...RULES, from_ms: times.from_ms || undefined, to_ms: times.to_ms || undefined }
      assert.equal(makeCall(CALL, { line: 1, index: 0 }, rules, NOW_MS).status, status)
    })
  }
})

describe('the id of a call without one', () => {
  const { messageId: _, ...call } = CALL
  const id = (given: object, rules = RULES, at = { line: 1, index: 0 }) =>
    (made(given, rules, at) as Record<string, unknown>)['messageId']
  test('is the same whenever it is read', () => {
    assert.match(String(id(call)), /^import-[0-9a-f]{32}$/)
    assert.equal(id(call), id({ ...call, messageId: '' }))
  })
  for (const [title, other] of [
    ['another line', id(call, RULES, { line: 2, index: 0 })],
    ['another place in the line', id(call, RULES, { line: 1, index: 1 })],
    ['another file', id(call, { name: 'other' })],
    ['another call', id({ ...call, event: 'Sold' })],
  ] as const) {
    test(`is another for ${title}`, () => assert.notEqual(id(call), other))
  }
})

const wrapped: readonly (readonly [title: string, value: unknown, calls: readonly unknown[]])[] = [
  ['a call', CALL, [CALL]],
  ['what is none', 5, [5]],
  ['a call with a payload of its own', { ...CALL, payload: { a: 1 } }, [{ ...CALL, payload: { a: 1 } }]],
  ['a refused one', { line: 1, code: 'c', reason: 'r', call: CALL }, [CALL]],
  [
    'an archive of RudderStack',
    { userId: 'ada', payload: CALL, createdAt: '2020-01-03', messageId: 'm1' },
    [{ ...CALL, receivedAt: '2020-01-03' }],
  ],
  [
    'a batch in it',
    { EventPayload: { batch: [CALL], receivedAt: '2020-01-03', writeKey: 'k' } },
    [{ receivedAt: '2020-01-03', originalTimestamp: undefined, ...CALL }],
  ],
  [
    'a batch with what is said for all',
    { batch: [{ ...CALL, context: { a: 1 } }, 7], context: { a: 0, b: 2 }, integrations: { All: false } },
    [
      {
        ...{ receivedAt: undefined, originalTimestamp: undefined, ...CALL },
        ...{ context: { a: 1, b: 2 }, integrations: { All: false } },
      },
      7,
    ],
  ],
]
describe('the calls of', () => {
  for (const [title, value, calls] of wrapped) {
    test(title, () => assert.deepEqual(callsOf(value), calls))
  }
})

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = { a: value }
  return value
}
