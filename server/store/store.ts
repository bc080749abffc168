import type { AlertSettings, Configuration, Instance, Source } from '../../core/configuration.ts'
import type { Json } from '../../core/event.ts'
import type { TrackingPlan } from '../../core/tracking-plan/tracking-plan.ts'
import type { PersonStore } from './persons.ts'
import type { FindingStore } from './plan-findings.ts'

export type { Configuration, Instance, Source, SourceKind, Subscription } from '../../core/configuration.ts'
export { SOURCE_KINDS } from '../../core/configuration.ts'

export type Change = {
  /** There is one thing of what `alerts`; its id is `alerts` too. */
  readonly what: 'source' | 'destination' | 'plan' | 'alerts'
  readonly id: string
  readonly change: 'created' | 'updated' | 'deleted'
}

/** A change with who made it and what it was before. `number` rises, and is never used again. */
export type RecordedChange = Change & {
  readonly number: number
  /** The number of the first of those that were made together. */
  readonly group: number
  readonly at_ms: number
  readonly by: string
  /** Undefined for what was created. As secret as the configuration itself. */
  readonly before: Source | Instance | TrackingPlan | AlertSettings | undefined
  readonly after: Source | Instance | TrackingPlan | AlertSettings | undefined
}
export type Author = { readonly by: string; readonly at_ms: number }
/** Older ones are removed: nobody undoes the ten-thousandth change before. */
export const CHANGES_KEPT_MAX = 10_000
/** Of one tracking plan: each holds all rules twice, up to 2 MB. */
export const PLAN_CHANGES_KEPT_MAX = 100

/**
 * Where configuration is kept. Every implementation passes `store.conformance.ts`.
 * What it is given has been checked: it keeps, and does not judge.
 */
export interface Store extends PersonStore, FindingStore {
  /** The whole configuration, in the order in which it was given. */
  read(): Promise<Configuration>
  /**
   * Makes the stored configuration equal to the given one, all of it or nothing, and tells what changed.
   * Applying the same configuration twice changes nothing the second time.
   * What changed is recorded with it.
   */
  apply(configuration: Configuration, author?: Author): Promise<readonly Change[]>
  /** The recorded changes, newest first; those of one source or destination when it is given. */
  changes(filter: ChangeFilter, count_max: number): Promise<readonly RecordedChange[]>
  /** The number of the newest change of each source, destination and plan, by `revisionKey`. */
  revisions(): Promise<ReadonlyMap<string, number>>
  /** A small thing that the server itself has to remember over a restart, by name; the newest one. */
  kept(name: string): Promise<Json | undefined>
  keep(name: string, value: Json): Promise<void>
  /**
   * Makes sure that nothing of what was replaced or removed is left in any file. False when somebody who reads an older
   * state keeps it from that.
   */
  compact(): Promise<boolean>
  close(): Promise<void>
}

export type ChangeFilter = {
  readonly what?: Change['what']
  readonly of?: string
  /** Only this one. */
  readonly number?: number
  /** Only those that were made together. */
  readonly group?: number
  /** Only older ones. */
  readonly before?: number
}

export function revisionKey(what: Change['what'], id: string): string {
  return `${what}:${id}`
}
