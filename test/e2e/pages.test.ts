import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { atMost_ms } from './in-cluster.ts'
import {
  appOf,
  type Configured,
  heapFor,
  type Millrace,
  makePlace,
  type Place,
  source,
  until,
} from './server.ts'

const BROWSER = { 'content-type': 'text/plain', 'user-agent': 'Browser/1', origin: 'https://shop.example' }

/** A site whose events go to Heap from the page, and to another Heap from the server for those who allow it. */
function configured(place: Place, heapWeb: object = {}): Configured {
  return {
    sources: [
      source('site', 'javascript'),
      { ...source('private', 'javascript'), privacy: 'truncate' },
      source('backend'),
    ],
    destinations: [
      { ...heapFor(place.sandbox, 'heap', '21', ['site', 'private']), consent: ['Analytics'] },
      { id: 'web', name: 'Heap', kind: 'heap-web', sources: ['site'], settings: { appId: '22' }, ...heapWeb },
    ],
  }
}

/** One call, as the browser libraries send it. */
function call(messageId: string, categoryPreferences?: object): object {
  const context = categoryPreferences === undefined ? {} : { consent: { categoryPreferences } }
  return { type: 'track', event: messageId, messageId, anonymousId: 'visitor-1', userId: 'ada', context }
}

describe('a page', { timeout: atMost_ms(60_000) }, () => {
  let place: Place
  let millrace: Millrace
  before(async () => {
    place = await makePlace()
    place.configure(configured(place))
    millrace = await place.start('--page-path', '/wren')
  })
  after(() => place.end())

  const settings = async (path: string) => (await fetch(millrace.url + path)).json()
  const post = async (path: string, writeKey: string, event: object) => {
    const body = JSON.stringify({ ...event, writeKey })
    const answer = await fetch(millrace.url + path, { method: 'POST', headers: BROWSER, body })
    assert.equal(answer.status, 200)
  }

  test('is told where to send, with the usual names and with its own', async () => {
    const [usual, own] = await Promise.all(
      ['/v1/projects/site-key/settings', '/wren/j/site-key'].map(settings),
    )
    const { host } = new URL(millrace.url)
    assert.equal(usual.integrations['Segment.io'].apiHost, `${host}/v1`)
    assert.equal(own.integrations['Customer.io Data Pipelines'].apiHost, `${host}/wren/e`)
    assert.deepEqual(usual.consentSettings, { allCategories: ['Analytics'], hasUnmappedDestinations: true })
    assert.deepEqual(usual.integrations['Heap Web'], {})
  })

  test('of a source that does not run in pages is told nothing', async () => {
    const answer = await fetch(`${millrace.url}/v1/projects/backend-key/settings`)
    assert.deepEqual([answer.status, (await answer.json()).error.code], [404, 'SOURCE_NOT_FOUND'])
  })

  test('loads both libraries, with its key in them', async () => {
    for (const path of ['/v1/analytics-js/snippet/site-key/analytics.min.js', '/wren/s/site-key.js']) {
      assert.match(await (await fetch(millrace.url + path)).text(), /analyticsWriteKey="site-key"/)
    }
  })

  test('sends what Heap gets for those who allow it; the rest is counted as filtered, and all of it is kept', async () => {
    await post('/v1/t', 'site-key', call('says nothing'))
    await post('/wren/e/t', 'site-key', call('allowed', { Analytics: true }))
    await post('/wren/v1/t', 'site-key', call('refused', { Analytics: false }))
    await post('/v1/b', 'private-key', { batch: [call('not said', {})] })
    const counts = await millrace.done('heap', 4)
    assert.deepEqual(counts, {
      read: { total: 4, parts: { site: 3, private: 1 } },
      filtered: { total: 2, parts: { site: 1, private: 1 } },
      matched: { total: 2, parts: { site: 2 } },
      deliveries: { total: 2, parts: { 'track-event': 2 } },
      delivered: { total: 2, parts: { 'track-event': 2 } },
    })
    const { events } = appOf(place.sandbox, '21')
    assert.deepEqual(events.map(({ event }) => event).sort(), ['allowed', 'says nothing'])
    assert.deepEqual((await millrace.counted('sources', 'site', 'accepted', 3))['accepted'], {
      total: 3,
      parts: { track: 3 },
    })
  })

  test('has its address and browser noted, as the source’s privacy says', async () => {
    type Events = { events: { sourceId: string; event: { context: object } }[] }
    // A search ends after some time, with what it has.
    const events = await until('all events', async () => {
      const found = ((await millrace.admin('events')) as unknown as Events).events
      return found.length === 4 ? found : undefined
    })
    const contextOf = (id: string) => events.find(({ sourceId }) => sourceId === id)?.event.context
    const { ip, userAgent } = contextOf('site') as Record<string, string>
    assert.deepEqual([ip, userAgent], ['127.0.0.1', 'Browser/1'])
    assert.equal((contextOf('private') as Record<string, string>)['ip'], '127.0.0.0')
  })

  test('sends to Heap Web by itself: the server sends nothing of it, counts nothing, and waits for nothing', async () => {
    assert.deepEqual(await millrace.counts('destinations', 'web'), {})
    assert.equal(place.sandbox.heap.state({ limit: 1 }).apps['22'], undefined)
    const readyz = await (await fetch(`${millrace.url}/readyz`)).json()
    assert.equal(Object.hasOwn(readyz.lag_ms, 'web'), false)
    assert.equal(typeof readyz.checks.plugin.ok, 'boolean')
  })

  test('is told of a change by the server alone: no new snippet is needed', async () => {
    const path = `${millrace.url}/v1/projects/site-key/settings`
    const before = await fetch(path)
    await millrace.stop()
    place.configure(configured(place, { consent: ['Ads'] }))
    millrace = await place.start()
    const etag = String(before.headers.get('etag'))
    const changed = await fetch(path.replace(/^http:\/\/[^/]+/, millrace.url), {
      headers: { 'if-none-match': etag },
    })
    assert.equal(changed.status, 200)
    const { integrations, consentSettings } = await changed.json()
    assert.deepEqual(integrations['Heap Web'], { consentSettings: { categories: ['Ads'] } })
    assert.deepEqual(consentSettings, { allCategories: ['Analytics', 'Ads'], hasUnmappedDestinations: false })
  })
})
