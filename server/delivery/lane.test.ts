import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CloudDestination, type Delivery, NO_CONTEXT } from '../../core/destination.ts'
import { webhook } from '../../destinations/webhook/index.ts'
import { type Call, laneUnderTest, type Receiver } from './testing.ts'

const MINUTE_MS = 60_000
const page = { count_max: 1_000 }

describe('A lane delivers', () => {
  test('everything in one bulk request, in order, and moves the cursor with the outcomes', async () => {
    const lane = laneUnderTest(() => undefined)
    await lane.track('a', 'b', 'c')
    await lane.run()
    assert.deepEqual(lane.calls.map(lane.names), [['a', 'b', 'c']])
    assert.deepEqual(await lane.counts(), { read: 3, matched: 3, deliveries: 3, delivered: 3 })
    assert.deepEqual(await lane.ledger.cursor('it', 0), { chunk: 2, index: 0 })
    const [attempt] = await lane.ledger.attempts({}, page)
    assert.equal(attempt?.outcome, 'delivered')
    assert.deepEqual(
      attempt?.addresses.map(({ index }) => index),
      [0, 1, 2],
    )
  })

  test('nothing twice when it starts again', async () => {
    const lane = laneUnderTest(() => undefined)
    await lane.track('a')
    await lane.run()
    await lane.run()
    await lane.track('b')
    await lane.run()
    assert.deepEqual(lane.calls.map(lane.names), [['a'], ['b']])
  })

  test('an event of a source that is not connected moves the cursor and is not counted', async () => {
    const lane = laneUnderTest(() => undefined)
    const entry = {
      kind: 'event',
      sourceId: 'elsewhere',
      receivedAt: '2026-01-01T00:00:00Z',
      event: { type: 'track' },
    }
    await lane.log.append([{ key: 'x', text: JSON.stringify(entry) }])
    await lane.run()
    assert.deepEqual(await lane.counts(), {})
    assert.deepEqual(await lane.ledger.cursor('it', 0), { chunk: 2, index: 0 })
  })

  test('an idle lane sends at once, a busy one gathers', async () => {
    const lane = laneUnderTest(() => undefined)
    await lane.track('a')
    await lane.run()
    assert.deepEqual(lane.waits_ms, [])
  })
})

describe('What no trigger matched is counted once', () => {
  test('when the server stops between two halves of a batch', async () => {
    const answers = [{ status: 400 }, undefined, { status: 500 }]
    const lane = laneUnderTest((_call, number) => answers[number - 1])
    await lane.track('a')
    await lane.allowing('between', {}, 'alias')
    await lane.track('b')
    await lane.run(() => lane.calls.length === 3)
    assert.deepEqual(await lane.counts(), { read: 1, matched: 1, deliveries: 1, delivered: 1 })
    await lane.run()
    assert.deepEqual(lane.calls.map(lane.names), [['a', 'b'], ['a'], ['b'], ['b']])
    assert.deepEqual(await lane.counts(), {
      read: 3,
      discarded: 1,
      matched: 2,
      deliveries: 2,
      delivered: 2,
    })
  })

  test('when the last request of a batch is refused', async () => {
    const lane = laneUnderTest((_call, number) => (number === 2 ? { status: 400 } : undefined), {
      destination: webhook,
      consent: ['Analytics'],
    })
    await lane.track('a', 'b')
    await lane.allowing('kept back', { Analytics: false })
    await lane.run()
    assert.deepEqual(await lane.counts(), {
      read: 3,
      filtered: 1,
      matched: 2,
      deliveries: 2,
      delivered: 1,
      dead: 1,
    })
  })
})

describe('A lane of an instance that needs consent', () => {
  test('sends what is allowed, counts the rest as filtered, and loses nothing in between', async () => {
    const lane = laneUnderTest(() => undefined, { consent: ['Analytics'] })
    await lane.allowing('before', { Analytics: false })
    await lane.track('says nothing')
    await lane.allowing('allowed', { Analytics: true })
    await lane.allowing('discarded', { Analytics: true }, 'alias')
    await lane.allowing('not said', {})
    await lane.allowing('wanted by no trigger either', { Analytics: false }, 'alias')
    await lane.run()
    assert.deepEqual(lane.calls.map(lane.names), [['says nothing', 'allowed']])
    assert.deepEqual(await lane.counts(), {
      read: 6,
      filtered: 3,
      discarded: 1,
      matched: 2,
      deliveries: 2,
      delivered: 2,
    })
  })

  test('moves on over a log of which nothing is allowed', async () => {
    const lane = laneUnderTest(() => undefined, { consent: ['Analytics'] })
    await lane.allowing('a', { Analytics: false })
    await lane.run()
    await lane.run()
    assert.deepEqual([lane.calls, await lane.counts()], [[], { read: 1, filtered: 1 }])
    assert.deepEqual(await lane.ledger.cursor('it', 0), { chunk: 2, index: 0 })
  })
})

describe('A receiver that is down', () => {
  const downFor =
    (failures: number, answer: ReturnType<Receiver>): Receiver =>
    (_call, number) =>
      number <= failures ? answer : undefined

  const rows = [
    { title: 'with 500', answer: { status: 500 }, code: 'DESTINATION_FAILED' },
    { title: 'with 503', answer: { status: 503 }, code: 'DESTINATION_FAILED' },
    { title: 'with 429', answer: { status: 429 }, code: 'DESTINATION_THROTTLED' },
    { title: 'with 401', answer: { status: 401 }, code: 'DESTINATION_MISCONFIGURED' },
    { title: 'with no answer', answer: 'no answer', code: 'DESTINATION_UNREACHABLE' },
  ] as const
  for (const { title, answer, code } of rows) {
    test(`${title} gets the same batch again until it takes it`, async () => {
      const lane = laneUnderTest(downFor(3, answer))
      await lane.track('a', 'b')
      await lane.run()
      assert.deepEqual(lane.calls.map(lane.names), [
        ['a', 'b'],
        ['a', 'b'],
        ['a', 'b'],
        ['a', 'b'],
      ])
      assert.equal(new Set(lane.calls.map(({ body }) => JSON.stringify(body))).size, 1)
      assert.deepEqual(await lane.counts(), { read: 2, matched: 2, deliveries: 2, delivered: 2 })
      const attempts = await lane.ledger.attempts({}, page)
      assert.deepEqual(
        attempts.map(({ outcome, attempt, reason }) => [outcome, attempt, reason?.code]),
        [
          ['delivered', 4, undefined],
          ['retry', 3, code],
          ['retry', 2, code],
          ['retry', 1, code],
        ],
      )
      assert.equal(await lane.ledger.failing('it', 0), undefined)
    })
  }

  test('is asked ever more seldom, never in a busy loop', async () => {
    const lane = laneUnderTest(downFor(12, { status: 429 }))
    await lane.track('a')
    await lane.run()
    assert.deepEqual(
      lane.waits_ms.map((ms) => Math.round(ms / 1_000)),
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300],
    )
  })

  test('is given the time that it asks for', async () => {
    const lane = laneUnderTest(downFor(1, { status: 429, headers: { 'retry-after': '120' } }))
    await lane.track('a')
    await lane.run()
    assert.deepEqual(lane.waits_ms, [2 * MINUTE_MS])
  })

  test('is remembered as failing, over a restart, with the reason', async () => {
    const lane = laneUnderTest(() => ({ status: 500, body: 'oops' }))
    await lane.track('a')
    const began_ms = lane.clock.now_ms
    await lane.run(() => lane.calls.length === 2)
    await lane.run(() => lane.calls.length === 4)
    assert.deepEqual(await lane.ledger.failing('it', 0), {
      since_ms: began_ms,
      reason: { code: 'DESTINATION_FAILED', text: 'It answered 500: oops' },
    })
    assert.deepEqual(await lane.counts(), {})
  })

  test('for longer than the limit leaves dead letters of the old events only', async () => {
    const lane = laneUnderTest(() => ({ status: 429 }), { giveUpAfter_ms: 10 * MINUTE_MS })
    await lane.track('old')
    await lane.run(() => lane.clock.now_ms > Date.parse('2026-01-01T00:08:00Z'))
    await lane.track('young')
    await lane.run(() => lane.clock.now_ms > Date.parse('2026-01-01T00:15:00Z'))
    const dead = await lane.ledger.deadLetters({}, page)
    assert.deepEqual(
      dead.map(({ messageId, reason }) => [messageId, reason.code]),
      [['old-0', 'DELIVERY_GAVE_UP']],
    )
    assert.notEqual(await lane.ledger.failing('it', 0), undefined)
  })

  test('does not cost an old event its chance when the lane has only begun to fail', async () => {
    const lane = laneUnderTest(downFor(2, { status: 500 }), { giveUpAfter_ms: 10 * MINUTE_MS })
    await lane.track('a')
    lane.clock.now_ms += 24 * 60 * MINUTE_MS
    await lane.run()
    assert.deepEqual(await lane.counts(), { read: 1, matched: 1, deliveries: 1, delivered: 1 })
  })
})

describe('A receiver that refuses', () => {
  const refuses =
    (...guilty: readonly string[]): Receiver =>
    ({ body }) => {
      const events = (body as { events: { event: string }[] }).events
      return events.some(({ event }) => guilty.includes(event))
        ? { status: 400, body: 'bad event' }
        : undefined
    }
  const names = Array.from({ length: 1_000 }, (_, n) => `e${n}`)

  const rows: { title: string; guilty: string[]; requests_max: number }[] = [
    { title: 'one of 1,000', guilty: ['e617'], requests_max: 21 },
    { title: 'the first and the last of 1,000', guilty: ['e0', 'e999'], requests_max: 41 },
  ]
  for (const { title, guilty, requests_max } of rows) {
    test(`${title}: the others are delivered, in order, the guilty end as dead letters`, async () => {
      const taken: string[] = []
      const receiver = refuses(...guilty)
      const lane = laneUnderTest((call, number) => {
        const answer = receiver(call, number)
        if (answer === undefined) taken.push(...lane.names(call))
        return answer
      })
      await lane.track(...names)
      await lane.run()
      assert.deepEqual(
        taken,
        names.filter((name) => !guilty.includes(name)),
      )
      assert.deepEqual(await lane.counts(), {
        read: 1_000,
        matched: 1_000,
        deliveries: 1_000,
        delivered: 1_000 - guilty.length,
        dead: guilty.length,
      })
      assert.ok(lane.calls.length <= requests_max, `${lane.calls.length} requests`)
      const dead = await lane.ledger.deadLetters({}, page)
      assert.deepEqual(dead.map(({ messageId }) => messageId.split('-')[0]).sort(), [...guilty].sort())
      for (const { reason, request, response, subscriptionId } of dead) {
        assert.deepEqual(reason, { code: 'DESTINATION_REFUSED', text: 'It answered 400: bad event' })
        assert.match(request?.body ?? '', /"events":\[\{[^[]*\}\]/)
        assert.deepEqual(response, { status: 400, body: 'bad event' })
        assert.equal(subscriptionId, 'track-event')
      }
    })
  }

  test('an event that lacks what the action needs never reaches the receiver', async () => {
    const lane = laneUnderTest(() => undefined)
    await lane.track('good', ' ')
    await lane.run()
    assert.deepEqual(lane.calls.map(lane.names), [['good']])
    const [dead] = await lane.ledger.deadLetters({}, page)
    assert.equal(dead?.reason.code, 'VALUES_INVALID')
    assert.equal(dead?.reason.text, 'event is blank')
    assert.equal(dead?.request, undefined)
    assert.deepEqual(await lane.counts(), { read: 2, matched: 2, deliveries: 2, delivered: 1, dead: 1 })
  })
})

describe('A delivery that needs several requests', () => {
  /** One request for all, as a property write would be, then one for each. */
  const twice = {
    ...webhook,
    plan: (deliveries: readonly Delivery[], settings: never) => {
      const own = webhook.plan(deliveries, settings, NO_CONTEXT)
      const names = deliveries.map(({ values }) => (values['body'] as { event: string }).event)
      const url = 'https://example.com/all'
      return [{ request: { method: 'POST', url, json: names } as const, deliveries }, ...own]
    },
  } as CloudDestination
  const event = ({ body }: Call) => (body as { event?: string }).event
  const isForAll = ({ request }: Call) => request.url.endsWith('/all')

  test('is delivered once, when all of them are', async () => {
    const lane = laneUnderTest(() => undefined, { destination: twice })
    await lane.track('a', 'b')
    await lane.run()
    assert.deepEqual(lane.calls.map(event), [undefined, 'a', 'b'])
    assert.deepEqual(await lane.counts(), { read: 2, matched: 2, deliveries: 2, delivered: 2 })
  })

  test('is not delivered while one of them is open', async () => {
    const lane = laneUnderTest((call) => (event(call) === 'a' ? { status: 500 } : undefined), {
      destination: twice,
    })
    await lane.track('a', 'b')
    await lane.run(() => true)
    assert.deepEqual(await lane.counts(), {})
  })

  test('is a dead letter once when one of them refuses it; the others are delivered once', async () => {
    const lane = laneUnderTest(
      (call) => (isForAll(call) && (call.body as string[]).includes('b') ? { status: 400 } : undefined),
      { destination: twice },
    )
    await lane.track('a', 'b', 'c')
    await lane.run()
    assert.deepEqual(lane.calls.map(event).filter(Boolean), ['a', 'c'])
    assert.deepEqual(await lane.counts(), { read: 3, matched: 3, deliveries: 3, delivered: 2, dead: 1 })
  })
})

describe('A stop in the middle', () => {
  test('stores what has ended, so that only the rest is sent again', async () => {
    const lane = laneUnderTest(
      ({ body }) => ((body as { event: string }).event === 'c' ? { status: 500 } : undefined),
      {
        destination: webhook,
      },
    )
    await lane.track('a', 'b', 'c', 'd')
    await lane.run(() => true)
    assert.deepEqual(await lane.counts(), { read: 2, matched: 2, deliveries: 2, delivered: 2 })
    assert.deepEqual(await lane.ledger.cursor('it', 0), { chunk: 1, index: 2 })
    lane.calls.length = 0
    await lane.run(() => true)
    assert.deepEqual(
      lane.calls.map(({ body }) => (body as { event: string }).event),
      ['c'],
    )
  })
})

describe('What is discarded between deliveries', () => {
  const { sendEvent } = webhook.actions
  const tracksOnly = {
    ...webhook,
    actions: { sendEvent: { ...sendEvent, trigger: 'type = "track"' } },
  } as CloudDestination
  test('is counted once, though the lane stops in the middle and starts again', async () => {
    let isMended = false
    const lane = laneUnderTest(
      ({ body }) => (!isMended && (body as { event: string }).event === 'b' ? { status: 500 } : undefined),
      { destination: tracksOnly },
    )
    await lane.track('a')
    await lane.group()
    await lane.track('b')
    await lane.group()
    await lane.run(() => true)
    assert.deepEqual(await lane.counts(), { read: 1, matched: 1, deliveries: 1, delivered: 1 })
    isMended = true
    await lane.run()
    assert.deepEqual(await lane.counts(), { read: 4, discarded: 2, matched: 2, deliveries: 2, delivered: 2 })
  })
})

describe('A destination with a bug', () => {
  const clumsy = (plan: typeof webhook.plan) => ({ ...webhook, plan })

  test('that throws for one event costs that event only', async () => {
    const lane = laneUnderTest(() => undefined, {
      destination: clumsy((deliveries, settings) => {
        if (deliveries.some(({ values }) => JSON.stringify(values).includes('"event":"b"')))
          throw new Error('oops')
        return webhook.plan(deliveries, settings, NO_CONTEXT)
      }),
    })
    await lane.track('a', 'b', 'c')
    await lane.run()
    const [dead] = await lane.ledger.deadLetters({}, page)
    assert.deepEqual(dead?.reason, { code: 'PLAN_FAILED', text: 'Error: oops' })
    assert.deepEqual(await lane.counts(), { read: 3, matched: 3, deliveries: 3, delivered: 2, dead: 1 })
  })

  test('that forgets a delivery makes a dead letter, not a loss', async () => {
    const lane = laneUnderTest(() => undefined, { destination: clumsy(() => []) })
    await lane.track('a')
    await lane.run()
    assert.deepEqual(await lane.counts(), { read: 1, matched: 1, deliveries: 1, dead: 1 })
  })
})
