import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { action, destination, type Preset } from './destination.ts'
import { defaultMapping, presetSubscriptions, slug } from './presets.ts'

const trackEvent = action({
  name: 'Track Event',
  help: 'Send an event.',
  trigger: 'type = "track"',
  fields: {
    event: { type: 'string', label: 'Event', help: '', default: { '@path': '$.event' } },
    revenue: { type: 'number', label: 'Revenue', help: '', default: 0 },
    note: { type: 'string', label: 'Note', help: '' },
  },
})
const identifyUser = action({ name: 'Identify User', help: '', trigger: 'type = "identify"', fields: {} })

type Name = 'trackEvent' | 'identifyUser'
const example = (presets: readonly (Name | Preset<Name>)[]) =>
  destination({
    mode: 'cloud',
    kind: 'example',
    name: 'Example',
    help: '',
    settings: {},
    actions: { identifyUser, trackEvent },
    presets,
    batch: { count_max: 1, bytes_max: 1, age_ms_max: 1 },
    plan: () => [],
    judge: () => ({ status: 'delivered' }),
  })

describe('presets', () => {
  test('give a subscription each, in their order, with the defaults of the action', () => {
    assert.deepEqual(presetSubscriptions(example(['trackEvent', 'identifyUser'])), [
      {
        id: 'track-event',
        action: 'trackEvent',
        name: 'Track Event',
        enabled: true,
        trigger: 'type = "track"',
        mapping: { event: { '@path': '$.event' }, revenue: 0 },
      },
      {
        id: 'identify-user',
        action: 'identifyUser',
        name: 'Identify User',
        enabled: true,
        trigger: 'type = "identify"',
        mapping: {},
      },
    ])
  })

  test('may have a trigger of their own, a mapping over that of the action, and be off', () => {
    const preset = { id: 'pages', name: 'Pages', action: 'trackEvent', trigger: 'type = "page"' } as const
    const presets = [
      { ...preset, mapping: { event: 'Viewed' }, enabled: false },
      { ...preset, id: 'more', enabled: true },
    ]
    assert.deepEqual(presetSubscriptions(example(presets)), [
      { ...preset, enabled: false, mapping: { event: 'Viewed', revenue: 0 } },
      { ...preset, id: 'more', enabled: true, mapping: { event: { '@path': '$.event' }, revenue: 0 } },
    ])
  })

  test('a default of 0 is a default; a field without one is left out', () => {
    assert.deepEqual(defaultMapping(trackEvent), { event: { '@path': '$.event' }, revenue: 0 })
  })

  test('a preset that is not an action is a bug, and is named', () => {
    assert.throws(() => presetSubscriptions(example(['nowhere' as 'trackEvent'])), /"nowhere"/)
  })
})

describe('slug', () => {
  const rows: readonly [name: string, id: string][] = [
    ['trackEvent', 'track-event'],
    ['Track Event', 'track-event'],
    ['track_event', 'track-event'],
    ['sendHTTPRequest', 'send-http-request'],
    ['identifyUserV2', 'identify-user-v2'],
    ['--Über  Café!', 'ber-caf'],
    ['日本', ''],
    ['', ''],
    [`${'a'.repeat(63)} b`, 'a'.repeat(63)],
    ['a'.repeat(99), 'a'.repeat(64)],
  ]
  for (const [name, id] of rows) test(`${JSON.stringify(name)} → "${id}"`, () => assert.equal(slug(name), id))
})
