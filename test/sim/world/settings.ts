import type { Configuration, Instance, Source } from '../../../core/configuration.ts'
import type { Destination } from '../../../core/destination.ts'
import type { SpecEvent } from '../../../core/event.ts'
import { presetSubscriptions } from '../../../core/presets.ts'
import { heap } from '../../../destinations/heap/index.ts'
import { webhook } from '../../../destinations/webhook/index.ts'
import { bulk } from './bulk.ts'

export const SOURCES = ['web', 'app', 'late'] as const
export type SourceId = (typeof SOURCES)[number]
export const INSTANCES = ['heap', 'bulk', 'single'] as const
export type InstanceId = (typeof INSTANCES)[number]

export const CATALOGUE: ReadonlyMap<string, Destination> = new Map(
  [heap, webhook, bulk].map((one) => [one.kind, one]),
)

/** What a person can change while the server runs. */
export type Choices = {
  readonly hasLateSource: boolean
  readonly isSingleOn: boolean
  readonly isHeapOn: boolean
  readonly isBulkPaused: boolean
  /** Bulk takes beats too. */
  readonly takesBeats: boolean
  /** Bulk's mapping makes something of what it refused before. */
  readonly isMended: boolean
  readonly note: string
}
export const FIRST_CHOICES: Choices = {
  hasLateSource: false,
  isSingleOn: true,
  isHeapOn: true,
  isBulkPaused: false,
  takesBeats: true,
  isMended: false,
  note: 'first',
}
export const CHANGES = ['late source', 'single', 'heap', 'pause', 'beats', 'note', 'mend'] as const
export type Change = (typeof CHANGES)[number]

export function changed(choices: Choices, change: Change): Choices {
  switch (change) {
    case 'late source':
      return { ...choices, hasLateSource: true }
    case 'single':
      return { ...choices, isSingleOn: !choices.isSingleOn }
    case 'heap':
      return { ...choices, isHeapOn: !choices.isHeapOn }
    case 'pause':
      return { ...choices, isBulkPaused: !choices.isBulkPaused }
    case 'beats':
      return { ...choices, takesBeats: !choices.takesBeats }
    case 'note':
      return { ...choices, note: `${choices.note}+` }
    case 'mend':
      return { ...choices, isMended: !choices.isMended }
  }
}

export function configurationOf(choices: Choices): Configuration {
  const sources = SOURCES.filter((id) => id !== 'late' || choices.hasLateSource)
  return {
    sources: sources.map((id): Source => ({ id, name: id, kind: 'http', writeKey: `key-${id}` })),
    instances: [heapInstance(choices, sources), bulkInstance(choices, sources), singleInstance(choices)],
  }
}

/** What the oracle expects of an instance: which sources it reads, and which subscriptions an event is bound for. */
export type Expected = {
  readonly isOn: boolean
  readonly sources: readonly string[]
  readonly subscriptionsOf: (event: SpecEvent) => readonly string[]
}

export function expectedOf(instanceId: InstanceId, choices: Choices): Expected {
  switch (instanceId) {
    case 'heap':
      return {
        isOn: choices.isHeapOn,
        sources: SOURCES,
        subscriptionsOf: ({ type }) =>
          type === 'track' || type === 'page'
            ? ['track-event']
            : type === 'identify'
              ? ['identify-user']
              : [],
      }
    case 'bulk':
      return {
        isOn: true,
        sources: SOURCES,
        subscriptionsOf(event) {
          if (event.type !== 'track') return []
          return [
            ...(choices.takesBeats || event.event !== 'Beat' ? ['send'] : []),
            ...(event.event === 'Buy' ? ['buys'] : []),
          ]
        },
      }
    case 'single':
      return { isOn: choices.isSingleOn, sources: ['app'], subscriptionsOf: () => ['send-event'] }
  }
}

function heapInstance({ isHeapOn }: Choices, sources: readonly string[]): Instance {
  return {
    id: 'heap',
    kind: 'heap',
    name: 'Heap',
    enabled: isHeapOn,
    sources,
    settings: { appId: '11', apiUrl: 'https://heap.sim', eventsPerMinutePerPerson: 60 },
    subscriptions: presetSubscriptions(heap),
  }
}

/** What is no kind is left out, and not refused. */
const KNOWN_KIND = {
  '@lookup': { value: { '@path': '$.properties.kind' }, table: { same: 'same', slow: 'slow' } },
} as const

function bulkInstance(
  { takesBeats, note, isBulkPaused, isMended }: Choices,
  sources: readonly string[],
): Instance {
  const [send] = presetSubscriptions(bulk)
  if (send === undefined) throw new Error('bulk has no preset')
  const trigger = takesBeats ? 'type = "track"' : 'type = "track" and event != "Beat"'
  const mapping = { ...send.mapping, note, ...(isMended ? { kind: KNOWN_KIND } : {}) }
  return {
    id: 'bulk',
    kind: 'bulk',
    name: 'Bulk',
    enabled: true,
    ...(isBulkPaused ? { paused: true } : {}),
    sources,
    settings: {},
    subscriptions: [
      { ...send, trigger, mapping },
      { ...send, id: 'buys', trigger: 'type = "track" and event = "Buy"', mapping },
    ],
  }
}

function singleInstance({ isSingleOn }: Choices): Instance {
  return {
    id: 'single',
    kind: 'webhook',
    name: 'Single',
    enabled: isSingleOn,
    sources: ['app'],
    settings: { url: 'https://single.sim/hook' },
    subscriptions: presetSubscriptions(webhook),
  }
}
