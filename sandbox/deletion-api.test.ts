import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { describe, test } from 'node:test'
import { type HeapOptions, makeHeap } from './heap.ts'

const TOKEN = '/api/public/v0/auth_token'
const DELETION = '/api/public/v0/user_deletion'
const STATUS = '/api/public/v0/deletion_status/'
const START_MS = Date.parse('2026-01-02T03:04:05.678Z')
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`

/** A sandbox whose app 11 has an event of Ada, one of a user_id that became Ada, one of Bob, and two of user_id 7. */
function started(options: HeapOptions = {}) {
  let now_ms = START_MS
  const heap = makeHeap({ now_ms: () => now_ms, ...options })
  const post = (path: string, body?: unknown, authorization?: string) =>
    heap.handle({ method: 'POST', path, body, headers: { authorization } })
  const track = (who: object) => post('/api/track', { app_id: '11', event: 'Viewed', ...who })
  track({ identity: 'ada' })
  track({ user_id: '42' })
  track({ identity: 'bob' })
  track({ user_id: '7' })
  track({ user_id: '7' })
  post('/api/v1/identify', { app_id: '11', identity: 'ada', user_id: '42' })
  const tokenOf = (credentials: string) => {
    const { json } = post(TOKEN, undefined, basic(credentials))
    return `Bearer ${(json as { access_token: string }).access_token}`
  }
  const bearer = tokenOf('11:a-key')
  return {
    heap,
    post,
    track,
    bearer,
    tokenOf,
    at: (passed_ms: number) => {
      now_ms = START_MS + passed_ms
    },
    remove: (users: unknown, authorization = bearer) => {
      const { status, json } = post(DELETION, { users }, authorization)
      return { status, json, id: (json as { deletion_request_id: string }).deletion_request_id }
    },
    statusOf: (id: string, authorization = bearer) =>
      heap.handle({ method: 'GET', path: STATUS + id, body: undefined, headers: { authorization } }),
    people: () =>
      heap
        .state({ order: 'arrival' })
        .apps['11']?.users.map(({ identity, user_ids }) => identity ?? user_ids[0]),
    events: () => heap.state().apps['11']?.events.length,
  }
}

describe('a deletion', () => {
  test('is pending, then complete at the second poll, and only then the person and their events are gone', () => {
    const { remove, statusOf, people, events, heap } = started()
    const { status, json, id } = remove([{ identity: 'ada' }])
    assert.equal(status, 201)
    assert.deepEqual(json, {
      deletion_request_location: `${STATUS}${id}`,
      deletion_request_id: id,
      status: 'pending',
    })
    assert.deepEqual(statusOf(id), { status: 200, json: { deletion_request_id: id, status: 'pending' } })
    assert.deepEqual([people(), events()], [['ada', 'bob', '7'], 5])
    assert.deepEqual(statusOf(id).json, { deletion_request_id: id, status: 'complete' })
    assert.deepEqual([people(), events()], [['bob', '7'], 3])
    assert.deepEqual(statusOf(id).json, { deletion_request_id: id, status: 'complete' })
    const { counts, kept, deletions } = heap.state().apps['11'] ?? assert.fail()
    assert.deepEqual([counts.usersDeleted, counts.eventsDeleted, counts.accepted], [1, 2, 5])
    assert.deepEqual(kept, { users: 2, accounts: 0, events: 3 })
    const at = '2026-01-02T03:04:05.678Z'
    assert.deepEqual(deletions, [
      { deletion_request_id: id, requested_at: at, completed_at: at, status: 'complete', users: 1 },
    ])
  })

  const who: readonly (readonly [string, unknown[], left: string[]])[] = [
    ['by identity', [{ identity: 'bob' }], ['ada', '7']],
    ['by user_id', [{ user_id: '7' }], ['ada', 'bob']],
    ['by a user_id that is a number, as in Heap’s example', [{ user_id: 7 }], ['ada', 'bob']],
    ['by a user_id that became an identity', [{ user_id: '42' }], ['bob', '7']],
    ['of several', [{ identity: 'bob' }, { user_id: '7' }, { identity: 'bob' }], ['ada']],
    ['of somebody who is not there', [{ identity: 'eve' }], ['ada', 'bob', '7']],
  ]
  for (const [title, users, left] of who) {
    test(`${title} is complete, and the others stay`, () => {
      const { remove, statusOf, people } = started({ deletionPolls: 1 })
      assert.deepEqual(statusOf(remove(users).id).json, {
        deletion_request_id: '00000011-0000-4000-8000-000000000001',
        status: 'complete',
      })
      assert.deepEqual(people(), left)
    })
  }

  test('that nobody polls is complete after a minute', () => {
    const { remove, at, people } = started()
    remove([{ identity: 'ada' }])
    at(59_999)
    assert.deepEqual(people(), ['ada', 'bob', '7'])
    at(60_000)
    assert.deepEqual(people(), ['bob', '7'])
  })
  test('takes the events that came while it was pending, and none that come later', () => {
    const { remove, statusOf, track, heap } = started()
    const { id } = remove([{ identity: 'bob' }])
    track({ identity: 'bob' })
    statusOf(id)
    statusOf(id)
    track({ identity: 'bob' })
    track({ user_id: '42' })
    const bob = heap.state({ person: { identity: 'bob' } }).apps['11']
    assert.deepEqual([bob?.events.length, bob?.users[0]?.events], [1, 1])
    assert.equal(heap.state({ person: { identity: 'ada' } }).apps['11']?.events.length, 3)
  })
  test('frees the user_id for another identity', () => {
    const { remove, statusOf, post, people } = started({ deletionPolls: 1 })
    statusOf(remove([{ identity: 'ada' }]).id)
    post('/api/v1/identify', { app_id: '11', identity: 'eve', user_id: '42' })
    assert.deepEqual(people(), ['bob', '7', 'eve'])
  })
  test('frees the anonymous_id of a partner too', () => {
    const { remove, statusOf, post, heap } = started({ deletionPolls: 1 })
    const partner = (user_identifier: object) =>
      post('/api/integrations/track', {
        app_id: '11',
        library: 'server',
        events: [{ event: 'a', user_identifier }],
      })
    partner({ identity: 'eve', anonymous_id: 'a-1' })
    statusOf(remove([{ identity: 'eve' }]).id)
    partner({ anonymous_id: 'a-1' })
    const { users } = heap.state({ limit: 1 }).apps['11'] ?? assert.fail()
    assert.deepEqual(users, [{ user_ids: [], anonymous_ids: ['a-1'], properties: {}, events: 1 }])
  })
  test('that is due takes nothing that comes after', () => {
    const { remove, track, at, heap } = started()
    remove([{ identity: 'bob' }])
    at(60_000)
    track({ identity: 'bob' })
    assert.equal(heap.state({ person: { identity: 'bob' } }).apps['11']?.events.length, 1)
  })
  test('leaves the order of the other events as it was, also past the bound', () => {
    const { remove, statusOf, track, heap } = started({ deletionPolls: 1, events_max: 4 })
    track({ identity: 'ada', event: 'a' })
    statusOf(remove([{ user_id: '7' }]).id)
    for (const event of ['d', 'e']) track({ identity: 'ada', event })
    assert.deepEqual(
      heap.state({ order: 'arrival' }).apps['11']?.events.map(({ event }) => event),
      ['Viewed', 'a', 'd', 'e'],
    )
  })
  test('takes 10,000 users', () => {
    const { remove } = started()
    assert.equal(remove(Array(10_000).fill({ identity: 'ada' })).status, 201)
  })
  test('is shown to its own app only', () => {
    const { remove, statusOf, tokenOf } = started()
    assert.equal(statusOf(remove([{ identity: 'ada' }]).id, tokenOf('12:a-key')).status, 404)
  })
  test('that was never asked for is 404', () => {
    const { status, json } = started().statusOf('nothing')
    assert.deepEqual(
      [status, (json as { err: object }).err],
      [404, { message: 'this app has no such deletion request' }],
    )
  })

  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ['no users', undefined, /users must be a list/],
    ['an empty list', [], /users is empty/],
    ['10,001 users', Array(10_001).fill({ identity: 'a' }), /users holds 10001 items; the limit is 10000/],
    ['a user that is a text', ['ada'], /^users\[0\]: must be an object/],
    ['a user that is nobody', [{ identity: 'ada' }, {}], /^users\[1\]: user_id is missing/],
    ['both ids at once', [{ identity: 'ada', user_id: '1' }], /has both/],
    ['a user_id that is a fraction', [{ user_id: 1.5 }], /user_id must be a whole number/],
  ]
  for (const [title, users, message] of refused) {
    test(`of ${title} is refused`, () => {
      const { status, json } = started().remove(users)
      assert.equal(status, 400)
      assert.match((json as { message: string }).message, message)
    })
  }
})

describe('a token', () => {
  test('is valid for five minutes', () => {
    const { remove, at } = started()
    at(299_999)
    assert.equal(remove([{ identity: 'ada' }]).status, 201)
    at(300_000)
    assert.equal(remove([{ identity: 'ada' }]).status, 401)
  })
  test('is worth nothing after a reset', () => {
    const { remove, heap } = started()
    heap.reset()
    assert.equal(remove([{ identity: 'ada' }]).status, 401)
  })

  const rows: readonly (readonly [
    string,
    authorization: string | undefined,
    status: number,
    HeapOptions?,
  ])[] = [
    ['for any key', basic('11:a'), 200],
    ['for a key with a colon', basic('11:a:b'), 200, { apiKeys: ['a:b'] }],
    ['for one of the keys', basic('11:b'), 200, { apiKeys: ['a', 'b'] }],
    ['for no other key', basic('11:c'), 401, { apiKeys: ['a', 'b'] }],
    ['for no empty key', basic('11:'), 401],
    ['for no app id that is no digits', basic('app:a'), 401],
    ['for nothing', undefined, 401],
    ['for no bearer', `Bearer ${btoa('11:a')}`, 401],
  ]
  for (const [title, authorization, status, options] of rows) {
    test(`is given ${title}: ${status}`, () => {
      const { status: answered, json } = started(options).post(TOKEN, undefined, authorization)
      assert.equal(answered, status)
      assert.deepEqual(Object.keys(json), status === 200 ? ['access_token'] : ['error', 'message', 'err'])
    })
  }
  for (const authorization of ['', 'Bearer', 'Bearer other', basic('11:a')]) {
    test(`is needed: ${authorization || 'nothing'} is 401`, () => {
      const { remove, statusOf } = started()
      assert.deepEqual(
        [remove([{ identity: 'ada' }], authorization).status, statusOf('x', authorization).status],
        [401, 401],
      )
    })
  }
})
