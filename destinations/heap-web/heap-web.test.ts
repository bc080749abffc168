import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instance } from '../../core/configuration.ts'
import type { JsonObject } from '../../core/event.ts'
import { checkInstance } from '../../core/instance.ts'
import { pagePlugin } from '../../core/page-instance.ts'
import { readSettings } from '../../core/payload.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { heapWeb } from './index.ts'
import { settings } from './settings.ts'

const APP = { appId: '11' }

function instance(given: JsonObject = {}, changed: Partial<Instance> = {}): Instance {
  const subscriptions = presetSubscriptions(heapWeb)
  const base = { id: 'web', kind: 'heap-web', name: 'Heap', enabled: true, sources: ['site'] }
  return { ...base, settings: { ...APP, ...given }, subscriptions, ...changed }
}

describe('the settings of Heap Web', () => {
  const rows: readonly (readonly [setting: string, right: readonly string[], wrong: readonly string[]])[] = [
    ['appId', ['1', '12345678901234567890'], ['', 'abc', '12a', '123456789012345678901']],
    ['region', ['US', 'EU'], ['us', 'DE']],
    ['sdk', ['auto', 'current', 'classic'], ['v5', 'Auto']],
    [
      'hostname',
      ['cdn.example.com', 'localhost', 'a-b.example', 'cdn.example.com:8443'],
      [
        'https://cdn.example.com',
        'cdn.example.com/js',
        'cdn.example.com/heap-11.js',
        'cdn example.com',
        '-a.example',
        '.example.com',
        'a..b',
        'a:123456',
        'user@example.com',
      ],
    ],
    ...(['trackingServer', 'ingestServer'] as const).map(
      (name) =>
        [
          name,
          ['data.example.com', 'https://data.example.com', 'https://data.example.com:8443/heap'],
          [
            'http://data.example.com',
            'data.example.com/heap',
            'https://',
            'https://a b',
            'https://u:p@data.example.com',
            'https://data.example.com?x=1',
            'javascript:alert(1)',
          ],
        ] as const,
    ),
  ]
  for (const [name, right, wrong] of rows) {
    const problemsOf = (value: string) => {
      const read = readSettings(settings, { ...APP, [name]: value })
      return read.ok ? [] : read.problems.map(({ field }) => field)
    }
    for (const value of right)
      test(`${name} may be "${value}"`, () => assert.deepEqual(problemsOf(value), []))
    for (const value of wrong)
      test(`${name} may not be "${value}"`, () => assert.deepEqual(problemsOf(value), [name]))
  }

  test('a scheme and an App Id in a hostname are told apart from other mistakes', () => {
    const problem = (hostname: string) => checkInstance(instance({ hostname }), heapWeb)[0]?.problem ?? ''
    assert.match(problem('https://cdn.example.com'), /must not have https:\/\//)
    assert.match(problem('cdn.example.com/js/heap-11.js'), /the path and the App Id are added/)
  })
})

describe('what a page is given of Heap Web', () => {
  test('by itself: the usual settings, and track and identify calls', () => {
    const { subscriptions, ...given } = pagePlugin(instance(), heapWeb)
    assert.deepEqual(given, {
      instanceId: 'web',
      appId: '11',
      sdk: 'auto',
      region: 'US',
      disableTextCapture: false,
      secureCookie: false,
    })
    assert.deepEqual(
      subscriptions.map(({ id, action, trigger }) => [id, action, trigger.kind]),
      [
        ['track-event', 'trackEvent', 'compare'],
        ['identify-user', 'identifyUser', 'compare'],
      ],
    )
    assert.deepEqual(subscriptions[0]?.mapping['event'], { '@path': '$.event' })
  })

  test('all settings that are set', () => {
    const all = {
      appId: '12',
      sdk: 'classic',
      region: 'EU',
      disableTextCapture: true,
      secureCookie: true,
      trackingServer: 'data.example.com',
      ingestServer: 'https://data.example.com',
      hostname: 'cdn.example.com',
      arrayLimit: 7,
    }
    const { subscriptions, ...given } = pagePlugin(instance(all), heapWeb)
    assert.deepEqual(given, { instanceId: 'web', ...all })
  })

  for (const [limit, told] of [
    [0, undefined],
    [-5, undefined],
    [500, 500],
    [501, 500],
  ] as const) {
    test(`a limit of ${limit} items is told as ${told}`, () =>
      assert.equal(pagePlugin(instance({ arrayLimit: limit }), heapWeb).arrayLimit, told))
  }

  test('page calls are offered, and off until somebody switches them on', () => {
    const subscriptions = presetSubscriptions(heapWeb)
    const [calls] = subscriptions.filter(({ id }) => id === 'page-calls')
    assert.deepEqual([calls?.action, calls?.enabled], ['trackEvent', false])
    const on = subscriptions.map((one) => ({ ...one, enabled: true }))
    const told = pagePlugin(instance({}, { subscriptions: on }), heapWeb).subscriptions[2]
    assert.deepEqual([told?.id, told?.mapping['event']], ['page-calls', 'Page viewed'])
    assert.deepEqual(told?.mapping['properties'], { '@path': '$.properties' })
  })

  const wrong: readonly (readonly [string, Partial<Instance>, string])[] = [
    ['settings', { settings: {} }, 'SETTINGS_INVALID'],
    ['a trigger', { subscriptions: changed({ trigger: 'type =' }) }, 'TRIGGER_INVALID'],
    ['a mapping', { subscriptions: changed({ mapping: { evnt: 'x' } }) }, 'MAPPING_INVALID'],
    ['an action', { subscriptions: changed({ action: 'deleteUser' }) }, 'CONFIG_INVALID'],
  ]
  for (const [title, change, code] of wrong) {
    test(`nothing, when ${title} is wrong`, () =>
      assert.throws(() => pagePlugin(instance({}, change), heapWeb), { code }))
  }
})

function changed(change: object): Instance['subscriptions'] {
  return presetSubscriptions(heapWeb).map((subscription) => ({ ...subscription, ...change }))
}
