import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type HeapOptions, makeHeap } from './heap.ts'

const START_MS = Date.parse('2026-01-02T03:04:05.678Z')
const NONE = { singleTrack: 0, bulkTrackIdentity: 0, bulkTrackApp: 0, userProperties: 0 }

const viewed = (who: object = { identity: 'ada' }) => ({ ...who, event: 'Viewed' })
const bulk = (count: number, who?: object) =>
  ['/api/track', { events: Array(count).fill(viewed(who)) }] as const
const single = (who?: object) => ['/api/track', viewed(who)] as const
/** Events of as many people. */
const crowd = (count: number) =>
  ['/api/track', { events: Array.from({ length: count }, (_, n) => viewed({ identity: `${n}` })) }] as const
const user = (identity = 'ada') => ['/api/add_user_properties', { identity, properties: { a: 1 } }] as const
const users = (count: number) =>
  ['/api/add_user_properties', { users: Array(count).fill({ identity: 'ada' }) }] as const
const partner = (count: number, who: object) =>
  [
    '/api/integrations/track',
    { library: 'server', events: Array(count).fill({ event: 'Viewed', user_identifier: who }) },
  ] as const
const partnerUser = (identity: string) =>
  [
    '/api/integrations/add_user_properties',
    { library: 'server', users: [{ user_identifier: { identity } }] },
  ] as const

type Sent = readonly [path: string, body: object]
type Step = readonly [at_ms: number, Sent, times?: number, appId?: string]

/** The statuses, as many times in a row as they came, and what app 11 counted. */
function run(steps: readonly Step[], options: HeapOptions = { limits: 'refuse' }) {
  let now_ms = START_MS
  const heap = makeHeap({ now_ms: () => now_ms, ...options })
  const statuses: string[] = []
  for (const [at_ms, [path, body], times = 1, app_id = '11'] of steps) {
    now_ms = START_MS + at_ms
    const counted: Record<number, number> = {}
    for (let sent = 0; sent < times; sent++) {
      const { status } = heap.handle({ method: 'POST', path, body: { app_id, ...body } })
      counted[status] = (counted[status] ?? 0) + 1
    }
    statuses.push(...Object.entries(counted).map(([status, count]) => `${count}×${status}`))
  }
  const counts = heap.counts('11')
  assert.ok(counts)
  return { statuses: statuses.join(' '), counts, refusals: heap.state().refusals }
}

const rows: readonly (readonly [
  title: string,
  steps: readonly Step[],
  statuses: string,
  breaches: object,
])[] = [
  ['30 track requests in 30 s', [[0, single(), 31]], '30×200 1×429', { singleTrack: 1 }],
  [
    '… which are free again after 30 s',
    [
      [0, single(), 30],
      [29_999, single()],
      [30_000, single(), 30],
    ],
    '30×200 1×429 30×200',
    { singleTrack: 1 },
  ],
  [
    '… for each identity',
    [
      [0, single(), 30],
      [0, single({ identity: 'bob' }), 30],
    ],
    '30×200 30×200',
    {},
  ],
  [
    '… for each app',
    [
      [0, single(), 30],
      [0, single(), 30, '12'],
    ],
    '30×200 30×200',
    {},
  ],
  [
    '… for a user_id as for an identity',
    [
      [0, single({ user_id: '7' }), 30],
      [0, single({ user_id: '007' })],
    ],
    '30×200 1×429',
    { singleTrack: 1 },
  ],
  [
    '… apart from what is sent in bulk',
    [
      [0, single(), 30],
      [0, bulk(1_000)],
    ],
    '30×200 1×200',
    {},
  ],
  [
    '1,000 events of an identity in a minute, in bulk',
    [
      [0, bulk(1_000)],
      [59_999, bulk(1)],
      [60_000, bulk(1_000)],
    ],
    '1×200 1×429 1×200',
    { bulkTrackIdentity: 1 },
  ],
  [
    '… over the border of a minute too',
    [
      [59_000, bulk(600)],
      [61_000, bulk(400)],
      [62_000, bulk(1)],
    ],
    '1×200 1×200 1×429',
    { bulkTrackIdentity: 1 },
  ],
  [
    '… of a user_id too',
    [
      [0, bulk(1_000, { user_id: '7' })],
      [0, bulk(1, { user_id: '7' })],
    ],
    '1×200 1×429',
    { bulkTrackIdentity: 1 },
  ],
  [
    '15,000 events of an app in a minute, in bulk',
    [
      [0, crowd(1_000), 16],
      [60_000, crowd(1_000), 15],
    ],
    '15×200 1×429 15×200',
    { bulkTrackApp: 1 },
  ],
  [
    '… to the last event',
    [
      [0, crowd(1_000), 14],
      [0, crowd(999)],
      [0, bulk(1), 2],
    ],
    '14×200 1×200 1×200 1×429',
    { bulkTrackApp: 1 },
  ],
  [
    '… and both limits at once',
    [
      [0, crowd(999), 15],
      [1, bulk(15)],
      [2, bulk(986)],
    ],
    '15×200 1×200 1×429',
    { bulkTrackIdentity: 1, bulkTrackApp: 1 },
  ],
  [
    '30 user property requests in 30 s',
    [
      [0, user(), 31],
      [30_000, user()],
    ],
    '30×200 1×429 1×200',
    { userProperties: 1 },
  ],
  [
    '… a user of a list as a request',
    [
      [0, users(30)],
      [0, user()],
      [0, user('bob')],
    ],
    '1×200 1×429 1×200',
    { userProperties: 1 },
  ],
  [
    '… apart from track requests',
    [
      [0, single(), 30],
      [0, user(), 30],
    ],
    '30×200 30×200',
    {},
  ],
  [
    'the same for partners, who share the budgets',
    [
      [0, bulk(1_000)],
      [0, partner(1, { identity: 'ada' })],
      [0, user(), 30],
      [0, partnerUser('ada')],
    ],
    '1×200 1×429 30×200 1×429',
    { bulkTrackIdentity: 1, userProperties: 1 },
  ],
  [
    '… for an anonymous_id as for an identity',
    [
      [0, partner(1_000, { anonymous_id: 'a' })],
      [0, partner(1, { anonymous_id: 'a' })],
      [0, partner(1, { anonymous_id: 'b' })],
    ],
    '1×200 1×429 1×200',
    { bulkTrackIdentity: 1 },
  ],
]

describe('Heap’s budgets are', () => {
  for (const [title, steps, statuses, breaches] of rows) {
    test(title, () => {
      const ran = run(steps)
      assert.equal(ran.statuses, statuses)
      assert.deepEqual(ran.counts.breaches, { ...NONE, ...breaches })
    })
  }
})

describe('a request over a budget', () => {
  test('says which, stores nothing and takes nothing from any budget', () => {
    const { counts, refusals, statuses } = run([
      [0, bulk(900)],
      [0, ['/api/track', { events: [...Array(101).fill(viewed()), viewed({ identity: 'bob' })] }]],
      [0, bulk(100)],
      [0, bulk(1_000, { identity: 'bob' })],
    ])
    assert.equal(statuses, '1×200 1×429 1×200 1×200')
    assert.deepEqual([counts.accepted, counts.refused], [2_000, 1])
    assert.deepEqual(
      refusals.map(({ status, error }) => [status, error]),
      [[429, 'over the limit of 1000 events for an identity in bulk in 60 s']],
    )
  })
  test('that is not valid is refused for that, and takes nothing', () => {
    const { statuses } = run([
      [0, ['/api/track', { events: [...Array(999).fill(viewed()), { identity: 'ada' }] }]],
      [0, bulk(1_000)],
    ])
    assert.equal(statuses, '1×400 1×200')
  })
  test('is taken and counted, unless the sandbox is told to refuse it', () => {
    const { statuses, counts } = run([[0, single(), 32]], {})
    assert.equal(statuses, '32×200')
    assert.deepEqual([counts.accepted, counts.breaches], [32, { ...NONE, singleTrack: 2 }])
  })
  test('is nothing special with limits off', () => {
    const { statuses, counts } = run([[0, single(), 32]], { limits: 'off' })
    assert.deepEqual([statuses, counts.breaches], ['32×200', NONE])
  })
  test('is one with a repeated key too: it is asked of Heap all the same', () => {
    const keyed = ['/api/track', { ...viewed(), idempotency_key: 'k' }] as const
    assert.equal(run([[0, keyed, 31]]).statuses, '30×200 1×429')
  })
})

test('a sender that paces itself exactly never goes over', () => {
  const steps = Array.from({ length: 60 }, (_, n): Step => [n * 4_000, crowd(1_000)])
  assert.deepEqual(run(steps).counts.breaches, NONE)
})
