import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  bodyOf,
  type CloudDestination,
  type Delivery,
  jsonOf,
  NO_CONTEXT,
  type Planned,
  requestsOf,
} from '../core/destination.ts'
import type { JsonObject } from '../core/event.ts'
import { subscriptionHints } from '../core/explain.ts'
import { checkSubscription } from '../core/instance.ts'
import { presetSubscriptions } from '../core/presets.ts'
import { catalogue } from './index.ts'
import { deliveriesOf, instanceWith, memory, preparedOf } from './testing.ts'

const SETTINGS: Readonly<Record<string, JsonObject>> = {
  heap: { appId: '11', apiKey: 'k', profilesFromContextTraits: true },
  webhook: { url: 'https://example.com/hook', secret: 'hush' },
}
const properties = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>
/** Good ids, and those that senders write by mistake. */
const id = fc.constantFrom(
  'u1',
  'u2',
  'a1',
  'null',
  '0',
  ' Guest ',
  '[object Object]',
  'x'.repeat(255),
  '__proto__',
)
const call = fc.record(
  {
    type: fc.constantFrom('track', 'identify', 'page', 'screen', 'group', 'alias'),
    userId: id,
    anonymousId: id,
    event: fc.constantFrom('E', 'User Deleted'),
    name: fc.constant('Home'),
    groupId: id,
    previousId: id,
    properties,
    traits: properties,
    context: fc.record({ traits: properties }),
  },
  { requiredKeys: ['type', 'userId', 'event', 'groupId', 'previousId'] },
)
const calls = fc.array(call, { maxLength: 20 })

for (const [kind, destination] of catalogue) {
  describe(`${kind} is a destination`, () => {
    test('3: its presets name actions that compile', () => {
      const subscriptions = presetSubscriptions(destination)
      assert.ok(subscriptions.length > 0)
      assert.equal(new Set(subscriptions.map(({ id }) => id)).size, subscriptions.length)
      for (const subscription of subscriptions) {
        assert.deepEqual(checkSubscription(subscription, destination), [], subscription.id)
        assert.deepEqual(subscriptionHints(subscription), [], subscription.id)
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
  if (destination.mode === 'cloud') sentByTheServer(kind, destination)
}

function sentByTheServer(kind: string, destination: CloudDestination): void {
  const actions = Object.keys(destination.actions).filter((name) => !destination.presets.includes(name))
  const instance = instanceWith(destination, { settings: SETTINGS[kind] ?? {}, actions })
  const settings = instance.settings as never
  const plan = (deliveries: readonly Delivery[], context = NO_CONTEXT) =>
    destination.plan(deliveries, settings, context)

  describe(`${kind} is a destination that this server sends to`, () => {
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

    test('4: every status has a judgement, and only 2xx is delivered', () => {
      for (let status = 100; status < 600; status++) {
        const request = { method: 'POST', url: 'https://example.com', json: {} } as const
        const judgement = destination.judge({ status, headers: {}, body: '' }, request, 0)
        assert.equal(judgement.status === 'delivered', status >= 200 && status < 300, String(status))
      }
    })

    test('6: adjustments are of deliveries that the request carries, and hold no more than a sentence', () => {
      fc.assert(
        fc.property(calls, (some) => {
          for (const { deliveries, adjustments = [] } of requestsOf(plan(deliveriesOf(instance, some)))) {
            for (const { delivery, text } of adjustments) {
              assert.ok(deliveries.includes(delivery))
              assert.ok(text.length > 0 && text.length <= 2_000, text)
            }
          }
        }),
      )
    })

    test('7: what a delivery uses are budgets that there are, in whole units, and a subject is named with them', () => {
      fc.assert(
        fc.property(calls, (some) => {
          const budgets = destination.budgets?.(settings) ?? {}
          for (const delivery of deliveriesOf(instance, some)) {
            for (const { budget, units } of destination.uses?.(delivery, settings) ?? []) {
              assert.ok(Object.hasOwn(budgets, budget), budget)
              assert.ok(Number.isInteger(units) && units > 0, `${units} of ${budget}`)
              const isOfSubject = budgets[budget]?.scope === 'subject'
              assert.ok(!isOfSubject || destination.subject?.(delivery, settings) !== undefined, budget)
            }
          }
        }),
      )
    })

    test('8: of what is durable it asks for nothing that it did not say it would, and depends on nothing else', () => {
      fc.assert(
        fc.property(calls, calls, (earlier, some) => {
          const { context, deliver } = memory()
          const before = plan(deliveriesOf(instance, earlier), context)
          deliver(before)
          const durable = new Set(durableKeys(before))
          const deliveries = deliveriesOf(instance, some)
          const told = new Set(deliveries.flatMap((one) => destination.recalls?.(one, settings) ?? []))
          const recall = (key: string) => {
            assert.ok(told.has(key) || !durable.has(key), key)
            return context.recall(key)
          }
          const planned = () => plan(deliveries, { ...context, recall })
          assert.equal(JSON.stringify(planned()), JSON.stringify(planned()))
          for (const one of planned()) {
            if (!('end' in one) || one.end.status !== 'unchanged') continue
            for (const delivery of one.deliveries) assert.ok(destination.remembers?.(delivery, settings))
          }
        }),
      )
    })

    test('9: what it remembers is small, and what is durable is what it will ask for', () => {
      fc.assert(
        fc.property(calls, (some) => {
          const deliveries = deliveriesOf(instance, some)
          const told = new Set(deliveries.flatMap((one) => destination.recalls?.(one, settings) ?? []))
          const planned = plan(deliveries)
          for (const key of durableKeys(planned)) assert.ok(told.has(key), key)
          for (const { key, value } of requestsOf(planned).flatMap(({ remember = [] }) => remember)) {
            assert.ok(key.length <= 200 && value.length <= 2_000, `${key}: ${value.length}`)
          }
        }),
      )
    })

    test('10: each budget has words, room and a window', () => {
      for (const budget of Object.values(destination.budgets?.(settings) ?? {})) {
        assert.ok(budget.label !== '' && budget.units_max > 0 && budget.window_ms > 0, budget.label)
      }
    })

    test('11: its test is planned as a request', () => {
      const { test: sample } = destination
      assert.ok(sample !== undefined && Object.hasOwn(destination.actions, sample.action))
      const planned = requestsOf(plan(deliveriesOf(instance, [sample.call])))
      assert.ok(planned.length > 0)
      assert.match(JSON.stringify(planned.map(({ request }) => jsonOf(request))), /Millrace connection test/)
    })

    test('12: what was prepared is sent, counted and ended as what was not', () => {
      fc.assert(
        fc.property(calls, calls, (earlier, some) => {
          const { context, deliver } = memory()
          deliver(plan(deliveriesOf(instance, earlier), context))
          const given = deliveriesOf(instance, some)
          const told = (deliveries: readonly Delivery[]) => ({
            planned: plan(deliveries, context).map(({ deliveries: carried, ...one }) => ({
              ...one,
              ...('request' in one && {
                request: { ...one.request, json: 0, jsonText: bodyOf(one.request) },
              }),
              ...('adjustments' in one && {
                adjustments: one.adjustments?.map((of) => ({
                  ...of,
                  delivery: deliveries.indexOf(of.delivery),
                })),
              }),
              deliveries: carried.map((delivery) => deliveries.indexOf(delivery)),
            })),
            each: deliveries.map((delivery) => [
              destination.subject?.(delivery, settings),
              destination.uses?.(delivery, settings),
              destination.recalls?.(delivery, settings),
              destination.remembers?.(delivery, settings),
            ]),
          })
          const prepared = given.map((delivery) => preparedOf(destination, delivery, settings))
          assert.equal(JSON.stringify(told(prepared)), JSON.stringify(told(given)))
        }),
      )
    })
  })
}

function durableKeys(planned: readonly Planned[]): readonly string[] {
  return requestsOf(planned).flatMap(({ remember = [] }) =>
    remember.filter(({ isDurable }) => isDurable).map(({ key }) => key),
  )
}
