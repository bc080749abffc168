import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { HeapOptions } from './heap.ts'
import { makeHeap } from './heap.ts'
import type { AppView, StateQuery } from './view.ts'

type Step = readonly ['track' | 'users' | 'identify' | 'accounts', object, appId?: string]
const PATHS = {
  track: '/api/track',
  users: '/api/add_user_properties',
  identify: '/api/v1/identify',
  accounts: '/api/add_account_properties',
}
const ARRIVED = '2026-01-02T03:04:05.678Z'

/** What app 11 holds, in order of arrival, after these requests; each of them must be taken. */
function after(steps: readonly Step[], options: HeapOptions = {}, query: StateQuery = {}): AppView {
  const heap = makeHeap({ now_ms: () => Date.parse(ARRIVED), ...options })
  for (const [name, body, app_id = '11'] of steps) {
    const answer = heap.handle({ method: 'POST', path: PATHS[name], body: { app_id, ...body } })
    assert.equal(answer.status, 200, JSON.stringify(answer.json))
  }
  const app = heap.state({ order: 'arrival', ...query }).apps['11']
  assert.ok(app)
  return app
}
const names = (app: AppView) => app.events.map(({ event }) => event)
const viewed = (user: object) => ['track', { ...user, event: 'Viewed' }] as const
const keyed = (idempotency_key: string, event = 'Viewed') => ({ identity: 'ada', event, idempotency_key })

describe('an event', () => {
  test('is kept with its person, its time and its properties', () => {
    const sent = {
      identity: 'ada',
      session_id: '5',
      event: 'Order Completed',
      properties: { total: 7, plan: '7' },
      timestamp: '2025-12-31T00:00:00Z',
      idempotency_key: 'k1',
    }
    assert.deepEqual(after([['track', sent]]).events, [{ ...sent, received_at: ARRIVED }])
  })
  test('without a timestamp happened when it arrived', () => {
    assert.equal(after([viewed({ identity: 'ada' })]).events[0]?.timestamp, ARRIVED)
  })
  test('has its lists joined, and cut at 1,024 characters', () => {
    const properties = {
      flavours: ['vanilla', 'chocolate'],
      sizes: [1, 2.5],
      long: ['x'.repeat(1_020), 'yyyy'],
      n: 1,
    }
    assert.deepEqual(
      after([['track', { identity: 'ada', event: 'Ate', properties }]]).events[0]?.properties,
      {
        flavours: 'vanilla||chocolate',
        sizes: '1||2.5',
        long: `${'x'.repeat(1_020)}||yy`,
        n: 1,
      },
    )
  })
  test('of a bulk request stands in the order of its list', () => {
    const events = ['a', 'b', 'c'].map((event) => ({ identity: 'ada', event }))
    const app = after([['track', { events }]])
    assert.deepEqual(names(app), ['a', 'b', 'c'])
    assert.equal(app.users[0]?.events, 3)
  })
  test('may have a property called __proto__', () => {
    const properties = JSON.parse('{"__proto__":"p"}')
    const app = after([
      ['track', { identity: 'ada', event: 'a', properties }],
      ['users', { identity: 'ada', properties }],
    ])
    assert.equal(JSON.stringify(app.events[0]?.properties), '{"__proto__":"p"}')
    assert.equal(JSON.stringify(app.users[0]?.properties), '{"__proto__":"p"}')
  })
})

describe('an idempotency key', () => {
  const rows: readonly (readonly [string, readonly Step[], accepted: number, repeated: number])[] = [
    [
      'sent twice is one event',
      [
        ['track', keyed('k')],
        ['track', keyed('k', 'Other')],
      ],
      1,
      1,
    ],
    ['twice in one request is one event', [['track', { events: [keyed('k'), keyed('k')] }]], 1, 1],
    [
      'of its own is an event of its own',
      [
        ['track', keyed('k')],
        ['track', keyed('l')],
      ],
      2,
      0,
    ],
    [
      'of another app is another key',
      [
        ['track', keyed('k')],
        ['track', keyed('k'), '12'],
      ],
      1,
      0,
    ],
    ['that is left out repeats nothing', [viewed({ identity: 'ada' }), viewed({ identity: 'ada' })], 2, 0],
  ]
  for (const [title, steps, accepted, repeated] of rows) {
    test(title, () => {
      const app = after(steps)
      assert.deepEqual([app.counts.accepted, app.counts.repeated], [accepted, repeated])
      assert.deepEqual([app.events.length, app.users[0]?.events], [accepted, accepted])
      assert.equal(app.events[0]?.event, 'Viewed')
    })
  }
  test('of a refused request is not remembered', () => {
    const heap = makeHeap()
    const send = (...events: object[]) =>
      heap.handle({ method: 'POST', path: '/api/track', body: { app_id: '11', events } }).status
    assert.deepEqual([send(keyed('k'), { event: 'nobody' }), send(keyed('k'))], [400, 200])
    assert.equal(heap.counts('11')?.accepted, 1)
  })
  test('is remembered within its bound, the newest half for certain', () => {
    const keys = ['1', '2', '3', '4', '5'].map((key): Step => ['track', keyed(key)])
    const { counts } = after([...keys, ['track', keyed('4')], ['track', keyed('1')]], {
      idempotencyKeys_max: 4,
    })
    assert.deepEqual([counts.accepted, counts.repeated], [6, 1])
  })
})

describe('identify', () => {
  const identify = (user_id: string, identity: string): Step => ['identify', { user_id, identity }]
  const anonymous = viewed({ user_id: '42' })

  test('moves the events of the user_id to the identity, those to come too', () => {
    const app = after([anonymous, viewed({ identity: 'ada' }), identify('42', 'ada'), anonymous])
    assert.deepEqual(app.users, [{ identity: 'ada', user_ids: ['42'], properties: {}, events: 3 }])
    assert.deepEqual(
      app.events.map(({ identity, user_id }) => [identity, user_id]),
      [
        ['ada', '42'],
        ['ada', undefined],
        ['ada', '42'],
      ],
    )
    assert.deepEqual([app.counts.identified, app.kept.users], [1, 1])
  })
  test('of a user_id without events makes a user', () => {
    const { users } = after([identify('42', 'ada')])
    assert.deepEqual(users, [{ identity: 'ada', user_ids: ['42'], properties: {}, events: 0 }])
  })
  test('of a second identity is dropped, with 200', () => {
    const app = after([anonymous, identify('42', 'susan'), identify('42', 'bill'), anonymous])
    assert.deepEqual(app.users, [{ identity: 'susan', user_ids: ['42'], properties: {}, events: 2 }])
    assert.deepEqual([app.counts.identified, app.counts.identifyDropped, app.kept.users], [1, 1, 1])
  })
  test('of the same pair again changes nothing', () => {
    const app = after([identify('42', 'ada'), identify('42', 'ada'), identify('042', 'ada')])
    assert.deepEqual(app.users[0]?.user_ids, ['42'])
    assert.deepEqual([app.counts.identified, app.counts.identifyDropped], [1, 0])
  })
  test('takes ten user_ids for an identity, and drops the eleventh', () => {
    const ids = Array.from({ length: 11 }, (_, id) => `${id}`)
    const app = after([
      ...ids.map((id) => identify(id, 'ada')),
      viewed({ user_id: '9' }),
      viewed({ user_id: '10' }),
    ])
    assert.deepEqual(app.users[0]?.user_ids, ids.slice(0, 10))
    assert.deepEqual(
      app.events.map(({ identity }) => identity),
      ['ada', undefined],
    )
    assert.deepEqual([app.counts.identified, app.counts.identifyDropped], [10, 1])
  })
})

describe('properties', () => {
  test('of a user are overwritten one by one, and make a user who has no events', () => {
    const app = after([
      ['users', { identity: 'ada', properties: { plan: 'free', seats: 1 } }],
      ['users', { users: [{ identity: 'ada', properties: { plan: 'pro' } }, { identity: 'bob' }] }],
    ])
    assert.deepEqual(app.users, [
      { identity: 'ada', user_ids: [], properties: { plan: 'pro', seats: 1 }, events: 0 },
      { identity: 'bob', user_ids: [], properties: {}, events: 0 },
    ])
    assert.equal(app.counts.userWrites, 3)
  })
  test('of an account are kept by its id', () => {
    const app = after([
      ['accounts', { accounts: [{ account_id: 'A', properties: { seats: 1, plan: 'pro' } }] }],
      ['accounts', { account_id: 'A', properties: { seats: 2 } }],
    ])
    assert.deepEqual(app.accounts, [{ account_id: 'A', properties: { seats: 2, plan: 'pro' } }])
    assert.deepEqual([app.counts.accountWrites, app.kept.accounts], [2, 1])
  })
  test('identities differ by case', () => {
    assert.equal(after([viewed({ identity: 'Ada' }), viewed({ identity: 'ada' })]).users.length, 2)
  })
})

describe('what is kept', () => {
  const five = ['a', 'b', 'c', 'd', 'e'].map((event): Step => ['track', { identity: event, event }])

  test('past the bound is the newest events, and the count of all', () => {
    const app = after(five, { events_max: 3 })
    assert.deepEqual(names(app), ['c', 'd', 'e'])
    assert.equal(app.counts.accepted, 5)
  })
  test('past the bound of people is the first of them; the events are kept all the same', () => {
    const app = after(five, { users_max: 2 })
    assert.deepEqual(
      app.users.map(({ identity }) => identity),
      ['a', 'b'],
    )
    assert.deepEqual([app.events.length, app.events[4]?.identity], [5, 'e'])
  })
  test('is shown newest first, up to the limit', () => {
    const app = after(five, {}, { order: 'newest', limit: 2 })
    assert.deepEqual(names(app), ['e', 'd'])
    assert.deepEqual(
      app.users.map(({ identity }) => identity),
      ['e', 'd'],
    )
  })
  test('is shown in order of arrival, the newest up to the limit', () => {
    assert.deepEqual(names(after(five, {}, { limit: 2 })), ['d', 'e'])
  })
})
