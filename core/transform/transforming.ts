import type { EventEnvelope } from '../event.ts'
import type { ConnectedInstance } from './connected.ts'
import type { CompiledTransform, Transformed, Transforms } from './transform.ts'

/** What runs people's JavaScript; where there is none, as in a page, there are no transformations. */
export type Transforming = {
  /** The same one for the same text. @throws {AppError} TRANSFORM_INVALID */
  readonly compile: (text: string) => Pick<CompiledTransform, 'run' | 'trial'>
  /** What the event's source makes of it, before anything of an instance sees it; undefined: nothing. */
  readonly ofSource: (envelope: EventEnvelope) => Transformed | undefined
}

/** Gives instances what runs their transformations. The engine is loaded when the first one has any. */
export type Transformings = {
  /** The engine itself, for who checks and tries. */
  readonly engine: () => Promise<Transforms>
  /**
   * Until `end`, which gives back what they hold. Undefined: the instance has no transformations, and neither have its
   * sources.
   *
   * @throws {AppError} TRANSFORM_INVALID
   */
  readonly of: (instance: ConnectedInstance) => Promise<EndingTransforming | undefined>
}
export type EndingTransforming = Transforming & { readonly end: () => void }
