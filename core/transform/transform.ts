import type { SpecEvent } from '../event.ts'

/** The longest text of a transformation, characters. Segment's functions may be as long: 50 kB in all plans. */
export const TRANSFORM_CHARS_MAX = 50_000
/** The longest event that a transformation may give, characters of its JSON. */
export const TRANSFORMED_CHARS_MAX = 1_048_576

/** What a transformation made of an event. */
export type Transformed =
  | { readonly status: 'changed'; readonly event: SpecEvent }
  /** It gave `null`: the event is not wanted. */
  | { readonly status: 'dropped' }
  /** It threw, ran for too long, or gave what is no event. The event must not go on as it was. */
  | { readonly status: 'failed'; readonly problem: string }

export type Transform = (event: SpecEvent) => Transformed

/** What is wrong with the text of a transformation, and where; lines and columns count from 1. */
export type TransformProblem = { readonly problem: string; readonly line: number; readonly column: number }

/** A run that a person looks at: what came out, and what it wrote with `console.log`. */
export type TransformTrial = { readonly result: Transformed; readonly lines: readonly string[] }

export type CompiledTransform = {
  readonly run: Transform
  readonly trial: (event: SpecEvent) => TransformTrial
  /** Gives back its memory. It is not run afterwards. */
  readonly dispose: () => void
}

/** What can run transformations. An interface, as `core` runs in a page as well, where there is none. */
export type Transforms = {
  /** @throws {AppError} TRANSFORM_INVALID; `checkTransform` finds it beforehand. */
  readonly compile: (text: string) => CompiledTransform
}
