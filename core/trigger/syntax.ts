import type { Json } from '../event.ts'

/** Where a part of a trigger stands in its text, counted from 0. */
export type Span = { readonly start: number; readonly end: number }

export type Operand =
  | { readonly kind: 'path'; readonly path: string; readonly span: Span }
  | { readonly kind: 'literal'; readonly value: null | boolean | number | string; readonly span: Span }
  | { readonly kind: 'list'; readonly values: readonly Json[]; readonly span: Span }

export const COMPARISONS = ['=', '!=', '>=', '<=', '>', '<', 'in'] as const
export type Comparison = (typeof COMPARISONS)[number]

/** A trigger, parsed. `grammar` is in docs/triggers.md. */
export type TriggerNode =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly TriggerNode[] }
  | { readonly kind: 'not'; readonly term: TriggerNode }
  | {
      readonly kind: 'compare'
      readonly comparison: Comparison
      readonly left: Operand
      readonly right: Operand
    }
  /** A value by itself: true when it is `true`. */
  | { readonly kind: 'is-true'; readonly operand: Operand }
