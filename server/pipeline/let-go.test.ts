import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bodyOf, type CloudDestination, NO_CONTEXT, requestsOf } from '../../core/destination.ts'
import type { EventEnvelope, SpecEvent } from '../../core/event.ts'
import { compileInstance } from '../../core/instance.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { heap } from '../../destinations/heap/index.ts'
import { webhook } from '../../destinations/webhook/index.ts'
import { letsGo } from './let-go.ts'

const SETTINGS = { heap: { appId: '11' }, webhook: { url: 'https://example.com/' } }

function under(destination: CloudDestination) {
  const { kind, name } = destination
  const settings = SETTINGS[kind as keyof typeof SETTINGS]
  const instance = compileInstance(
    {
      id: kind,
      kind,
      name,
      enabled: true,
      sources: ['app'],
      settings,
      subscriptions: presetSubscriptions(destination),
    },
    destination,
  )
  const letGo = letsGo(instance)
  return {
    given: (envelope: EventEnvelope) => instance.handle(envelope),
    kept: (envelope: EventEnvelope) => letGo(envelope, instance.handle(envelope)),
    bodies: (of: ReturnType<typeof instance.handle>) => {
      const deliveries = of.flatMap((one) => (one.status === 'ready' ? [one.delivery] : []))
      return requestsOf(destination.plan(deliveries, instance.settings as never, NO_CONTEXT)).map(
        ({ request }) => bodyOf(request),
      )
    },
  }
}

const deep = { far: { from: 'home' } }
function envelope(event: object): EventEnvelope {
  return {
    kind: 'event',
    sourceId: 'app',
    receivedAt: '2026-01-01T00:00:00.000Z',
    event: { messageId: 'm1', userId: 'ada', timestamp: '2026-01-01T00:00:00.000Z', ...event } as SpecEvent,
    address: { lane: 0, chunk: 3, index: 4 },
  }
}

describe('what a batch keeps of an event', () => {
  const track = envelope({ type: 'track', event: 'Seen', properties: deep, context: deep })

  test('is its head, and what is sent, where the destination prepares it', () => {
    const { kept, given, bodies } = under(heap)
    const { envelope: head, handled } = kept(track)
    const { kind: _, event, ...rest } = track
    assert.deepEqual(head, {
      ...rest,
      event: {
        type: 'track',
        event: 'Seen',
        messageId: 'm1',
        userId: 'ada',
        name: undefined,
        anonymousId: undefined,
      },
    })
    assert.deepEqual(bodies(handled), bodies(given(track)))
    assert.ok(!holds(handled, deep) && !holds(handled, event))
  })

  test('is the head and the values, where it prepares others only', () => {
    const identify = envelope({ type: 'identify', traits: deep, context: { other: 1 } })
    const { kept, given, bodies } = under(heap)
    const { handled } = kept(identify)
    assert.deepEqual(bodies(handled), bodies(given(identify)))
    assert.ok(holds(handled, deep) && !holds(handled, identify.event))
  })

  test('is all of it, where it prepares nothing', () => {
    const { kept } = under(webhook)
    const { envelope: head, handled } = kept(track)
    assert.equal(head, track)
    assert.ok(holds(handled, track.event))
  })

  test('is the values, where preparing fails: its plan fails too, and says of what', () => {
    const prepare = () => {
      throw new Error('oops')
    }
    const { kept } = under({ ...heap, prepare } as CloudDestination)
    assert.ok(holds(kept(track).handled, deep))
  })
})

/** Whether a value has this very object in it. */
function holds(value: unknown, wanted: object): boolean {
  if (value === wanted) return true
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((inner) => holds(inner, wanted))
}
