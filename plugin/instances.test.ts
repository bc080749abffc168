import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PagePlugin } from '../core/page-plugin.ts'
import { fakePage, parsed, SCRIPTS, SETTINGS, SIMPLE, simplePage, subscription, track } from './testing.ts'
import { bundleFor } from './which-bundle.ts'

const FULL: PagePlugin = {
  ...SETTINGS,
  instanceId: 'full',
  subscriptions: [subscription('trackEvent', 'contains(event, "Up")', { event: { '@lower': 'LOUD' } })],
}

describe('Two instances in one page', () => {
  for (const order of [
    [SIMPLE, FULL],
    [FULL, SIMPLE],
  ] as const) {
    test(`${order.map(bundleFor).join(' before ')}: each can do what it must, with one Heap`, async () => {
      const page = fakePage()
      for (const one of order) await page.load(bundleFor(one), one)
      page.run('arriveHeap()')
      page.call(track('Signed Up'))
      const names = page.calls().map(([, name]) => name)
      assert.deepEqual(names.toSorted(), ['Signed Up', 'loud'])
      assert.deepEqual(page.tell('document.scripts.length'), 1)
      for (const { instanceId } of order) assert.equal(page.status(instanceId)['sent'], 1)
    })
  }

  test('scripts that both arrive before any instance is made: the one that can do more stays', async () => {
    const page = fakePage()
    for (const bundle of ['heap-web-full', 'heap-web'] as const) page.run(SCRIPTS.get(bundle) as string)
    await page.run(`library.add(millraceHeapWeb(${parsed(FULL)}))`)
    page.run('arriveHeap()')
    page.call(track('Signed Up'))
    assert.deepEqual(page.calls(), [['track', 'loud', {}]])
  })

  test('of two App Ids, the first has the page', async () => {
    const page = fakePage()
    await page.load('heap-web', SIMPLE)
    await page.load('heap-web', { ...SIMPLE, instanceId: 'other', appId: '12' })
    page.run('arriveHeap()')
    page.call(track('Once'))
    assert.equal(page.calls().length, 1)
    assert.deepEqual([page.status()['sent'], page.status('other')['lost']], [1, 1])
  })

  test('a reset makes one new visitor, not two', async () => {
    const page = fakePage()
    await page.load('heap-web', SIMPLE)
    await page.load('heap-web', { ...SIMPLE, instanceId: 'other' })
    page.run("arriveHeap(); library.emit('reset')")
    assert.deepEqual(page.calls(), [['resetIdentity']])
  })
})

test('after a reset, properties are sent again: they are another visitor’s', async () => {
  const page = await simplePage({
    subscriptions: [subscription('identifyUser', 'type = "identify"', { properties: { plan: 'pro' } })],
  })
  page.run('arriveHeap()')
  const identify = (messageId: string) => page.call({ type: 'identify', messageId })
  identify('a')
  identify('b')
  page.run("library.emit('reset')")
  identify('c')
  assert.deepEqual(
    page.calls().map(([name]) => name),
    ['addUserProperties', 'resetIdentity', 'addUserProperties'],
  )
})

describe('A reset is done in the order of the calls', () => {
  /** `start` names an event that is called, `deliver` one that is handed over. */
  const rows: readonly [title: string, steps: readonly string[], heap: readonly string[]][] = [
    ['at once when nothing is on its way', ['reset'], ['resetIdentity']],
    ['after what was called before it', ['start A', 'reset', 'deliver A'], ['track A', 'resetIdentity']],
    [
      'before what was called after it',
      ['start A', 'start B', 'reset', 'start C', 'deliver A', 'deliver B', 'deliver C'],
      ['track A', 'track B', 'resetIdentity', 'track C'],
    ],
    [
      'when what was called before it never comes: with the next event',
      ['start A', 'reset', 'start B', 'deliver B'],
      ['resetIdentity', 'track B'],
    ],
    ['when the page goes', ['start A', 'reset', 'leave'], ['resetIdentity']],
    [
      'twice, when there are two',
      ['start A', 'reset', 'reset', 'deliver A', 'start B', 'deliver B'],
      ['resetIdentity', 'track A', 'resetIdentity', 'track B'],
    ],
  ]
  for (const [title, steps, heap] of rows) {
    test(title, async () => {
      const page = await simplePage()
      page.run('arriveHeap(); const started = {}')
      for (const step of steps) {
        const [verb = '', name = ''] = step.split(' ')
        if (verb === 'start') page.run(`started.${name} = library.start(${parsed(track(name))})`)
        if (verb === 'deliver') page.run(`started.${name}()`)
        if (verb === 'reset') page.run("library.emit('reset')")
        if (verb === 'leave') page.run('listeners.pagehide()')
      }
      assert.deepEqual(
        page.calls().map(([call, name]) => (name === undefined ? call : `${call} ${name}`)),
        heap,
      )
    })
  }
})
