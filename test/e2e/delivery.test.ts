import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { atMost_ms } from './in-cluster.ts'
import { appOf, heapFor, type Millrace, makePlace, type Place, source, until } from './server.ts'

/** Each test has a source and a Heap app of its own. */
const APPS = { anonymous: '21', 'one-bad': '22', failing: '23' }
const SECRET = 'hunter2'

type DeadLetter = {
  action: string
  messageId: string
  reason: { code: string; text: string }
  request: { method: string; url: string; body: string }
  response: { status: number; body: string }
}

describe('delivery', { timeout: atMost_ms(60_000) }, () => {
  let place: Place
  let millrace: Millrace
  const received: { headers: Record<string, unknown>; body: string }[] = []
  const receiver = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) })
    response.end()
  })

  before(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    const { port } = receiver.address() as AddressInfo
    place = await makePlace()
    const names = Object.keys(APPS) as (keyof typeof APPS)[]
    const settings = { url: `http://127.0.0.1:${port}/hook`, secret: SECRET }
    place.configure({
      sources: [...names, 'hooked'].map((name) => source(name)),
      destinations: [
        ...names.map((name) => heapFor(place.sandbox, `heap-${name}`, APPS[name], [name])),
        { id: 'hook', name: 'Hook', kind: 'webhook', sources: ['hooked'], settings },
      ],
    })
    millrace = await place.start()
  })
  after(async () => {
    receiver.close()
    await place.end()
  })

  test('an event of somebody anonymous becomes one of a Heap user: two events, one user, no identity', async () => {
    for (const event of ['Viewed', 'Bought']) {
      await millrace.post('/v1/track', 'anonymous-key', { anonymousId: 'visitor-1', event })
    }
    await millrace.post('/v1/track', 'anonymous-key', { anonymousId: 'visitor-2', event: 'Viewed' })
    await millrace.done('heap-anonymous', 3)
    const { users, events } = appOf(place.sandbox, APPS.anonymous)
    for (const { identity, user_ids } of users) {
      assert.equal(identity, undefined)
      assert.match(user_ids.join(), /^\d{1,16}$/)
    }
    assert.deepEqual(users.map((user) => user.events).toSorted(), [1, 2])
    const whoBought = events.find(({ event }) => event === 'Bought')?.user_id
    const whoViewed = events.filter(({ event }) => event === 'Viewed').map(({ user_id }) => user_id)
    assert.ok(whoViewed.includes(whoBought), `${whoBought} bought, ${whoViewed} viewed`)
  })

  test('one bad event among 1,000 ends as a dead letter that says why; the others arrive in order', async () => {
    const bad = 371
    const batch = Array.from({ length: 1_000 }, (_, number) => ({
      type: 'track',
      messageId: `m${number}`,
      userId: 'ada',
      event: `Event ${number}`,
    }))
    place.sandbox.faults.replace([{ refuseEvents: `Event ${bad}` }])
    await millrace.post('/v1/batch', 'one-bad-key', { batch })
    const counts = await millrace.done('heap-one-bad', 1_000)
    place.sandbox.faults.clear()
    assert.equal(counts['delivered']?.total, 999)
    assert.equal(counts['dead']?.total, 1)
    assert.deepEqual(
      appOf(place.sandbox, APPS['one-bad']).events.map(({ event }) => event),
      batch.filter((_, number) => number !== bad).map(({ event }) => event),
    )

    const { deadLetters } = await millrace.admin('dead-letters?destination=heap-one-bad')
    const [listed] = deadLetters as unknown as { id: number }[]
    assert.equal((deadLetters as unknown as readonly unknown[]).length, 1)
    const letter = await millrace.admin(`dead-letters/${listed?.id}`)
    const { action, messageId, reason, request, response } = letter as unknown as DeadLetter
    assert.deepEqual([action, messageId, reason.code], ['track-event', `m${bad}`, 'DESTINATION_REFUSED'])
    assert.match(reason.text, /400/)
    assert.deepEqual([request.method, request.url], ['POST', `${place.sandbox.url}/api/track`])
    const sent = JSON.parse(request.body)
    assert.deepEqual(
      [sent.app_id, sent.events.length, sent.events[0].event],
      [APPS['one-bad'], 1, `Event ${bad}`],
    )
    assert.equal(response.status, 400)
    assert.match(response.body, /Event 371/)
  })

  test('a Heap that fails for a while, and loses an answer, gets every event once, without haste', async () => {
    const { sandbox } = place
    const faults = [
      { status: 500, times: 2 },
      { loseResponse: true, times: 1 },
    ]
    sandbox.faults.replace(faults)
    const batch = Array.from({ length: 50 }, (_, number) => ({
      type: 'track',
      userId: 'ada',
      event: `Event ${number}`,
    }))
    await millrace.post('/v1/batch', 'failing-key', { batch })
    const counts = await millrace.done('heap-failing', batch.length)
    sandbox.faults.clear()
    assert.equal(counts['delivered']?.total, batch.length)
    assert.equal(counts['dead'], undefined)

    const { events, counts: seen } = appOf(sandbox, APPS.failing)
    assert.deepEqual(
      events.map(({ event }) => event),
      batch.map(({ event }) => event),
    )
    assert.deepEqual([seen.accepted, seen.repeated], [batch.length, batch.length])

    type Attempt = { attempt: number; outcome: string; status?: number; reason?: { code: string } }
    const { attempts } = await millrace.admin('attempts?destination=heap-failing')
    assert.deepEqual(
      (attempts as unknown as Attempt[])
        .toReversed()
        .map(({ attempt, outcome, status, reason }) => [attempt, outcome, status, reason?.code]),
      [
        [1, 'retry', 500, 'DESTINATION_FAILED'],
        [2, 'retry', 500, 'DESTINATION_FAILED'],
        [3, 'retry', undefined, 'DESTINATION_UNREACHABLE'],
        [4, 'delivered', 200, undefined],
      ],
    )
  })

  test('a webhook gets each event, in order, with a signature that proves its sender', async () => {
    const batch = ['Viewed', 'Käse 😀'].map((event) => ({ type: 'track', userId: 'ada', event }))
    await millrace.post('/v1/batch', 'hooked-key', { batch })
    await until('two calls of the webhook', () => (received.length >= 2 ? true : undefined))
    assert.deepEqual(
      received.map(({ body }) => JSON.parse(body).event),
      ['Viewed', 'Käse 😀'],
    )
    for (const { headers, body } of received) {
      const hex = createHmac('sha256', SECRET).update(body, 'utf8').digest('hex')
      assert.equal(headers['x-millrace-signature'], `sha256=${hex}`)
    }
    const keys = received.map(({ headers }) => String(headers['idempotency-key']))
    assert.ok(keys.every((key) => key.length >= 8) && new Set(keys).size === keys.length, keys.join())
    const shown = JSON.stringify(await millrace.admin('destinations'))
    assert.ok(shown.includes('"secret":"***"') && !shown.includes(SECRET))
  })
})
