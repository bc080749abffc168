import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { Analytics as CustomerIoAnalytics } from '@customerio/cdp-analytics-node'
import { Analytics as SegmentAnalytics } from '@segment/analytics-node'
import { atMost_ms } from './in-cluster.ts'
import { appOf, heapFor, type Millrace, makePlace, type Place, source } from './server.ts'

/** Each client has a source and a Heap app of its own. */
const APPS = { segment: '11', customerio: '12', curl: '13', browser: '14', nested: '15' }
type Client = keyof typeof APPS

const userId = 'ada'
const calls = {
  identify: { userId, traits: { plan: 'pro', address: { city: 'London' } } },
  track: { userId, event: 'Signed Up', properties: { total: 12.5, paid: true } },
  page: { userId, name: 'Home', properties: { path: '/' } },
  group: { userId, groupId: 'g1', traits: { name: 'Acme' } },
  alias: { userId, previousId: 'visitor-1' },
}

describe('a client of the vendors, unmodified', { timeout: atMost_ms(60_000) }, () => {
  let place: Place
  let millrace: Millrace
  before(async () => {
    place = await makePlace()
    const names = Object.keys(APPS) as Client[]
    place.configure({
      sources: names.map((name) => source(name)),
      destinations: names.map((name) => heapFor(place.sandbox, `heap-${name}`, APPS[name], [name])),
    })
    millrace = await place.start()
  })
  after(() => place.end())

  /** What the five calls must have become, whoever sent them. */
  async function assertArrived(client: Client): Promise<void> {
    const counts = await millrace.done(`heap-${client}`, 5)
    assert.deepEqual(counts, {
      read: { total: 5, parts: { [client]: 5 } },
      matched: { total: 3, parts: { [client]: 3 } },
      discarded: { total: 2, parts: { [client]: 2 } },
      deliveries: { total: 3, parts: { 'track-event': 2, 'identify-user': 1 } },
      delivered: { total: 3, parts: { 'track-event': 2, 'identify-user': 1 } },
    })
    const { users, events } = appOf(place.sandbox, APPS[client])
    assert.deepEqual(users, [
      { identity: userId, user_ids: [], properties: { plan: 'pro', 'address.city': 'London' }, events: 2 },
    ])
    assert.deepEqual(
      events.map(({ identity, user_id, event, properties }) => [identity, user_id, event, properties]),
      [
        [userId, undefined, 'Signed Up', { total: 12.5, paid: 'true' }],
        [userId, undefined, 'Page viewed', { path: '/', name: 'Home' }],
      ],
    )
    for (const { timestamp } of events) {
      assert.ok(Math.abs(Date.now() - Date.parse(timestamp)) < 60_000, timestamp)
    }
    const { accepted } = await millrace.counted('sources', client, 'accepted', 5)
    assert.deepEqual(accepted, {
      total: 5,
      parts: { identify: 1, track: 1, page: 1, group: 1, alias: 1 },
    })
  }

  test('Segment’s for Node sends identify, track, page, group and alias', async () => {
    const analytics = new SegmentAnalytics({ writeKey: 'segment-key', host: millrace.url, maxRetries: 0 })
    const errors: unknown[] = []
    analytics.on('error', (error) => errors.push(error))
    analytics.identify(calls.identify)
    analytics.track(calls.track)
    analytics.page(calls.page)
    analytics.group(calls.group)
    analytics.alias(calls.alias)
    await analytics.closeAndFlush()
    assert.deepEqual(errors, [])
    await assertArrived('segment')
  })

  test('Customer.io’s for Node sends identify, track, page, group and alias', async () => {
    const settings = { writeKey: 'customerio-key', host: millrace.url, maxRetries: 0 }
    const analytics = new CustomerIoAnalytics(settings)
    const errors: unknown[] = []
    analytics.on('error', (error) => errors.push(error))
    analytics.identify(calls.identify)
    analytics.track(calls.track)
    analytics.page(calls.page)
    analytics.group(calls.group)
    analytics.alias(calls.alias)
    await analytics.closeAndFlush()
    assert.deepEqual(errors, [])
    await assertArrived('customerio')
  })

  const noCurl = spawnSync('curl', ['--version']).error && 'this machine has no curl'
  test('curl posts identify, track, page, group and alias', { skip: noCurl ?? false }, async () => {
    for (const [type, call] of Object.entries(calls)) {
      const to = ['-sS', '-u', 'curl-key:', `${millrace.url}/v1/${type}`]
      const { stdout } = await promisify(execFile)('curl', [...to, '-d', JSON.stringify(call)])
      assert.equal(stdout, '{"success":true}')
    }
    await assertArrived('curl')
  })

  test('nested properties arrive as dotted names and lists as JSON text', async () => {
    const analytics = new SegmentAnalytics({ writeKey: 'nested-key', host: millrace.url, maxRetries: 0 })
    const products = [{ A: 'Jello' }, { B: 'Peanut' }]
    const properties = { foo: { bar: { cheese: 'american', prop: [1, 2, 3], products } } }
    analytics.track({ userId, event: 'Signed Up', properties })
    await analytics.closeAndFlush()
    await millrace.done('heap-nested', 1)
    const [event] = appOf(place.sandbox, APPS.nested).events
    assert.deepEqual(event?.properties, {
      'foo.bar.cheese': 'american',
      'foo.bar.prop': '[1,2,3]',
      'foo.bar.products': '[{"A":"Jello"},{"B":"Peanut"}]',
    })
  })

  describe('in a browser', () => {
    const page = { origin: 'https://shop.example', 'content-type': 'text/plain' }
    const sentAt = new Date().toISOString()
    const call = (messageId: string, event: string) => ({
      type: 'track',
      event,
      messageId,
      anonymousId: 'visitor-1',
      userId: null,
      context: { page: { path: '/' }, library: { name: 'analytics.js', version: 'npm:next-1.84.3' } },
      integrations: {},
      _metadata: { bundled: ['Segment.io'], unbundled: [], bundledIds: [] },
    })
    const writeKey = 'browser-key'
    const bodies: readonly [title: string, path: string, body: object][] = [
      ['a call of its own, with the write key in it', '/v1/t', { ...call('m1', 'Single'), writeKey, sentAt }],
      ['a batch as Segment’s sends it', '/v1/b', { writeKey, batch: [call('m2', 'Segment')], sentAt }],
      [
        'a batch as Customer.io’s sends it',
        '/v1/b',
        { writeKey, batch: [{ ...call('m3', 'Customer.io'), sentAt }] },
      ],
    ]
    for (const [title, path, body] of bodies) {
      test(`sends ${title}, and may read the answer`, async () => {
        const answer = await fetch(millrace.url + path, {
          method: 'POST',
          headers: page,
          body: JSON.stringify(body),
        })
        assert.deepEqual([answer.status, await answer.json()], [200, { success: true }])
        assert.equal(answer.headers.get('access-control-allow-origin'), page.origin)
      })
    }

    test('and all of them arrive, as one visitor', async () => {
      await millrace.done('heap-browser', bodies.length)
      const { events, users } = appOf(place.sandbox, APPS.browser)
      assert.deepEqual(
        events.map(({ event, properties }) => [event, properties]),
        [
          ['Single', {}],
          ['Segment', {}],
          ['Customer.io', {}],
        ],
      )
      assert.deepEqual([users.length, users[0]?.identity, users[0]?.events], [1, undefined, bodies.length])
    })
  })
})
