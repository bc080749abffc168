import type { Directives } from '../core/mapping/closures.ts'
import { first, ifDirective, lookup } from '../core/mapping/directives/choices.ts'
import { literal, path } from '../core/mapping/directives/paths.ts'
import type { Languages } from './subscriptions.ts'

/** What the smallest bundle has: all that the ready-made mappings use, and what people most often add to them. */
const directives: Directives = {
  '@path': path,
  '@literal': literal,
  '@if': ifDirective,
  '@first': first,
  '@lookup': lookup,
}

export const SMALL: Languages = { directives, functions: {}, powers: {} }
