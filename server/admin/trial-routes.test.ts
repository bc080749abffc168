import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Entry } from '../../core/event.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { heap } from '../../destinations/heap/index.ts'
import { heapWeb } from '../../destinations/heap-web/index.ts'
import { catalogue } from '../../destinations/index.ts'
import { httpListener } from '../http/listener.ts'
import { entryText } from '../log/envelope.ts'
import { memoryLog } from '../log/memory.ts'
import { transformTrial } from '../lookup/transform-trial.ts'
import { memoryStore } from '../store/memory.ts'
import { transformings } from '../transform/transforming.ts'
import { adminRouter } from './router.ts'
import { anybody, asker, explainsHere } from './testing.ts'
import { trialRoutes } from './trial-routes.ts'

const receivedAt = '2026-01-02T03:04:05.678Z'
/** Events of the shop have another name behind it, and those of tests end there. */
const SHOP = `export function transform(event) {
  if (event.userId === 'test') return null
  if (event.userId === 'odd') throw new Error('who is that?')
  return { ...event, event: 'Shop ' + event.event }
}`
const running = transformings()
const clock_ms = () => performance.now()
const log = memoryLog({ lanes: 2 })
const server = httpListener({ body_bytes_max: 100_000, onFault: (error) => assert.fail(String(error)) })
const { ask } = asker(server)

/** Ten orders of ada and five pages of nobody in particular, all of one source. */
before(async () => {
  const store = memoryStore()
  const place = { enabled: true, sources: ['website'], settings: { appId: '11' } }
  await store.apply({
    sources: [
      { id: 'website', name: 'Website', kind: 'javascript', writeKey: 'k' },
      { id: 'shop', name: 'Shop', kind: 'javascript', writeKey: 'l', transform: SHOP },
    ],
    instances: [
      { id: 'main', kind: 'heap', name: 'Heap', ...place, subscriptions: presetSubscriptions(heap) },
      { id: 'web', kind: 'heap-web', name: 'Heap', ...place, subscriptions: presetSubscriptions(heapWeb) },
    ],
  })
  const orders = Array.from({ length: 10 }, (_, index) => ({
    ...{ type: 'track', event: 'Order Completed', userId: 'ada', messageId: `o${index}` },
    properties: { total: index },
  }))
  const pages = Array.from({ length: 5 }, (_, index) => ({
    ...{ type: 'page', anonymousId: 'x', messageId: `p${index}` },
  }))
  for (const event of [...orders, ...pages]) await append('website', event)
  trialRoutes(adminRouter(server, anybody), {
    ...{ store, log, catalogue, explain: explainsHere(catalogue) },
    transformTrial: (asked) => transformTrial({ transformings: running, clock_ms }, asked),
  })
})
after(() => server.close())

async function append(sourceId: string, event: object): Promise<void> {
  const entry = { kind: 'event', sourceId, receivedAt, event: { ...event, timestamp: receivedAt } }
  await log.append([{ key: sourceId, text: entryText(entry as unknown as Entry) }])
}

type Counts = Readonly<Record<string, number>>
const trials: readonly [what: string, destination: string, action: object, counts: Counts][] = [
  ['the same action', 'main', { action: 'trackEvent', id: 'track-event' }, { same: 15 }],
  [
    'a trigger that wants less',
    'main',
    { action: 'trackEvent', id: 'track-event', trigger: 'type = "track"' },
    { same: 10, 'no longer sent': 5 },
  ],
  [
    'a mapping that names every event otherwise',
    'main',
    { action: 'trackEvent', id: 'track-event', mapping: { event: 'X', identity: { '@path': '$.userId' } } },
    { changed: 10, 'newly refused': 5 },
  ],
  [
    'a required field that finds nothing',
    'main',
    { action: 'trackEvent', id: 'track-event', mapping: { event: { '@path': '$.nowhere' } } },
    { 'newly refused': 15 },
  ],
  ['an action that is not there yet', 'main', { action: 'trackEvent' }, { 'newly sent': 15 }],
  [
    'what a page would call',
    'web',
    { action: 'trackEvent', id: 'track-event', mapping: { event: 'X' } },
    { same: 5, changed: 10 },
  ],
]

describe('POST /admin/v1/trials', () => {
  for (const [what, destination, action, expected] of trials) {
    test(`tells of ${what} what the last events would have become`, async () => {
      const body = { destination, action }
      const { events, counts, samples } = await ask('POST /admin/v1/trials', { body })
      assert.equal(events, 15)
      assert.deepEqual(Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)), expected)
      assert.deepEqual(new Set(samples.map(({ change }) => change)), new Set(Object.keys(expected)))
    })
  }
})

type Row = readonly [
  what: string,
  body: object,
  gives: {
    readonly events: number
    readonly counted?: { readonly events: number; readonly matches: number }
  },
]
const samples: readonly Row[] = [
  ['the newest that match', { trigger: 'type = "page"', limit: 3 }, { events: 3 }],
  ['all kinds without a trigger', { limit: 100 }, { events: 15 }],
  ['none of another source', { sources: ['other'], counted_max: 10 }, { events: 0, counted: zero() }],
  [
    'how many of the last ones match, beyond those that are shown',
    { trigger: 'type = "track"', limit: 1, counted_max: 1_000 },
    { events: 1, counted: { events: 15, matches: 10 } },
  ],
  [
    'and counts no more than asked, though it looks further',
    { trigger: 'type != null', limit: 12, counted_max: 5 },
    { events: 12, counted: { events: 5, matches: 5 } },
  ],
]
function zero() {
  return { events: 0, matches: 0 }
}

describe('POST /admin/v1/samples', () => {
  for (const [what, body, { events, counted }] of samples) {
    test(`gives ${what}`, async () => {
      const answer = await ask('POST /admin/v1/samples', { body })
      assert.equal(answer.events.length, events)
      assert.deepEqual(answer.counted, counted)
    })
  }

  test('asks the trigger of what comes out of the transformation of the source, and shows what came in', async () => {
    for (const userId of ['test', 'odd', 'ada'])
      await append('shop', { type: 'track', event: 'Bought', userId, messageId: userId })
    const asked = { sources: ['shop'], counted_max: 10 }
    const renamed = await ask('POST /admin/v1/samples', {
      body: { ...asked, trigger: 'event = "Shop Bought"' },
    })
    assert.deepEqual(renamed.counted, { events: 3, matches: 1 })
    assert.deepEqual(
      renamed.events.map(({ event }) => [event.userId, 'event' in event && event.event]),
      [['ada', 'Bought']],
    )
    const asItCame = await ask('POST /admin/v1/samples', { body: { ...asked, trigger: 'event = "Bought"' } })
    assert.deepEqual(asItCame.counted, { events: 3, matches: 0 })
  })
})
