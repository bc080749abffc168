import type { Destination } from '../core/destination.ts'
import { heap } from './heap/index.ts'
import { webhook } from './webhook/index.ts'

/** Every destination that ships, by kind, in the order of the catalogue. */
export const catalogue: ReadonlyMap<string, Destination> = new Map(
  [heap, webhook].map((destination) => [destination.kind, destination]),
)
