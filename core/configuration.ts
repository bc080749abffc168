import type { JsonObject } from './event.ts'
import type { Mapping } from './mapping/mapping.ts'
import type { RedactRule } from './redact/rule.ts'
import { SQL_KINDS, type SqlSettings } from './sql/settings.ts'
import type { SourcePlan, TrackingPlan } from './tracking-plan/tracking-plan.ts'

/** The kinds of source: which client library sends, and so what set-up page and abilities it has; or which database is read. */
export const SOURCE_KINDS = [
  ...(['javascript', 'node', 'python', 'go', 'ios', 'android', 'http'] as const),
  ...SQL_KINDS,
] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

/** What is noted of a visitor's address and browser, beside what the page itself sends. */
export const PRIVACY = ['keep', 'truncate', 'drop'] as const
export type Privacy = (typeof PRIVACY)[number]

export type Source = {
  readonly id: string
  readonly name: string
  readonly kind: SourceKind
  /** The key for new clients. */
  readonly writeKey: string
  /** Keys from before: still taken, until a person removes them. Never empty. */
  readonly olderWriteKeys?: readonly string[]
  /** Keys of this source that are refused until a person switches them on again. Never empty. */
  readonly disabledWriteKeys?: readonly string[]
  /** The sites whose pages may send, such as `https://*.example.com`; left out: all. Never empty. */
  readonly origins?: readonly string[]
  /** Left out: `keep`. */
  readonly privacy?: Privacy
  /** What is taken out of its events before they are kept, in this order; left out: nothing. Never empty. */
  readonly redact?: readonly RedactRule[]
  /** JavaScript that changes its events before any destination sees them: `docs/transformations.md`. Never empty. */
  readonly transform?: string
  /** The tracking plan that its events are held to; left out: none. */
  readonly plan?: SourcePlan
  /** How the database is read, of a source that is one; left out: nothing is read yet. */
  readonly sql?: SqlSettings
}

/** An action of an instance, switched on or off, with its trigger and mapping. */
export type Subscription = {
  /** Unique within its instance, and part of every idempotency key: never changed by a rename. */
  readonly id: string
  readonly action: string
  readonly name: string
  readonly enabled: boolean
  readonly trigger: string
  /** JavaScript that changes the event after the trigger matched and before it is mapped. Never empty. */
  readonly transform?: string
  readonly mapping: Mapping
}

/** One configured destination. */
export type Instance = {
  readonly id: string
  /** The destination's kind, such as `heap`. */
  readonly kind: string
  readonly name: string
  /** Off: events pass it by. */
  readonly enabled: boolean
  /** Its events wait for it, in order, until a person lets it go on; left out: it is not. */
  readonly paused?: true
  /** The ids of the sources that are connected to it. */
  readonly sources: readonly string[]
  /** The categories of consent that it needs, all of them; left out: none. Never empty. */
  readonly consent?: readonly string[]
  /** What is taken out of events before they reach its triggers and mappings; left out: nothing. Never empty. */
  readonly redact?: readonly RedactRule[]
  /** As the person wrote them; checked against the destination's settings. May hold secrets. */
  readonly settings: JsonObject
  readonly subscriptions: readonly Subscription[]
}

export const CHANNEL_KINDS = ['webhook', 'slack', 'email'] as const
/** Where alerts are sent. */
export type AlertChannel =
  /** `slack`: an incoming webhook of Slack, or of what understands the same (Mattermost, Discord's `/slack`). */
  | { readonly id: string; readonly kind: 'webhook' | 'slack'; readonly url: string }
  | { readonly id: string; readonly kind: 'email'; readonly to: readonly string[] }

/** What people are told of, and where. A rule that is left out is as it comes (`core/alerts.ts`); `false` switches it off. */
export type AlertSettings = {
  readonly channels: readonly AlertChannel[]
  readonly rules?: {
    readonly held?: { readonly minutes: number } | false
    readonly failing?: { readonly percent: number; readonly minutes: number } | false
    readonly lag?: { readonly minutes: number } | false
    readonly deadLetters?: { readonly count: number; readonly minutes: number } | false
    readonly disk?: boolean
  }
}

/** Everything that a person configures, in the order in which it is shown. */
export type Configuration = {
  readonly sources: readonly Source[]
  readonly instances: readonly Instance[]
  /** Left out: there is none. Never empty. */
  readonly plans?: readonly TrackingPlan[]
  readonly alerts?: AlertSettings
}

/** All keys of a source, those that are disabled too. */
export function writeKeysOf({ writeKey, olderWriteKeys = [] }: Source): readonly string[] {
  return [writeKey, ...olderWriteKeys]
}
