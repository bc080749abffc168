import type { Instance, Subscription } from './configuration.ts'
import { action, destination, fields } from './destination.ts'
import type { EventEnvelope, JsonObject } from './event.ts'
import type { Mapping } from './mapping/mapping.ts'
import { deepFreeze, RECEIVED_AT, trackEvent } from './testing.ts'

const help = 'For the test.'
export const example = destination({
  mode: 'cloud',
  kind: 'example',
  name: 'Example',
  help,
  settings: fields({
    appId: { type: 'string', label: 'App', help, required: true },
    speed: { type: 'integer', label: 'Speed', help, default: 5 },
  }),
  actions: {
    send: action({
      name: 'Send',
      help,
      trigger: 'type = "track"',
      fields: {
        name: { type: 'string', label: 'Name', help, required: true, length_max: 20 },
        price: { type: 'number', label: 'Price', help },
        details: { type: 'object', label: 'Details', help },
      },
    }),
    forget: action({
      name: 'Forget',
      help,
      trigger: 'type = "track"',
      fields: { who: { type: 'string', label: 'Who', help, required: true } },
    }),
  },
  presets: ['send'],
  batch: { count_max: 10, bytes_max: 1_000, age_ms_max: 0 },
  plan: () => [],
  judge: () => ({ status: 'delivered' }),
})

export const MAPPING: Mapping = { name: { '@path': '$.event' }, price: { '@path': '$.properties.price' } }

export function subscription(given: Partial<Subscription> = {}): Subscription {
  return {
    id: 'send',
    action: 'send',
    name: 'Send',
    enabled: true,
    trigger: 'type = "track"',
    mapping: MAPPING,
    ...given,
  }
}

export function instance(given: Partial<Instance> = {}): Instance {
  return deepFreeze({
    id: 'i1',
    kind: 'example',
    name: 'Mine',
    enabled: true,
    sources: ['s1', 's2'],
    settings: { appId: '11' },
    subscriptions: [subscription()],
    ...given,
  })
}

export function envelope(event: JsonObject = {}, sourceId = 's1'): EventEnvelope {
  return deepFreeze({
    kind: 'event',
    sourceId,
    receivedAt: RECEIVED_AT,
    event: trackEvent(event),
    address: { lane: 0, chunk: 1, index: 0 },
  })
}
