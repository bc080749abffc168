import type { Destination } from '../core/destination.ts'
import { heap } from './heap/index.ts'
import { heapWeb } from './heap-web/index.ts'
import { webhook } from './webhook/index.ts'

/** Every destination that ships, by kind, in the order of the catalogue: the first of two with one name is the one to take. */
export const catalogue: ReadonlyMap<string, Destination> = new Map(
  [heap, heapWeb, webhook].map((destination) => [destination.kind, destination]),
)
