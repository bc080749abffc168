import type { Configuration } from '../../core/configuration.ts'

export type { Configuration, Instance, Source, SourceKind, Subscription } from '../../core/configuration.ts'
export { SOURCE_KINDS } from '../../core/configuration.ts'

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
