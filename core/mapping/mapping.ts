import type { Json, JsonObject } from '../event.ts'

/**
 * How one field gets its value: a literal, a directive (an object with one key that starts with `@`), or an object or
 * a list of those. docs/mappings.md says what each directive means.
 */
export type MappingValue =
  | null
  | boolean
  | number
  | string
  | readonly MappingValue[]
  | { readonly [key: string]: MappingValue }
export type Mapping = Readonly<Record<string, MappingValue>>

/** What is wrong, and where in the mapping: `event.@first[1].@lookup.table`. Holds no value: values are people's data. */
export type MappingProblem = { readonly at: string; readonly problem: string }

/**
 * Gives a value for an event, or for what a part of a mapping made of it; `undefined` is nothing. Pure and total: what
 * goes wrong is added to `problems`, and the value is then not to be used.
 */
export type Resolve = (root: Json | undefined, problems: MappingProblem[]) => Json | undefined

export type Mapped = { readonly values: JsonObject; readonly problems: readonly MappingProblem[] }

/** A compiled template. */
export type Render = (
  root: Json | undefined,
) => { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: string }

/** What a mapping may use that is too large to be part of it everywhere. */
export type Powers = {
  /** Compiles a Liquid template; a text says why it cannot. */
  readonly liquid?: (template: string) => Render | string
}
