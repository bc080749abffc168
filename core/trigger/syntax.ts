/** Where a part of a trigger stands in its text, counted from 0. */
export type Span = { readonly start: number; readonly end: number }

export type Simple = null | boolean | number | string

export const FUNCTIONS = [
  'contains',
  'match',
  'length',
  'lowercase',
  'uppercase',
  'snakecase',
  'kebabcase',
  'titlecase',
  'typeof',
  'bool',
  'string',
  'number',
] as const
export type FunctionName = (typeof FUNCTIONS)[number]

/** A value in a trigger: docs/triggers.md has the grammar. */
export type Operand = { readonly span: Span } & (
  | { readonly kind: 'path'; readonly keys: readonly string[] }
  | { readonly kind: 'literal'; readonly value: Simple }
  | { readonly kind: 'list'; readonly values: readonly Simple[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly arguments: readonly Operand[] }
)

export const COMPARISONS = ['=', '!=', '>=', '<=', '>', '<', 'in'] as const
export type Comparison = (typeof COMPARISONS)[number]

/** A trigger, parsed. */
export type TriggerNode =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly TriggerNode[] }
  | { readonly kind: 'not'; readonly term: TriggerNode }
  | {
      readonly kind: 'compare'
      readonly comparison: Comparison
      readonly left: Operand
      readonly right: Operand
    }
  /** A value by itself: holds when it is `true`. */
  | { readonly kind: 'is-true'; readonly operand: Operand }

/** Why a text is no trigger. */
export type TriggerProblem = {
  /** Where, counted from 0; `end` is after the last character of what is wrong. */
  readonly span: Span
  readonly problem: string
  /** What was most likely meant instead of the text in the span. */
  readonly suggestion?: string
}
export type ReadTrigger =
  | { readonly ok: true; readonly node: TriggerNode }
  | { readonly ok: false; readonly problem: TriggerProblem }
