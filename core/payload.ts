import type { AnyValues, Field, Fields } from './destination.ts'
import type { Json } from './event.ts'
import { isNothing, toObject, toText } from './field-values.ts'
import { type Secret, secret } from './secret.ts'
import { isUtcText, utcText } from './timestamp.ts'

/** What is wrong with one field, in words that tell what would be right. Holds no value: values are people's data. */
export type FieldProblem = { readonly field: string; readonly problem: string }

export type ReadResult<V> =
  | { readonly ok: true; readonly values: V }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] }

/** Gives a field's value, `undefined` for "left out", or a problem. */
export type ReadField = (value: Json | undefined) => Json | Secret | undefined | Problem
/** Marked by a symbol, which no JSON holds: an event cannot pass a value of its own off as a problem. */
const PROBLEM = Symbol('problem')
type Problem = { readonly [PROBLEM]: true; readonly problem: string }

/**
 * Compiles the check of one field. Nothing given (missing, null or the empty text) leaves an optional field out and is
 * a problem for a required one. Values are brought to the field's type where nothing is lost by it: a number becomes
 * text, the text of a number becomes a number, `"true"` becomes true, a time becomes ISO 8601 in UTC.
 */
export function compileField(field: Field): ReadField {
  const convert = CONVERT[field.type]
  const choices = field.choices === undefined ? undefined : new Set<unknown>(field.choices)
  return function readField(value) {
    if (isNothing(value)) {
      return field.required === true ? problem('is missing') : undefined
    }
    const converted = convert(value)
    if (isProblem(converted)) return converted
    if (choices !== undefined && !choices.has(converted)) {
      return problem(`must be one of ${[...choices].join(', ')}`)
    }
    const text = field.type === 'secret' ? String(value) : converted
    const complaint = typeof text === 'string' ? textProblem(field, text) : undefined
    return complaint === undefined ? converted : problem(complaint)
  }
}

function textProblem({ length_max, check }: Field, text: string): string | undefined {
  if (length_max !== undefined && text.length > length_max) {
    return `has ${text.length} characters, and at most ${length_max} are allowed`
  }
  return check?.(text)
}

export function isProblem(value: ReturnType<ReadField>): value is Problem {
  return typeof value === 'object' && value !== null && PROBLEM in value
}

/**
 * Reads what a person gave for a destination's settings: unknown names are problems, literal defaults fill in what is
 * not given, secrets become a `Secret`.
 */
export function readSettings(
  fields: Fields,
  given: { readonly [name: string]: Json },
): ReadResult<AnyValues> {
  const values: Record<string, AnyValues[string]> = {}
  const problems: FieldProblem[] = []
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name)) {
      problems.push({ field: name, problem: `is no setting; there are ${Object.keys(fields).join(', ')}` })
    }
  }
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    const read = compileField(field)(isNothing(value) ? (field.default as Json | undefined) : value)
    if (isProblem(read)) problems.push({ field: name, problem: read.problem })
    else if (read !== undefined) values[name] = read
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, values }
}

const CONVERT: Readonly<Record<Field['type'], (value: Json) => Json | Secret | Problem>> = {
  string: (value) => toText(value) ?? problem('must be a text'),
  number: toNumber,
  integer(value) {
    const number = toNumber(value)
    return typeof number === 'number' && !Number.isInteger(number)
      ? problem('must be a whole number')
      : number
  },
  boolean(value) {
    if (typeof value === 'boolean') return value
    if (value === 'true' || value === 'false') return value === 'true'
    return problem('must be true or false')
  },
  datetime(value) {
    const time = isUtcText(value) ? value : utcText(value)
    return time ?? problem('must be a date and time in ISO 8601, such as 2026-01-31T12:00:00Z')
  },
  object: (value) => toObject(value) ?? problem('must be an object'),
  list(value) {
    return Array.isArray(value) ? value : problem('must be a list')
  },
  secret(value) {
    return typeof value === 'string' ? secret(value) : problem('must be a text')
  },
}

function toNumber(value: Json): number | Problem {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : problem('must be a number')
}

function problem(text: string): Problem {
  return { [PROBLEM]: true, problem: text }
}
