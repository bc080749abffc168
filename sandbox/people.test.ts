import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type HeapOptions, makeHeap } from './heap.ts'
import type { PersonKeys } from './people.ts'

type Sent = readonly [path: string, body: object]
const JANUARY_MS = Date.parse('2026-01-31T23:59:59.999Z')

function heapAfter(sent: readonly Sent[], options: HeapOptions = {}) {
  const heap = makeHeap({ now_ms: () => JANUARY_MS, ...options })
  for (const [path, body] of sent) {
    const { status } = heap.handle({ method: 'POST', path, body: { app_id: '11', ...body } })
    assert.equal(status, 200)
  }
  return heap
}
const viewOf = (heap: ReturnType<typeof makeHeap>, person?: PersonKeys) => {
  const app = heap.state({ order: 'timestamp', ...(person !== undefined && { person }) }).apps['11']
  assert.ok(app)
  return app
}
const track = (who: object, event: string, timestamp: string): Sent => [
  '/api/track',
  { ...who, event, timestamp },
]
const identify = (user_id: string, identity = 'ada'): Sent => ['/api/v1/identify', { user_id, identity }]
const partnerTrack = (user_identifier: object, event: string, timestamp?: string): Sent => [
  '/api/integrations/track',
  { library: 'server', events: [{ user_identifier, event, ...(timestamp !== undefined && { timestamp }) }] },
]

function* ordersOf<T>(things: readonly T[]): Generator<readonly T[]> {
  if (things.length === 0) yield []
  for (const [place, first] of things.entries())
    for (const rest of ordersOf(things.toSpliced(place, 1))) yield [first, ...rest]
}

describe('one person with the whole history, in whichever order they arrive:', () => {
  const day = (n: number) => `2026-01-0${n}T00:00:00Z`
  const plan: Sent = ['/api/add_user_properties', { identity: 'ada', properties: { plan: 'pro' } }]
  const bob = track({ identity: 'bob' }, 'Looked', day(2))
  const rows: readonly (readonly [string, readonly Sent[], aliases: object])[] = [
    [
      'events of a user_id, the link, events of the identity, and properties',
      [
        track({ user_id: '42' }, 'Browsed', day(1)),
        identify('42'),
        track({ identity: 'ada' }, 'Signed Up', day(3)),
        plan,
        bob,
      ],
      { user_ids: ['42'] },
    ],
    [
      'an anonymous event, one with both ids, and properties, from a partner',
      [
        partnerTrack({ anonymous_id: 'a-1' }, 'Browsed', day(1)),
        partnerTrack({ anonymous_id: 'a-1', identity: 'ada' }, 'Signed Up', day(3)),
        [
          '/api/integrations/add_user_properties',
          {
            library: 'server',
            users: [{ user_identifier: { identity: 'ada' }, custom_properties: { plan: 'pro' } }],
          },
        ],
        bob,
      ],
      { user_ids: [], anonymous_ids: ['a-1'] },
    ],
  ]
  for (const [title, sent, aliases] of rows) {
    test(title, () => {
      for (const order of ordersOf(sent)) {
        const heap = heapAfter(order)
        const { users, events } = viewOf(heap, { identity: 'ada' })
        assert.deepEqual(users, [{ identity: 'ada', ...aliases, properties: { plan: 'pro' }, events: 2 }])
        assert.deepEqual(
          events.map(({ event, identity }) => [event, identity]),
          [
            ['Browsed', 'ada'],
            ['Signed Up', 'ada'],
          ],
        )
        assert.equal(viewOf(heap).kept.users, 2)
        assert.deepEqual(viewOf(heap, { identity: 'bob' }).events.length, 1)
      }
    })
  }

  test('people, and what was merged, whatever the order of any links and events', () => {
    const id = fc.integer({ min: 0, max: 3 }).map(String)
    const anything = fc.oneof(
      id.map((user_id) => track({ user_id }, 'a', day(1))),
      id.map((n) => track({ identity: n }, 'b', day(1))),
      id.map((user_id) => identify(user_id, `${Number(user_id) % 2}`)),
    )
    fc.assert(
      fc.property(
        fc.array(anything, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        (sent, places) => {
          const shuffled = sent.map((each) => [places.next().value as number, each] as const)
          const other = shuffled.toSorted(([a], [b]) => a - b).map(([, each]) => each)
          const people = (of: readonly Sent[]) =>
            viewOf(heapAfter(of))
              .users.map(({ identity, user_ids, events }) => `${identity} ${user_ids.toSorted()} ${events}`)
              .toSorted()
          assert.deepEqual(people(other), people(sent))
        },
      ),
    )
  })
})

describe('of an identity', () => {
  const ids = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => identify(`${from + n}`))
  let now_ms = JANUARY_MS
  const clock = { now_ms: () => now_ms }

  test('ten user_ids are linked in a month, an eleventh is dropped, and shown with the reason', () => {
    now_ms = JANUARY_MS
    const app = viewOf(heapAfter(ids(0, 11), clock))
    assert.equal(app.users[0]?.user_ids.length, 10)
    assert.deepEqual([app.counts.identified, app.counts.identifyDropped], [10, 1])
    assert.deepEqual(app.droppedLinks, [
      {
        received_at: '2026-01-31T23:59:59.999Z',
        kind: 'user_id',
        id: '10',
        identity: 'ada',
        reason: 'too many ids in a month',
      },
    ])
  })
  test('ten more are linked in the next month, which begins at midnight UTC', () => {
    now_ms = JANUARY_MS
    const heap = heapAfter(ids(0, 11), clock)
    now_ms = JANUARY_MS + 1
    for (const [path, body] of ids(10, 11))
      heap.handle({ method: 'POST', path, body: { app_id: '11', ...body } })
    const { users, counts } = viewOf(heap)
    assert.equal(users[0]?.user_ids.length, 20)
    assert.deepEqual([counts.identified, counts.identifyDropped], [20, 2])
  })
  test('none more are linked on another day of the month', () => {
    now_ms = Date.parse('2026-01-30T12:00:00Z')
    const heap = heapAfter(ids(0, 10), clock)
    now_ms = JANUARY_MS
    heap.handle({
      method: 'POST',
      path: '/api/v1/identify',
      body: { app_id: '11', user_id: '10', identity: 'ada' },
    })
    assert.equal(viewOf(heap).counts.identifyDropped, 1)
  })
  test('a link that is known takes nothing from the month', () => {
    now_ms = JANUARY_MS
    const { counts } = viewOf(heapAfter([...ids(0, 9), ...ids(0, 9), identify('9')], clock))
    assert.deepEqual([counts.identified, counts.identifyDropped], [10, 0])
  })
  test('anonymous_ids count with the user_ids', () => {
    now_ms = JANUARY_MS
    const { counts } = viewOf(
      heapAfter([...ids(0, 10), partnerTrack({ identity: 'ada', anonymous_id: 'a' }, 'b')], clock),
    )
    assert.deepEqual([counts.identified, counts.identifyDropped, counts.accepted], [10, 1, 1])
  })
})

test('a second identity of a user_id is dropped, and shown with the reason', () => {
  const { counts, droppedLinks } = viewOf(heapAfter([identify('42', 'ada'), identify('42', 'bob')]))
  assert.deepEqual([counts.identified, counts.identifyDropped], [1, 1])
  assert.deepEqual(
    droppedLinks.map(({ id, identity, reason }) => [id, identity, reason]),
    [['42', 'bob', 'a second identity']],
  )
})

test('people merged are counted, and only those who had events', () => {
  const { counts } = viewOf(
    heapAfter([track({ user_id: '1' }, 'a', '2026-01-01'), identify('1'), identify('2')]),
  )
  assert.deepEqual([counts.identified, counts.merged], [2, 1])
})

test('every event can be read in order of arrival, with the person whose it is now', () => {
  const heap = heapAfter([
    track({ user_id: '42' }, 'a', '2026-01-03'),
    track({ identity: 'bob' }, 'b', '2026-01-01'),
    identify('42'),
    track({ user_id: '42' }, 'c', '2026-01-02'),
  ])
  const read: (readonly [string | undefined, string])[] = []
  heap.visitEvents('11', ({ identity }, { sent }) => read.push([identity, sent.event]))
  assert.deepEqual(read, [
    ['ada', 'a'],
    ['bob', 'b'],
    ['ada', 'c'],
  ])
})

test('nobody has the history of a person who is not there', () => {
  const { users, events } = viewOf(heapAfter([track({ identity: 'ada' }, 'a', '2026-01-01')]), {
    identity: 'eve',
  })
  assert.deepEqual([users, events], [[], []])
})
