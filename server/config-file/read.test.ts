import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readRight } from './config-file.fixtures.ts'

describe('a configuration file', () => {
  test('with everything left out that can be: presets, default triggers and mappings', () => {
    const text = `
sources:
  - { id: website, name: Website, kind: javascript, writeKey: wk_12345678 }
destinations:
  - id: heap
    kind: heap
    name: Heap
    sources: [website]
    settings: { appId: "11" }
`
    assert.deepStrictEqual(readRight(text), {
      sources: [{ id: 'website', name: 'Website', kind: 'javascript', writeKey: 'wk_12345678' }],
      instances: [
        {
          id: 'heap',
          kind: 'heap',
          name: 'Heap',
          enabled: true,
          sources: ['website'],
          settings: { appId: '11' },
          subscriptions: [
            {
              id: 'track-event',
              action: 'trackEvent',
              name: 'Track Event',
              enabled: true,
              trigger: 'type = "track"',
              mapping: { event: { '@path': '$.event' } },
            },
          ],
        },
      ],
    })
  })

  test('with everything written out', () => {
    const text = `
destinations:
  - id: heap
    kind: heap
    name: "Heap: production"
    enabled: false
    settings:
      appId: "011"
      apiKey: not shown
      rate: 2.5
    actions:
      - action: identifyUser
      - id: purchases
        action: trackEvent
        name: Purchases
        enabled: false
        trigger: type = "track" and event = 'Order Completed'  # only these
        mapping:
          event: { "@literal": Purchase }
`
    const [instance] = readRight(text).instances
    assert.equal(instance?.name, 'Heap: production')
    assert.equal(instance?.enabled, false)
    assert.deepEqual(instance?.settings, { appId: '011', apiKey: 'not shown', rate: 2.5 })
    assert.deepEqual(instance?.subscriptions, [
      {
        id: 'identify-user',
        action: 'identifyUser',
        name: 'Identify User',
        enabled: true,
        trigger: 'type = "identify"',
        mapping: {},
      },
      {
        id: 'purchases',
        action: 'trackEvent',
        name: 'Purchases',
        enabled: false,
        trigger: `type = "track" and event = 'Order Completed'`,
        mapping: { event: { '@literal': 'Purchase' } },
      },
    ])
  })

  const heap = '- { id: heap, kind: heap, name: Heap, settings: { appId: "1" }'
  const mappings = (text: string) => readRight(text).instances[0]?.subscriptions.map(({ mapping }) => mapping)

  test('a mapping that is given is taken whole, even when it is empty', () => {
    assert.deepEqual(
      mappings(`destinations: [${heap.slice(2)}, actions: [{ action: trackEvent, mapping: {} }] }]`),
      [{}],
    )
  })

  test('what a source and a destination say of privacy and consent', () => {
    const text = `
sources:
  - { id: website, name: Website, kind: javascript, writeKey: wk_12345678, privacy: drop }
destinations:
  - { id: one, kind: heap, name: One, settings: { appId: "1" }, consent: [Analytics, Marketing & more] }
  - { id: two, kind: heap, name: Two, settings: { appId: "1" }, consent: [] }
`
    const { sources, instances } = readRight(text)
    assert.equal(sources[0]?.privacy, 'drop')
    assert.deepEqual(instances[0]?.consent, ['Analytics', 'Marketing & more'])
    // None is none, however it is written.
    assert.equal(Object.hasOwn(instances[1] ?? {}, 'consent'), false)
  })

  test('a preset that is offered, and off', () => {
    const text = 'destinations:\n  - { id: web, kind: heap-web, name: Web, settings: { appId: "1" } }\n'
    assert.deepEqual(
      readRight(text).instances[0]?.subscriptions.map(({ id, enabled, mapping }) => [id, enabled, mapping]),
      [
        ['track-event', true, { event: { '@path': '$.event' } }],
        ['pages', false, { event: 'Page viewed' }],
      ],
    )
  })

  test('an empty list of actions is no actions, not the presets', () => {
    assert.deepEqual(mappings(`destinations:\n  ${heap}, actions: [] }`), [])
  })

  test('a key whose items are all commented out is an empty list', () => {
    const text = 'sources:\n#  - id: website\ndestinations:\n'
    assert.deepEqual(readRight(text), { sources: [], instances: [] })
  })

  test('yes, no, dates and colons within words stay texts, whatever YAML version the file names', () => {
    const names = ['no', '2024-01-02', '12:30:45', 'a:b', '1_000']
    const lines = names.map(
      (name, index) => `  - {id: s${index}, name: ${name}, kind: http, writeKey: wk_12345${index}}`,
    )
    const text = `%YAML 1.1\n---\nsources:\n${lines.join('\n')}\n`
    assert.deepEqual(
      readRight(text).sources.map(({ name }) => name),
      names,
    )
  })

  test('anchors and aliases are fine in moderation', () => {
    const text = `
destinations:
  - { id: one, kind: heap, name: One, settings: &settings { appId: "1" } }
  - { id: two, kind: heap, name: Two, settings: *settings }
`
    assert.deepEqual(
      readRight(text).instances.map(({ settings }) => settings),
      [{ appId: '1' }, { appId: '1' }],
    )
  })

  test('a byte order mark and Windows line ends are fine', () => {
    assert.deepEqual(readRight('\ufeffsources: []\r\ndestinations: []\r\n'), { sources: [], instances: [] })
  })
})
