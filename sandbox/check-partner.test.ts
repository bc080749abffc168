import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeHeap } from './heap.ts'
import type { AppView } from './view.ts'

const TRACK = '/api/integrations/track'
const USERS = '/api/integrations/add_user_properties'
const ARRIVED = '2026-01-02T03:04:05.678Z'

function send(path: string, body: unknown) {
  const heap = makeHeap({ now_ms: () => Date.parse(ARRIVED) })
  const answer = heap.handle({ method: 'POST', path, body })
  return { answer, app: heap.state({ order: 'arrival' }).apps['11'] as AppView }
}
const event = (more: object = {}) => ({ event: 'Viewed', user_identifier: { identity: 'ada' }, ...more })
const events = (...list: unknown[]) => ({ app_id: '11', library: 'server', events: list })
const user = (more: object = {}) => ({ user_identifier: { identity: 'ada' }, ...more })
const users = (...list: unknown[]) => ({ app_id: '11', library: 'server', users: list })

describe('a partner’s event is kept', () => {
  const rows: readonly (readonly [title: string, sent: object, kept: object])[] = [
    ['of an identity', {}, { identity: 'ada' }],
    ['of an anonymous_id', { user_identifier: { anonymous_id: 'a-1' } }, { anonymous_id: 'a-1' }],
    ['of a user_id', { user_identifier: { user_id: '42' } }, { user_id: '42' }],
    ['of an email', { user_identifier: { email: 'ada@example.com' } }, { email: 'ada@example.com' }],
    [
      'of an identity, with every id that it brought',
      { user_identifier: { identity: 'ada', anonymous_id: 'a-1', user_id: '42' } },
      { identity: 'ada', anonymous_id: 'a-1', user_id: '42' },
    ],
    ['with its properties', { custom_properties: { a: 'b' } }, { identity: 'ada', properties: { a: 'b' } }],
    [
      'with properties under the other name',
      { properties: { a: 'b' } },
      { identity: 'ada', properties: { a: 'b' } },
    ],
    ['with a time in ISO 8601', { timestamp: '2025-01-01' }, { identity: 'ada', timestamp: '2025-01-01' }],
    [
      'with a time in seconds',
      { timestamp: 1_735_689_600 },
      { identity: 'ada', timestamp: '2025-01-01T00:00:00.000Z' },
    ],
    [
      'with a time in milliseconds',
      { timestamp: 1_735_689_600_001 },
      { identity: 'ada', timestamp: '2025-01-01T00:00:00.001Z' },
    ],
    ['with its key', { idempotency_key: '12345678' }, { identity: 'ada', idempotency_key: '12345678' }],
  ]
  for (const [title, sent, kept] of rows) {
    test(title, () => {
      const { answer, app } = send(TRACK, events(event(sent)))
      assert.deepEqual(answer, { status: 200, json: {} })
      const expected = { event: 'Viewed', properties: {}, timestamp: ARRIVED, received_at: ARRIVED, ...kept }
      assert.deepEqual(app.events, [expected])
    })
  }
  test('once, by its key', () => {
    const { app } = send(
      TRACK,
      events(event({ idempotency_key: '12345678' }), event({ idempotency_key: '12345678' })),
    )
    assert.deepEqual([app.counts.accepted, app.counts.repeated], [1, 1])
  })
})

describe('a partner’s user is kept', () => {
  const values = { text: 'a', number: 1, truth: true, nothing: null }
  test('with values of four types', () => {
    const { app } = send(USERS, users(user({ custom_properties: values })))
    assert.deepEqual(app.users, [{ identity: 'ada', user_ids: [], properties: values, events: 0 }])
  })
  test('by an email alone', () => {
    const { app } = send(USERS, users(user({ user_identifier: { email: 'a@b.c' }, properties: { a: 1 } })))
    assert.deepEqual(app.users, [{ email: 'a@b.c', user_ids: [], properties: { a: 1 }, events: 0 }])
  })
  test('as one person with the anonymous_id beside the identity', () => {
    const { app } = send(USERS, users(user({ user_identifier: { identity: 'ada', anonymous_id: 'a-1' } })))
    assert.deepEqual([app.users[0]?.anonymous_ids, app.counts.identified], [['a-1'], 1])
  })
})

test('an anonymous_id beside an identity in the public API means nothing', () => {
  const { app } = send('/api/track', { app_id: '11', identity: 'ada', anonymous_id: 'a-1', event: 'Viewed' })
  assert.equal(app.counts.identified, 0)
  assert.deepEqual([app.users[0]?.anonymous_ids, app.events[0]?.anonymous_id], [undefined, undefined])
})

describe('a partner’s request is refused with', () => {
  const identifier = (user_identifier: unknown) => events(event({ user_identifier }))
  const rows: readonly (readonly [title: string, path: string, body: unknown, error: RegExp])[] = [
    ['no library', TRACK, { ...events(event()), library: undefined }, /^library is missing/],
    ['a blank library', USERS, { ...users(user()), library: ' ' }, /^library is empty/],
    ['no list of events', TRACK, { app_id: '11', library: 'server', ...event() }, /^events is missing/],
    ['no list of users', USERS, { app_id: '11', library: 'server', ...user() }, /^users is missing/],
    ['1,001 events', TRACK, events(...Array(1_001).fill(event())), /the limit is 1000/],
    ['no user_identifier', TRACK, identifier(undefined), /user_identifier must be an object/],
    ['an empty user_identifier', TRACK, identifier({}), /user_identifier needs identity/],
    ['an empty identity', TRACK, identifier({ identity: '' }), /identity is empty/],
    ['an identity of 256 characters', TRACK, identifier({ identity: 'x'.repeat(256) }), /identity is longer/],
    ['a user_id that is a UUID', TRACK, identifier({ user_id: 'a-1' }), /user_id must be a whole number/],
    [
      'an anonymous_id that is a number',
      TRACK,
      identifier({ anonymous_id: 1 }),
      /anonymous_id must be a text/,
    ],
    ['an email that is null', TRACK, identifier({ email: null }), /email must be a text/],
    ['no event name', TRACK, events(event({ event: undefined })), /event is missing/],
    [
      'a number as a property of an event',
      TRACK,
      events(event({ custom_properties: { a: 1 } })),
      /"a" has a type/,
    ],
    ['a boolean as one', TRACK, events(event({ custom_properties: { a: true } })), /"a" has a type/],
    ['a list as one', TRACK, events(event({ custom_properties: { a: ['b'] } })), /"a" has a type/],
    [
      'a text without end',
      TRACK,
      events(event({ custom_properties: { a: 'x'.repeat(1_024) } })),
      /"a" is longer/,
    ],
    ['properties that are a list', TRACK, events(event({ custom_properties: [] })), /must be an object/],
    ['a key of 7 characters', TRACK, events(event({ idempotency_key: '1234567' })), /shorter than 8/],
    ['a time before 1970', TRACK, events(event({ timestamp: -1 })), /no Unix time/],
    ['a time that is no ISO 8601', TRACK, events(event({ timestamp: 'now' })), /not ISO 8601/],
    [
      'one bad event among good ones',
      TRACK,
      events(event(), event({ event: '' })),
      /^events\[1\]: event is empty/,
    ],
    [
      'a user without identity and email',
      USERS,
      users(user({ user_identifier: { anonymous_id: 'a' } })),
      /identity or email/,
    ],
    ['a nested user property', USERS, users(user({ custom_properties: { a: {} } })), /"a" has a type/],
    ['a user property called Id', USERS, users(user({ custom_properties: { Id: 'a' } })), /"Id" has a name/],
  ]
  for (const [title, path, body, error] of rows) {
    test(title, () => {
      const { answer, app } = send(path, body)
      assert.equal(answer.status, 400)
      assert.match((answer.json as { error: string }).error, error)
      assert.deepEqual([app.events, app.users], [[], []])
    })
  }
})
