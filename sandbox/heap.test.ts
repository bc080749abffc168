import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type HeapOptions, makeHeap } from './heap.ts'

const ARRIVED = '2026-01-02T03:04:05.678Z'
const heapWith = (options: HeapOptions = {}) => makeHeap({ now_ms: () => Date.parse(ARRIVED), ...options })
const TRACK = '/api/track'
const USERS = '/api/add_user_properties'
const IDENTIFY = '/api/v1/identify'
const ACCOUNTS = '/api/add_account_properties'
const ada = { app_id: '11', identity: 'ada', event: 'Signed Up' }
const long = (count: number) => 'x'.repeat(count)

type Row = readonly [title: string, path: string, body: unknown]

const accepted: readonly Row[] = [
  ['an event of an identity', TRACK, ada],
  ['an event of a user_id', TRACK, { app_id: '11', user_id: '0', event: 'Viewed' }],
  ['the largest user_id', TRACK, { app_id: '11', user_id: '9007199254740991', event: 'Viewed' }],
  ['an identity of 255 characters', TRACK, { ...ada, identity: long(255) }],
  ['an event name of 1,024 characters', TRACK, { ...ada, event: long(1_024) }],
  ['a property name of 1,023 characters', TRACK, { ...ada, properties: { [long(1_023)]: 1 } }],
  ['a property value of 1,023 characters', TRACK, { ...ada, properties: { a: long(1_023) } }],
  ['a list of numbers and texts', TRACK, { ...ada, properties: { a: [1, 'b'] } }],
  ['a timestamp with an offset', TRACK, { ...ada, timestamp: '2017-03-10T22:21:56+00:00' }],
  ['a timestamp with a leap day', TRACK, { ...ada, timestamp: '2024-02-29T00:00:00Z' }],
  ['a date alone', TRACK, { ...ada, timestamp: '2026-01-31' }],
  ['a session_id', TRACK, { ...ada, session_id: '123' }],
  ['1,000 events', TRACK, { app_id: '11', events: Array(1_000).fill({ identity: 'a', event: 'b' }) }],
  ['the properties of a user', USERS, { app_id: '11', identity: 'ada', properties: { plan: 'pro' } }],
  [
    'a property whose name only starts with id',
    USERS,
    { app_id: '11', identity: 'ada', properties: { ide: 1 } },
  ],
  ['a user without properties', USERS, { app_id: '11', identity: 'ada' }],
  ['users in bulk', USERS, { app_id: '11', users: [{ identity: 'ada', properties: { plan: 'pro' } }] }],
  ['an identify request', IDENTIFY, { app_id: '11', identity: 'ada', user_id: '42' }],
  ['an account', ACCOUNTS, { app_id: '11', account_id: 'Acme', properties: { seats: 3 } }],
  ['accounts in bulk', ACCOUNTS, { app_id: '11', accounts: [{ account_id: 'Acme', properties: {} }] }],
  ['an account of an app_id that is a number', ACCOUNTS, { app_id: 11, account_id: 'Acme' }],
]

describe('Heap takes', () => {
  for (const [title, path, body] of accepted) {
    test(title, () => {
      const json = path === ACCOUNTS ? 'OK' : {}
      assert.deepEqual(heapWith().handle({ method: 'POST', path, body }), { status: 200, json })
    })
  }
})

const refused: readonly (readonly [...Row, error: RegExp])[] = [
  ['a body that is not JSON', TRACK, undefined, /not JSON/],
  ['a body that is a list', TRACK, [ada], /must be an object/],
  ['a body that is null', TRACK, null, /must be an object/],
  ['no app_id', TRACK, { ...ada, app_id: undefined }, /^app_id is missing/],
  ['an app_id that is a number', TRACK, { ...ada, app_id: 11 }, /^app_id must be a text/],
  ['an app_id with a letter', TRACK, { ...ada, app_id: '11a' }, /^app_id must be digits/],
  ['an empty app_id', TRACK, { ...ada, app_id: '' }, /^app_id must be digits/],
  ['an app_id without end', TRACK, { ...ada, app_id: '1'.repeat(21) }, /^app_id is longer/],
  ['nobody', TRACK, { app_id: '11', event: 'Viewed' }, /needs identity or user_id/],
  ['both identity and user_id', TRACK, { ...ada, user_id: '42' }, /both identity and user_id/],
  ['an identity that is a number', TRACK, { ...ada, identity: 7 }, /identity must be a text/],
  ['an identity that is null', TRACK, { ...ada, identity: null }, /identity must be a text/],
  ['an empty identity', TRACK, { ...ada, identity: '' }, /identity is empty or blank/],
  ['a blank identity', TRACK, { ...ada, identity: ' \t' }, /identity is empty or blank/],
  ['an identity of 256 characters', TRACK, { ...ada, identity: long(256) }, /identity is longer than 255/],
  ['a user_id that is a number', TRACK, { app_id: '11', user_id: 42, event: 'a' }, /user_id must be a text/],
  ['a negative user_id', TRACK, { app_id: '11', user_id: '-1', event: 'a' }, /0 to 2\^53 - 1/],
  [
    'a user_id over 2^53 - 1',
    TRACK,
    { app_id: '11', user_id: '9007199254740992', event: 'a' },
    /0 to 2\^53 - 1/,
  ],
  ['a user_id that is a UUID', TRACK, { app_id: '11', user_id: 'a3f0-1', event: 'a' }, /0 to 2\^53 - 1/],
  ['no event name', TRACK, { app_id: '11', identity: 'ada' }, /event is missing/],
  ['an empty event name', TRACK, { ...ada, event: '' }, /event is empty/],
  ['an event name that is a number', TRACK, { ...ada, event: 1 }, /event must be a text/],
  ['an event name of 1,025 characters', TRACK, { ...ada, event: long(1_025) }, /event is longer than 1024/],
  ['properties that are a list', TRACK, { ...ada, properties: [] }, /properties must be an object/],
  [
    'a property name of 1,024 characters',
    TRACK,
    { ...ada, properties: { [long(1_024)]: 1 } },
    /name is longer/,
  ],
  [
    'a property value of 1,024 characters',
    TRACK,
    { ...ada, properties: { a: long(1_024) } },
    /"a" is longer/,
  ],
  ['a nested object', TRACK, { ...ada, properties: { a: { b: 1 } } }, /"a" is a nested object/],
  ['a boolean', TRACK, { ...ada, properties: { a: true } }, /"a" is a boolean/],
  ['null', TRACK, { ...ada, properties: { a: null } }, /"a" is null/],
  [
    'a number that is not finite',
    TRACK,
    { ...ada, properties: JSON.parse('{"a":1e999}') },
    /"a" is not a finite/,
  ],
  [
    'a list with an object in it',
    TRACK,
    { ...ada, properties: { a: [{ b: 1 }] } },
    /"a" is a list that holds/,
  ],
  ['a list with a boolean in it', TRACK, { ...ada, properties: { a: [true] } }, /"a" is a list that holds/],
  ['a timestamp that is a number', TRACK, { ...ada, timestamp: 1_767_323_045 }, /timestamp must be a text/],
  ['a timestamp that is no ISO 8601', TRACK, { ...ada, timestamp: 'yesterday' }, /timestamp is not ISO 8601/],
  ['a month that does not exist', TRACK, { ...ada, timestamp: '2026-13-01' }, /timestamp is not ISO 8601/],
  ['a day that does not exist', TRACK, { ...ada, timestamp: '2026-02-29T00:00:00Z' }, /does not exist/],
  ['an empty idempotency_key', TRACK, { ...ada, idempotency_key: '' }, /idempotency_key is empty/],
  [
    'an idempotency_key that is a number',
    TRACK,
    { ...ada, idempotency_key: 1 },
    /idempotency_key must be a text/,
  ],
  [
    'an idempotency_key without end',
    TRACK,
    { ...ada, idempotency_key: long(1_025) },
    /idempotency_key is longer/,
  ],
  ['a session_id that is a number', TRACK, { ...ada, session_id: 1 }, /session_id must be a text/],
  ['events that are no list', TRACK, { app_id: '11', events: {} }, /events must be a list/],
  ['no events', TRACK, { app_id: '11', events: [] }, /events is empty/],
  [
    '1,001 events',
    TRACK,
    { app_id: '11', events: Array(1_001).fill(ada) },
    /events holds 1001 items; the limit is 1000/,
  ],
  [
    'an event that is no object',
    TRACK,
    { app_id: '11', events: [ada, 'b'] },
    /^events\[1\]: must be an object/,
  ],
  [
    'one bad event among good ones',
    TRACK,
    { app_id: '11', events: [ada, { identity: 'b' }] },
    /^events\[1\]: event is/,
  ],
  ['the properties of a user_id', USERS, { app_id: '11', user_id: '42' }, /user_id is not taken here/],
  ['the properties of nobody', USERS, { app_id: '11', properties: {} }, /identity is missing/],
  [
    'a user property called ID',
    USERS,
    { app_id: '11', identity: 'a', properties: { ID: 1 } },
    /"ID" has a name/,
  ],
  [
    'a user property called id',
    USERS,
    { app_id: '11', users: [{ identity: 'a', properties: { id: 1 } }] },
    /^users\[0\]: .*"id"/,
  ],
  [
    'a user property called user_id',
    USERS,
    { app_id: '11', identity: 'a', properties: { user_id: '1' } },
    /"user_id" has/,
  ],
  [
    'a user property that is a list',
    USERS,
    { app_id: '11', identity: 'a', properties: { a: ['b'] } },
    /"a" is a list/,
  ],
  [
    '1,001 users',
    USERS,
    { app_id: '11', users: Array(1_001).fill({ identity: 'a' }) },
    /users holds 1001 items/,
  ],
  [
    'an identify request without a user_id',
    IDENTIFY,
    { app_id: '11', identity: 'ada' },
    /user_id is missing/,
  ],
  [
    'an identify request without an identity',
    IDENTIFY,
    { app_id: '11', user_id: '1' },
    /identity is missing/,
  ],
  [
    'an identify request of no time',
    IDENTIFY,
    { app_id: '11', identity: 'a', user_id: '1', timestamp: 'now' },
    /timestamp/,
  ],
  ['an account without an id', ACCOUNTS, { app_id: '11', properties: {} }, /account_id is missing/],
  [
    'an account property that is a boolean',
    ACCOUNTS,
    { app_id: '11', account_id: 'A', properties: { a: false } },
    /boolean/,
  ],
  [
    '1,001 accounts',
    ACCOUNTS,
    { app_id: '11', accounts: Array(1_001).fill({ account_id: 'A' }) },
    /accounts holds 1001/,
  ],
  [
    'an account of an app_id that is a fraction',
    ACCOUNTS,
    { app_id: 1.5, account_id: 'A' },
    /^app_id must be a text/,
  ],
]

describe('Heap refuses with 400, says why, and stores nothing', () => {
  for (const [title, path, body, error] of refused) {
    test(title, () => {
      const heap = heapWith()
      const { status, json } = heap.handle({ method: 'POST', path, body })
      assert.equal(status, 400)
      assert.match((json as { error: string }).error, error)
      const { requests, refused, apps } = heap.state()
      assert.deepEqual({ requests, refused }, { requests: 1, refused: 1 })
      for (const { users, accounts, events } of Object.values(apps))
        assert.deepEqual([users, accounts, events], [[], [], []])
    })
  }
})

describe('Heap knows its addresses', () => {
  const rows = [
    ['an address that is not there', 'POST', '/api/tracks', 404],
    ['an address with a slash too many', 'POST', '/api/track/', 404],
    ['GET', 'GET', TRACK, 405],
    ['PUT', 'PUT', USERS, 405],
    ['GET of a token', 'GET', '/api/public/v0/auth_token', 405],
    ['POST of a status', 'POST', '/api/public/v0/deletion_status/1', 405],
  ] as const
  for (const [title, method, path, status] of rows) {
    test(`${title} is ${status}`, () => {
      const heap = heapWith()
      assert.equal(heap.handle({ method, path, body: ada }).status, status)
      assert.deepEqual(
        heap.state().refusals.map((refusal) => [refusal.path, refusal.status, refusal.received_at]),
        [[path, status, ARRIVED]],
      )
    })
  }
})

test('a refused request is counted for its app', () => {
  const heap = heapWith()
  heap.handle({ method: 'POST', path: TRACK, body: { app_id: '11' } })
  assert.deepEqual([heap.counts('11')?.requests, heap.counts('11')?.refused], [1, 1])
  assert.equal(heap.state().refusals[0]?.app_id, '11')
})

describe('accounts', () => {
  const send = (options: HeapOptions) => {
    const heap = heapWith(options)
    heap.handle({
      method: 'POST',
      path: USERS,
      body: { app_id: '11', identity: 'ada', properties: { company: 'A' } },
    })
    const { status } = heap.handle({
      method: 'POST',
      path: ACCOUNTS,
      body: { app_id: '11', account_id: 'A' },
    })
    const app = heap.state().apps['11']
    return [status, app?.accounts.length, app?.users[0]?.account_id]
  }
  const rows: readonly (readonly [string, HeapOptions, unknown[]])[] = [
    ['need no setting, unless the sandbox is told so', {}, [200, 1, undefined]],
    [
      'are refused without the setting, when it is asked for',
      { requireAccountKey: true },
      [400, 0, undefined],
    ],
    [
      'are taken with the setting, whose property says whose a user is',
      { requireAccountKey: true, accountKey: 'company' },
      [200, 1, 'A'],
    ],
  ]
  for (const [title, options, expected] of rows) test(title, () => assert.deepEqual(send(options), expected))
})

test('a setting that is not valid changes nothing', () => {
  const heap = heapWith({ limits: 'refuse' })
  assert.throws(() => heap.configure({ deletionPolls: 0, limits: 'off' }), RangeError)
  assert.equal(heap.settings().limits, 'refuse')
  assert.throws(() => makeHeap({ limit: 'refuse' } as HeapOptions), /there is no setting "limit"/)
})

test('a sandbox holds 1,000 apps, and says so when one more comes', () => {
  const heap = heapWith()
  const statuses = Array.from(
    { length: 1_001 },
    (_, app) => heap.handle({ method: 'POST', path: TRACK, body: { ...ada, app_id: `${app}` } }).status,
  )
  assert.deepEqual([statuses[999], statuses[1_000]], [200, 400])
  assert.equal(heap.handle({ method: 'POST', path: TRACK, body: { ...ada, app_id: '0' } }).status, 200)
})

test('a reset forgets everything', () => {
  const heap = heapWith()
  const send = () => heap.handle({ method: 'POST', path: TRACK, body: { ...ada, idempotency_key: 'k' } })
  send()
  heap.reset()
  assert.deepEqual(heap.state(), { requests: 0, refused: 0, refusals: [], apps: {} })
  send()
  assert.equal(heap.counts('11')?.accepted, 1)
})
