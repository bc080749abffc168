import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PagePlugin } from '../core/page-plugin.ts'
import { simplePage, track } from './testing.ts'

describe('Heap is brought', () => {
  const current = (path: string) => `https://${path}/config/11/heap_config.js`
  const classic = (path: string) => `https://${path}/js/heap-11.js`
  const hostname = 'heap.shop.example'
  const rows: readonly [given: Partial<PagePlugin>, from: string][] = [
    [{}, current('cdn.us.heap-api.com')],
    [{ region: 'EU' }, current('cdn.eu.heap-api.com')],
    [{ ingestServer: 'data.shop.example' }, current('cdn.us.heap-api.com')],
    [{ trackingServer: 'https://data.shop.example' }, classic('cdn.heapanalytics.com')],
    [{ trackingServer: 't.example', ingestServer: 'i.example' }, current('cdn.us.heap-api.com')],
    [{ hostname }, classic(hostname)],
    [{ hostname, ingestServer: 'i.example' }, classic(hostname)],
    [{ hostname, sdk: 'current' }, current(hostname)],
    [{ sdk: 'classic' }, classic('cdn.heapanalytics.com')],
    [{ sdk: 'classic', hostname }, classic(hostname)],
    [{ sdk: 'current', trackingServer: 't.example' }, current('cdn.us.heap-api.com')],
  ]
  for (const [given, from] of rows) {
    test(`${JSON.stringify(given)}: from ${from}`, async () => {
      const page = await simplePage(given)
      assert.deepEqual(page.tell('document.scripts.map(({ src }) => src)'), [from])
    })
  }

  test('the current library gets its settings, and calls wait in its own queue', async () => {
    const page = await simplePage({ disableTextCapture: true, secureCookie: true, ingestServer: 'i.example' })
    assert.deepEqual(page.tell('[heap.envId, heap.clientConfig]'), [
      '11',
      {
        disableTextCapture: true,
        secureCookie: true,
        ingestServer: 'i.example',
        shouldFetchServerConfig: false,
      },
    ])
    page.call(track('First'))
    page.run("heap.addEventProperties({ of: 'the site' })")
    page.call(track('Second', { properties: { total: 1 } }))
    assert.deepEqual(page.tell('heapReadyCb.map(({ name }) => name)'), [
      'track',
      'addEventProperties',
      'track',
    ])
    page.arrive('onload', 'arriveHeap()')
    assert.deepEqual(page.calls(), [
      ['track', 'First', {}],
      ['track', 'Second', { total: 1 }],
    ])
    assert.deepEqual(page.status(), { heap: 'loaded', sent: 2, rejected: 0, lost: 0, failed: 0 })
  })

  test('the classic library gets its settings, and calls wait in its own queue', async () => {
    const page = await simplePage({ trackingServer: 't.example' })
    page.call(track('First', { properties: { total: 1 } }))
    assert.deepEqual(page.tell('[heap.appid, heap.config, [...heap]]'), [
      '11',
      { disableTextCapture: false, secureCookie: false, trackingServer: 't.example' },
      [['track', 'First', { total: 1 }]],
    ])
  })

  const recording = (more: string) =>
    `window.heap = { ${more} track: (...values) => heapCalls.push(['track', ...values]) }`
  const existing: readonly [title: string, has: string, heap: string, sent: number][] = [
    ['a Heap that the page has is used', '', 'existing', 1],
    ['of the same App Id too', "envId: '11',", 'existing', 1],
    ['the classic one too', 'appid: 11,', 'existing', 1],
    ['one of another App Id is not, as Heap could not undo it', "envId: '12',", 'another app', 0],
  ]
  for (const [title, has, heap, sent] of existing) {
    test(`${title}, and it is said`, async () => {
      const page = await simplePage({}, recording(has))
      page.call(track('First'))
      assert.deepEqual(page.tell('document.scripts'), [])
      assert.equal(page.calls().length, sent)
      assert.match((page.tell('console.said') as string[]).join(), new RegExp(`^Heap Web: ${heap}`))
      const { heap: told, sent: count, lost } = page.status()
      assert.deepEqual([told, count, lost], [heap, sent, 1 - sent])
    })
  }

  test('what is called after its script was refused is counted as lost, and kept nowhere', async () => {
    const page = await simplePage()
    page.call(track('Before'))
    page.arrive('onerror')
    page.call(track('After'))
    assert.deepEqual(page.tell('heapReadyCb.length'), 1)
    assert.deepEqual(page.status(), {
      heap: 'blocked',
      sent: 1,
      rejected: 0,
      lost: 1,
      failed: 0,
      problem: 'blocked',
    })
    assert.deepEqual(page.tell('console.said'), ['Heap Web: blocked'])
  })

  test('a library that never comes gets at most 1,000 calls to wait for it', async () => {
    const page = await simplePage()
    for (let number = 0; number < 1_003; number++) page.call(track('Again'))
    assert.equal(page.tell('heapReadyCb.length'), 1_000)
    const { sent, lost, problem } = page.status()
    assert.deepEqual([sent, lost, problem], [1_000, 3, 'queue full'])
  })
})
