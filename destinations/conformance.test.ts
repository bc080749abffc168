import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { NO_CONTEXT, requestsOf } from '../core/destination.ts'
import type { JsonObject } from '../core/event.ts'
import { catalogue } from './index.ts'
import { deliveriesOf, presetInstance } from './testing.ts'

const SETTINGS: Readonly<Record<string, JsonObject>> = {
  heap: { appId: '11' },
  webhook: { url: 'https://example.com/hook', secret: 'hush' },
}
const properties = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>
const call = fc.oneof(
  fc.record({
    type: fc.constant('track'),
    userId: fc.constantFrom('u1', 'u2'),
    event: fc.constant('E'),
    properties,
  }),
  fc.record({
    type: fc.constant('track'),
    anonymousId: fc.constant('a1'),
    event: fc.constant('E'),
    properties,
  }),
  fc.record({ type: fc.constant('identify'), userId: fc.constantFrom('u1', 'u2'), traits: properties }),
  fc.record({ type: fc.constant('page'), userId: fc.constant('u1'), name: fc.constant('Home'), properties }),
)
const calls = fc.array(call, { maxLength: 20 })

for (const [kind, destination] of catalogue) {
  const instance = presetInstance(destination, SETTINGS[kind] ?? {})
  const plan = (deliveries: ReturnType<typeof deliveriesOf>) =>
    destination.plan(deliveries, instance.settings as never, NO_CONTEXT)

  describe(`${kind} is a destination`, () => {
    test('1: each delivery is in one end, or else in requests, once in each', () => {
      fc.assert(
        fc.property(calls, (some) => {
          const deliveries = deliveriesOf(instance, some)
          const planned = plan(deliveries)
          for (const one of planned) assert.equal(new Set(one.deliveries).size, one.deliveries.length)
          const ended = planned.flatMap((one) => ('end' in one ? one.deliveries : []))
          const carried = new Set(requestsOf(planned).flatMap((request) => request.deliveries))
          assert.equal(ended.length + carried.size, deliveries.length)
          assert.deepEqual(new Set([...ended, ...carried]), new Set(deliveries))
        }),
      )
    })

    test('2: the same input gives the same requests and is not changed', () => {
      fc.assert(
        fc.property(calls, (some) => {
          const deliveries = deliveriesOf(instance, some)
          const before = JSON.stringify(deliveries)
          const requests = () => JSON.stringify(requestsOf(plan(deliveries)).map(({ request }) => request))
          assert.equal(requests(), requests())
          assert.equal(JSON.stringify(deliveries), before)
        }),
      )
    })

    test('3: its presets name actions that compile', () => {
      assert.ok(destination.presets.length > 0)
      for (const preset of destination.presets) assert.ok(Object.hasOwn(destination.actions, preset), preset)
    })

    test('4: every status has a judgement, and only 2xx is delivered', () => {
      for (let status = 100; status < 600; status++) {
        const request = { method: 'POST', url: 'https://example.com', json: {} } as const
        const judgement = destination.judge({ status, headers: {}, body: '' }, request, 0)
        assert.equal(judgement.status === 'delivered', status >= 200 && status < 300, String(status))
      }
    })

    test('5: everything that a person sees has words', () => {
      const actions = Object.values(destination.actions)
      const fields = [destination.settings, ...actions.map((action) => action.fields)].flatMap((table) =>
        Object.values(table),
      )
      for (const { label, help } of fields) assert.ok(label !== '' && help !== '', label)
      for (const { name, help } of [destination, ...actions]) assert.ok(name !== '' && help !== '', name)
    })
  })
}
