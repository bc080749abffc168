import type { JsonObject } from '../../core/event.ts'
import type { Mapping } from '../../core/mapping/mapping.ts'

/** The kinds of source: which client library sends, and so what set-up page and abilities it has. */
export const SOURCE_KINDS = ['javascript', 'node', 'python', 'go', 'ios', 'android', 'http'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

export type Source = {
  readonly id: string
  readonly name: string
  readonly kind: SourceKind
  readonly writeKey: string
}

/** An action of an instance, switched on or off, with its trigger and mapping. */
export type Subscription = {
  /** Unique within its instance, and part of every idempotency key: never changed by a rename. */
  readonly id: string
  readonly action: string
  readonly name: string
  readonly enabled: boolean
  readonly trigger: string
  readonly mapping: Mapping
}

/** One configured destination. */
export type Instance = {
  readonly id: string
  /** The destination's kind, such as `heap`. */
  readonly kind: string
  readonly name: string
  readonly enabled: boolean
  /** The ids of the sources that are connected to it. */
  readonly sources: readonly string[]
  /** As the person wrote them; checked against the destination's settings. May hold secrets. */
  readonly settings: JsonObject
  readonly subscriptions: readonly Subscription[]
}

/** Everything that a person configures, in the order in which it is shown. */
export type Configuration = {
  readonly sources: readonly Source[]
  readonly instances: readonly Instance[]
}

export type Change = {
  readonly what: 'source' | 'destination'
  readonly id: string
  readonly change: 'created' | 'updated' | 'deleted'
}

/**
 * Where configuration is kept. Every implementation passes `store.conformance.ts`.
 * What it is given has been checked: it keeps, and does not judge.
 */
export interface Store {
  /** The whole configuration, in the order in which it was given. */
  read(): Promise<Configuration>
  /**
   * Makes the stored configuration equal to the given one, all of it or nothing, and tells what changed.
   * Applying the same configuration twice changes nothing the second time.
   */
  apply(configuration: Configuration): Promise<readonly Change[]>
  close(): Promise<void>
}
