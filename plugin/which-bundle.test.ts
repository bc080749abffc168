import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mapping } from '../core/mapping/mapping.ts'
import { presetSubscriptions } from '../core/presets.ts'
import { heapWeb } from '../destinations/heap-web/index.ts'
import { SETTINGS, subscription } from './testing.ts'
import { type Bundle, bundleFor } from './which-bundle.ts'

const rows: readonly [trigger: string, mapping: Mapping, bundle: Bundle][] = [
  ['type = "track"', {}, 'heap-web'],
  ['!(type != "track" or event = null and userId)', { event: 'E' }, 'heap-web'],
  ['type = "track"', { event: { '@first': [{ '@path': '$.event' }, { '@literal': 'E' }] } }, 'heap-web'],
  [
    'type = "track"',
    { properties: { a: [{ '@if': { exists: 1, then: { '@lower': 'B' } } }] } },
    'heap-web-full',
  ],
  ['type = "track"', { event: { '@template': '{{event}}' } }, 'heap-web-full'],
  ['properties.total > 5', {}, 'heap-web-full'],
  ['event in ["A", "B"]', {}, 'heap-web-full'],
  ['type = "track" and (contains(event, "A") or event = "B")', {}, 'heap-web-full'],
  ['lowercase(event) = "a"', {}, 'heap-web-full'],
  ['match(event, "A*")', {}, 'heap-web-full'],
  ['type = "track"', { event: { '@liquid': '{{event}}' } }, 'heap-web-liquid'],
  [
    'type = "track"',
    { properties: { '@merge': { objects: [{ a: { '@liquid': 'x' } }] } } },
    'heap-web-liquid',
  ],
]
for (const [trigger, mapping, bundle] of rows) {
  test(`${trigger} with ${JSON.stringify(mapping)}: ${bundle}`, () => {
    const subscriptions = [subscription('trackEvent', trigger, mapping)]
    assert.equal(bundleFor({ ...SETTINGS, subscriptions }), bundle)
  })
}

test('what is ready-made needs the smallest, switched on or not', () => {
  const subscriptions = presetSubscriptions(heapWeb).map(({ action, trigger, mapping }) =>
    subscription(action as 'trackEvent', trigger, mapping),
  )
  assert.equal(bundleFor({ ...SETTINGS, subscriptions }), 'heap-web')
})
