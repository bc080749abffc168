import type { Mapping } from './mapping/mapping.ts'
import type { TriggerNode } from './trigger/syntax.ts'

/**
 * What the settings document of a source gives the Heap Web plugin for one instance: read by `plugin/`, written by the
 * server. It is public: no secret may be in it. Triggers are parsed and mappings checked, so that a page needs neither
 * a parser nor messages.
 */
export type PagePlugin = {
  readonly instanceId: string
  readonly appId: string
  readonly sdk: 'auto' | 'current' | 'classic'
  readonly region: 'US' | 'EU'
  readonly disableTextCapture: boolean
  readonly secureCookie: boolean
  readonly trackingServer?: string
  readonly ingestServer?: string
  readonly hostname?: string
  /** Events for the items of lists in properties, at most this many a list; absent: none. */
  readonly arrayLimit?: number
  readonly subscriptions: readonly PageSubscription[]
}

export type PageSubscription = {
  readonly id: string
  readonly action: 'trackEvent' | 'identifyUser'
  readonly trigger: TriggerNode
  readonly mapping: Mapping
}
