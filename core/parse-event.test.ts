import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { CallType, Json } from './event.ts'
import { ID_CHARS_MAX, type ParsedCall, parseCall, type Shared } from './parse-event.ts'
import { anyJson, anyObject, deepFreeze, RECEIVED_AT, surroundings } from './testing.ts'

type Given = {
  readonly call: unknown
  /** The type that the address names. */
  readonly type?: CallType
  readonly shared?: Shared
}

function parse({ call, type, shared = {} }: Given): ParsedCall {
  return parseCall(deepFreeze(call), type, deepFreeze(shared), surroundings())
}

/** The event as the log keeps it: what is undefined is not there. */
function eventOf(given: Given): Record<string, Json> {
  const parsed = parse(given)
  assert.ok(parsed.ok, parsed.ok ? '' : `${parsed.code}: ${parsed.reason}`)
  return JSON.parse(JSON.stringify(parsed.event)) as Record<string, Json>
}

const kept = { messageId: 'made-1', timestamp: RECEIVED_AT }

describe('a call becomes an event', () => {
  type Row = Given & { readonly title: string; readonly gives: object }
  const rows: readonly Row[] = [
    {
      title: 'track',
      call: { type: 'track', userId: 'u', event: 'Signed Up', properties: { plan: 'pro' } },
      gives: { ...kept, type: 'track', userId: 'u', event: 'Signed Up', properties: { plan: 'pro' } },
    },
    {
      title: 'identify',
      call: { type: 'identify', userId: 'u', traits: { email: 'a@b.c' } },
      gives: { ...kept, type: 'identify', userId: 'u', traits: { email: 'a@b.c' } },
    },
    {
      title: 'page',
      call: { type: 'page', anonymousId: 'a', name: 'Home', category: 'Docs', properties: { path: '/' } },
      gives: {
        ...kept,
        type: 'page',
        anonymousId: 'a',
        name: 'Home',
        category: 'Docs',
        properties: { path: '/' },
      },
    },
    {
      title: 'page without a name, and with name and category null as the browser library sends them',
      call: { type: 'page', anonymousId: 'a', name: null, category: null },
      gives: { ...kept, type: 'page', anonymousId: 'a' },
    },
    {
      title: 'screen',
      call: { type: 'screen', anonymousId: 'a', name: 'Start' },
      gives: { ...kept, type: 'screen', anonymousId: 'a', name: 'Start' },
    },
    {
      title: 'group',
      call: { type: 'group', userId: 'u', groupId: 'g', traits: { seats: 5 } },
      gives: { ...kept, type: 'group', userId: 'u', groupId: 'g', traits: { seats: 5 } },
    },
    {
      title: 'alias',
      call: { type: 'alias', userId: 'u', previousId: 'p' },
      gives: { ...kept, type: 'alias', userId: 'u', previousId: 'p' },
    },
    {
      title: 'the type of the address stands above that of the body',
      type: 'identify',
      call: { type: 'track', userId: 'u' },
      gives: { ...kept, type: 'identify', userId: 'u' },
    },
    {
      title: 'a type in the address needs none in the body',
      type: 'track',
      call: { userId: 'u', event: 'E' },
      gives: { ...kept, type: 'track', userId: 'u', event: 'E' },
    },
    {
      title: 'ids as numbers become text',
      call: { type: 'group', messageId: 0, anonymousId: 1.5, userId: -7, groupId: 9007199254740991 },
      gives: {
        timestamp: RECEIVED_AT,
        type: 'group',
        messageId: '0',
        anonymousId: '1.5',
        userId: '-7',
        groupId: '9007199254740991',
      },
    },
    {
      title: 'previousId as a number becomes text',
      call: { type: 'alias', userId: 1, previousId: 2 },
      gives: { ...kept, type: 'alias', userId: '1', previousId: '2' },
    },
    {
      title: 'null is not given',
      call: {
        type: 'track',
        event: 'E',
        anonymousId: 'a',
        userId: null,
        messageId: null,
        timestamp: null,
        sentAt: null,
        properties: null,
        traits: null,
        context: null,
        integrations: null,
      },
      gives: { ...kept, type: 'track', event: 'E', anonymousId: 'a' },
    },
    {
      title: 'the empty text is not given',
      call: {
        type: 'track',
        event: 'E',
        anonymousId: 'a',
        userId: '',
        messageId: '',
        timestamp: '',
        sentAt: '',
      },
      gives: { ...kept, type: 'track', event: 'E', anonymousId: 'a' },
    },
    {
      title: 'the messageId of the sender is kept',
      call: { type: 'identify', userId: 'u', messageId: 'ajs-next-1' },
      gives: { timestamp: RECEIVED_AT, type: 'identify', userId: 'u', messageId: 'ajs-next-1' },
    },
    {
      title: 'the write key and the library’s own _metadata are dropped, what the spec does not name is kept',
      call: {
        type: 'identify',
        userId: 'u',
        writeKey: 'k',
        _metadata: { bundled: [] },
        channel: 'server',
        x: null,
      },
      gives: { ...kept, type: 'identify', userId: 'u', channel: 'server', x: null },
    },
    {
      title: 'the batch’s context and integrations are for every call, and the call’s own keys win',
      call: { type: 'identify', userId: 'u', context: { ip: '1.1.1.1' }, integrations: { Heap: false } },
      shared: { context: { ip: '2.2.2.2', locale: 'de' }, integrations: { All: true, Heap: true } },
      gives: {
        ...kept,
        type: 'identify',
        userId: 'u',
        context: { ip: '1.1.1.1', locale: 'de' },
        integrations: { All: true, Heap: false },
      },
    },
    {
      title: 'the batch’s context is taken where the call has none',
      call: { type: 'identify', userId: 'u', context: null },
      shared: { context: { locale: 'de' } },
      gives: { ...kept, type: 'identify', userId: 'u', context: { locale: 'de' } },
    },
    {
      title: 'the timestamp is corrected by the sender’s clock, and kept as it was written beside it',
      call: {
        type: 'identify',
        userId: 'u',
        timestamp: '2026-01-02T04:00:00+01:00',
        sentAt: '2026-01-02T03:00:05.678Z',
      },
      gives: {
        type: 'identify',
        userId: 'u',
        messageId: 'made-1',
        timestamp: '2026-01-02T03:04:00.000Z',
        originalTimestamp: '2026-01-02T04:00:00+01:00',
        sentAt: '2026-01-02T03:00:05.678Z',
      },
    },
    {
      title: 'the batch’s sentAt counts where the call has none, or an empty one',
      call: { type: 'identify', userId: 'u', timestamp: '2026-01-02T03:00:00Z', sentAt: '' },
      shared: { sentAt: '2026-01-02T03:00:05.678Z' },
      gives: {
        type: 'identify',
        userId: 'u',
        messageId: 'made-1',
        timestamp: '2026-01-02T03:04:00.000Z',
        originalTimestamp: '2026-01-02T03:00:00Z',
        sentAt: '2026-01-02T03:00:05.678Z',
      },
    },
    {
      title: 'the call’s own sentAt stands above the batch’s',
      call: {
        type: 'identify',
        userId: 'u',
        timestamp: '2026-01-02T03:00:00Z',
        sentAt: '2026-01-02T03:00:05.678Z',
      },
      shared: { sentAt: '2020-01-01T00:00:00Z' },
      gives: {
        type: 'identify',
        userId: 'u',
        messageId: 'made-1',
        timestamp: '2026-01-02T03:04:00.000Z',
        originalTimestamp: '2026-01-02T03:00:00Z',
        sentAt: '2026-01-02T03:00:05.678Z',
      },
    },
    {
      title: 'a sentAt that cannot be read is no reason to refuse; a timestamp in seconds is shown as a date',
      call: { type: 'identify', userId: 'u', timestamp: 1767322800, sentAt: 'soon' },
      gives: {
        type: 'identify',
        userId: 'u',
        messageId: 'made-1',
        timestamp: '2026-01-02T03:00:00.000Z',
        originalTimestamp: '2026-01-02T03:00:00.000Z',
      },
    },
  ]
  for (const { title, gives, ...given } of rows) {
    test(title, () => assert.deepEqual(eventOf(given), gives))
  }
})

describe('whatever is sent', () => {
  test('a key named __proto__ is a key like any other', () => {
    const call = JSON.parse(`{
      "type": "track", "userId": "u", "event": "E", "writeKey": "k",
      "__proto__": {"isAdmin": true}, "properties": {"__proto__": {"isAdmin": true}}, "context": {"__proto__": 1}
    }`)
    const parsed = parse({ call, shared: JSON.parse('{"context": {"__proto__": {"isAdmin": true}}}') })
    assert.ok(parsed.ok)
    const { event } = parsed
    assert.equal(Object.getPrototypeOf(event), Object.prototype)
    assert.equal(Object.getPrototypeOf(event.context), Object.prototype)
    assert.equal('isAdmin' in event, false)
    assert.equal('isAdmin' in {}, false)
    assert.deepEqual(Object.getOwnPropertyDescriptor(event, '__proto__')?.value, { isAdmin: true })
    assert.deepEqual(Object.getOwnPropertyDescriptor(event.context, '__proto__')?.value, 1)
  })

  test('the call is refused or taken, never changed, and nothing is thrown', () => {
    const call = fc.oneof(
      anyJson,
      fc.record(
        {
          type: fc.constantFrom('track', 'identify', 'page', 'screen', 'group', 'alias'),
          userId: fc.oneof(fc.string(), anyJson),
          event: fc.oneof(fc.string(), anyJson),
          groupId: anyJson,
          previousId: anyJson,
          timestamp: anyJson,
          sentAt: anyJson,
          context: fc.oneof(anyObject, anyJson),
          properties: anyObject,
          _metadata: anyJson,
        },
        { requiredKeys: ['type', 'userId'] },
      ),
    )
    fc.assert(
      fc.property(call, fc.option(anyObject, { nil: undefined }), (given, context) => {
        const before = JSON.stringify(given)
        const parsed = parse({ call: given, ...(context === undefined ? {} : { shared: { context } }) })
        assert.equal(JSON.stringify(given), before)
        if (!parsed.ok) return
        assert.match(parsed.event.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        for (const id of [parsed.event.messageId, parsed.event.userId ?? parsed.event.anonymousId]) {
          assert.ok(typeof id === 'string' && id !== '' && id.length <= ID_CHARS_MAX)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('parsing an event again, as the log gives it back, changes nothing', () => {
    fc.assert(
      fc.property(anyObject, anyObject, (properties, context) => {
        const once = eventOf({ call: { type: 'track', userId: 'u', event: 'E', properties, context } })
        const { originalTimestamp: _original, ...twice } = eventOf({ call: once })
        assert.deepEqual(twice, once)
      }),
    )
  })
})
