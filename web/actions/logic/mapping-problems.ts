import { checkField } from '../../../core/mapping/check.ts'
import type { MappingValue } from '../../../core/mapping/mapping.ts'
import { mappingHints } from '../../../core/mapping/trace.ts'
import { readJson, type TextSpan } from './json-text.ts'

export type MappingTextProblem = {
  readonly span: TextSpan
  readonly problem: string
  /** Allowed, and most likely mistaken. */
  readonly isHint: boolean
}

/** Stands for a field's name, which the checks put in front of each place. */
const FIELD = 'value'

/** Everything that is wrong with a field's mapping as it is written, each at its place in the text. */
export function mappingProblems(text: string): readonly MappingTextProblem[] {
  const read = readJson(text)
  if (!read.ok) return [{ span: read.span, problem: read.problem, isHint: false }]
  const value = read.value as MappingValue
  const whole = { start: 0, end: text.length }
  const placed = (at: string) => read.places.get(at.slice(FIELD.length).replace(/^\./, '')) ?? whole
  const wrong = checkField(value, FIELD, {})
  if (wrong.length > 0) {
    return wrong.map(({ at, problem }) => ({ span: placed(at), problem, isHint: false }))
  }
  return mappingHints(value, FIELD).map(({ at, problem }) => ({ span: placed(at), problem, isHint: true }))
}
