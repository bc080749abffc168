import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CallType, Entry, Refusal } from '../../core/event.ts'
import { laneOf } from '../../core/identity.ts'
import { redactionOf } from '../../core/redact/redact.ts'
import { dedupeWindow } from './dedupe.ts'
import { deepCall, LIMITS, NOW, NOW_MS, track } from './ingest.fixtures.ts'
import { type Item, type ItemContext, makeItem } from './item.ts'

const context = (more: Partial<ItemContext> = {}): ItemContext => ({
  source: { id: 'website', name: 'Website', kind: 'javascript', writeKey: 'website-key' },
  type: undefined,
  shared: {},
  around: { receivedAt_ms: NOW_MS, receivedAt: NOW, newMessageId: () => 'made' },
  dedupe: dedupeWindow({ window_ms: 60_000, ids_max: 1_000 }),
  seed: 1,
  limits: LIMITS,
  ...more,
})
const refusalOf = (call: unknown, more: Partial<ItemContext> = {}): Refusal => {
  const { entry } = makeItem(call, context(more))
  assert.equal(entry.kind, 'refused')
  return (entry as Extract<Entry, { kind: 'refused' }>).refusal
}

describe('an item', () => {
  test('of a good call is its event, with the text that the log keeps', () => {
    const { entry, text, fingerprint } = makeItem(track('m1'), context())
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(entry)))
    assert.equal(entry.kind, 'event')
    assert.equal(entry.sourceId, 'website')
    assert.equal(entry.receivedAt, NOW)
    assert.ok(fingerprint)
  })

  test('of a call that came before is a duplicate without a fingerprint, in the lane of the person', () => {
    const around = context()
    const first = makeItem(track('m1'), around)
    const second = makeItem(track('m1'), around)
    assert.deepEqual(second.entry, {
      kind: 'duplicate',
      sourceId: 'website',
      receivedAt: NOW,
      messageId: 'm1',
    })
    assert.equal(second.fingerprint, undefined)
    assert.equal(second.key, first.key)
  })

  test('has another fingerprint in a log with another seed, and in another source', () => {
    const { source } = context()
    const made = [context(), context({ seed: 2 }), context({ source: { ...source, id: 'backend' } })].map(
      (one) => JSON.stringify(makeItem(track('m1'), one).fingerprint),
    )
    assert.equal(new Set(made).size, 3)
  })

  describe('lies in the lane', () => {
    const lane = ({ key }: Item) => laneOf(key, 1_000_000)
    const of = (ids: object, more: Partial<ItemContext> = {}) =>
      lane(makeItem({ type: 'track', event: 'Viewed', ...ids }, context(more)))
    const { source } = context()
    const anonymous = of({ anonymousId: 'a1' })

    const rows: readonly [title: string, other: number, isSame: boolean][] = [
      ['of the same visitor', of({ anonymousId: 'a1' }), true],
      ['of the same visitor, who is known by now', of({ anonymousId: 'a1', userId: 'ada' }), true],
      ['of another visitor', of({ anonymousId: 'a2', userId: 'ada' }), false],
      ['of another source', of({ anonymousId: 'a1' }, { source: { ...source, id: 'backend' } }), false],
    ]
    for (const [title, other, isSame] of rows) {
      test(`${title}: ${isSame ? 'the same' : 'another'}`, () => assert.equal(other === anonymous, isSame))
    }
    test('of the same user, who has no anonymousId', () => {
      assert.equal(of({ userId: 'ada' }), of({ userId: 'ada' }))
      assert.notEqual(of({ userId: 'ada' }), of({ userId: 'bob' }))
    })
  })
})

describe('a refusal', () => {
  test('says why, and keeps what the call says of itself', () => {
    const call = { type: 'group', userId: 'ada', messageId: 'm1' }
    assert.deepEqual(refusalOf(call), {
      code: 'EVENT_FIELD_MISSING',
      reason: '"groupId" is missing.',
      messageId: 'm1',
      type: 'group',
      text: JSON.stringify(call),
    })
  })

  test('holds no write key', () => {
    const { text } = refusalOf({ writeKey: 'website-key', type: 'track', event: 'Viewed' })
    assert.equal(text, '{"type":"track","event":"Viewed"}')
  })

  test('keeps the first 2,000 characters of what was sent', () => {
    const call = { type: 'track', text: 'x'.repeat(5_000) }
    assert.equal(refusalOf(call).text, JSON.stringify(call).slice(0, 2_000))
  })

  test('has the type that the address names', () => {
    assert.equal(refusalOf({ type: 'page', userId: 'ada' }, { type: 'track' }).type, 'track')
  })

  test('cuts a long messageId and a long type', () => {
    const { messageId, type } = refusalOf({ messageId: 'm'.repeat(1_000), type: 't'.repeat(1_000) })
    assert.deepEqual([messageId?.length, type?.length], [255, 255])
  })

  test('does not claim the messageId: the call may come again, mended', () => {
    const around = context()
    makeItem({ type: 'track', userId: 'ada', messageId: 'm1' }, around)
    assert.equal(makeItem(track('m1'), around).entry.kind, 'event')
  })

  const notCalls: readonly [call: unknown, text: string][] = [
    ['hello', '"hello"'],
    [7, '7'],
    [null, 'null'],
    [[track()], JSON.stringify([track()])],
  ]
  for (const [call, text] of notCalls) {
    test(`of ${text} shows it`, () => {
      const type: CallType = 'track'
      assert.deepEqual(refusalOf(call, { type }), {
        code: 'EVENT_NOT_OBJECT',
        reason: 'The call is not a JSON object.',
        type,
        text,
      })
    })
  }
})

describe('the size of an event', () => {
  /** A call whose entry has exactly this many bytes. */
  const sized = (bytes: number, letter: string) => {
    const empty = makeItem(track('m1', { properties: { text: '' } }), context()).text
    const count = (bytes - Buffer.byteLength(empty)) / Buffer.byteLength(letter)
    assert.ok(Number.isInteger(count))
    return track('m1', { properties: { text: letter.repeat(count) } })
  }

  for (const letter of ['x', 'é', '€']) {
    test(`is counted in bytes of UTF-8: ${letter}`, () => {
      const { text } = makeItem(track('m1', { properties: { text: '' } }), context())
      const room = Math.floor((LIMITS.event_bytes_max - text.length) / Buffer.byteLength(letter))
      const limit = text.length + room * Buffer.byteLength(letter)
      const limits = { ...LIMITS, event_bytes_max: limit }
      assert.equal(makeItem(sized(limit, letter), context({ limits })).entry.kind, 'event')
      const smaller = { ...LIMITS, event_bytes_max: limit - 1 }
      assert.equal(refusalOf(sized(limit, letter), { limits: smaller }).code, 'EVENT_TOO_LARGE')
    })
  }

  test('over the limit is a refusal that says how large it was, and does not claim the messageId', () => {
    const around = context()
    const { entry } = makeItem(sized(LIMITS.event_bytes_max + 1, 'x'), around)
    assert.equal(
      entry.kind === 'refused' && entry.refusal.reason,
      'The call has 2001 bytes; at most 2000 are allowed.',
    )
    assert.equal(makeItem(track('m1'), around).entry.kind, 'event')
  })

  // The call itself is a level, and so are its properties.
  for (const levels of [LIMITS.event_levels_max, 1_500, 100_000]) {
    test(`of ${levels} levels in its properties is too deep, and what stands at its top is shown`, () => {
      const call = JSON.parse(deepCall('m1', levels))
      const limits = { ...LIMITS, event_bytes_max: 10_000_000 }
      assert.deepEqual(refusalOf(call, { limits }), {
        code: 'EVENT_TOO_DEEP',
        reason: 'The call is nested too deeply: at most 12 levels are allowed.',
        messageId: 'm1',
        type: 'track',
        text: JSON.stringify(track('m1')),
      })
    })
  }

  test('of as many levels as there may be is taken, and of one more it is not', () => {
    const call = (levels: number) => JSON.parse(deepCall('m1', levels))
    const rest = LIMITS.event_levels_max - 1
    assert.equal(makeItem(call(rest), context()).entry.kind, 'event')
    assert.equal(refusalOf(call(rest + 1)).code, 'EVENT_TOO_DEEP')
  })

  test('of more names and items than there may be is refused', () => {
    const call = (count: number) =>
      track('m1', { properties: { items: Array.from({ length: count }, () => 1) } })
    const around = context()
    const limits = { ...LIMITS, event_bytes_max: 10_000_000 }
    assert.equal(refusalOf(call(LIMITS.event_keys_max), { limits }).code, 'EVENT_TOO_MANY_KEYS')
    assert.equal(makeItem(call(LIMITS.event_keys_max - 30), around).entry.kind, 'event')
  })

  test('counts what a batch says for all its calls', () => {
    const shared = { context: JSON.parse(deepCall('m1', LIMITS.event_levels_max + 1)).properties }
    assert.equal(refusalOf(track('m1'), { shared }).code, 'EVENT_TOO_DEEP')
  })
})

describe('a source with redaction rules', () => {
  const redact = redactionOf([{ pattern: 'email', how: 'mask' }], 'salt')
  const call = (more: object) => ({ ...track('m1'), properties: { email: 'ada@example.com' }, ...more })

  test('keeps what they leave', () => {
    const { text } = makeItem(call({}), context({ redact }))
    assert.ok(text.includes('"email":"***"') && !text.includes('ada@'))
  })

  test('keeps what they leave of a call that is refused', () => {
    assert.ok(!refusalOf(call({ event: 7 }), { redact }).text.includes('ada@'))
    assert.equal(refusalOf('ada@example.com', { redact }).text, '')
  })

  test('refuses what they fail on, keeps nothing of it but its type and messageId, and does not claim that', () => {
    const broken = context({ redact: redactionOf([{ regex: '(', how: 'drop' }], 'salt') })
    const { entry, text } = makeItem(call({}), broken)
    assert.equal(entry.kind, 'refused')
    const { refusal } = entry as Extract<Entry, { kind: 'refused' }>
    assert.deepEqual(
      { ...refusal, reason: '' },
      { code: 'REDACTION_FAILED', reason: '', text: '', type: 'track', messageId: 'm1' },
    )
    assert.ok(!text.includes('ada'))
    assert.equal(makeItem(call({}), { ...broken, redact }).entry.kind, 'event')
  })

  test('asks who is suppressed before they hash anybody', () => {
    const hashing = redactionOf([{ path: 'userId', how: 'hash' }], 'salt')
    const isSuppressed = ({ userId }: { readonly userId?: string }) => userId === 'ada'
    assert.deepEqual(refusalOf(call({}), { redact: hashing, isSuppressed }), {
      ...{
        code: 'PERSON_SUPPRESSED',
        reason: 'Events of this person are not taken.',
        text: '',
        type: 'track',
      },
    })
  })
})
