import { didYouMean } from '../../core/did-you-mean.ts'
import type { Path } from './problem.ts'

export const NAME_CHARS_MAX = 200
/** So that a message stays a line or two. */
const NAMES_SHOWN_MAX = 20
const GIVEN_SHOWN_CHARS_MAX = 64
/** Nobody reads further than this, and comparing each of many names with each of many takes minutes. */
const SUGGESTIONS_MAX = 100

/** What the readers of a configuration need beside the values: a place for problems, and the file's own letters. */
export type Reader = {
  report(at: Path, problem: string, part?: 'key'): void
  /** How many problems there are so far. */
  count(): number
  readonly sourceOf: (at: Path) => string | undefined
}

export type Keys = { readonly required: readonly string[]; readonly optional: readonly string[] }

/*
 * Each function below reads one value. It reports what is wrong with it and then gives a stand-in of the right type, so
 * that reading can go on and find the rest; nobody sees the stand-in, because one problem refuses the whole file.
 */

export function readObject(
  reader: Reader,
  at: Path,
  value: unknown,
  { required, optional }: Keys,
): Readonly<Record<string, unknown>> {
  if (!isObject(value)) {
    reader.report(at, 'must be a set of "key: value" lines')
    return {}
  }
  const known = [...required, ...optional]
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      reportUnknown(reader, [...at, key], { given: key, what: 'a key here', known, part: 'key' })
  }
  for (const key of required) {
    if (value[key] === undefined || value[key] === null) reader.report([...at, key], 'is missing')
  }
  return value
}

/** Gives `''` for what is missing: `readObject` has reported it. */
export function readText(reader: Reader, at: Path, value: unknown, chars_max = NAME_CHARS_MAX): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') {
    reader.report(at, notTextProblem(reader.sourceOf(at), value))
    return ''
  }
  if (value.trim() === '') reader.report(at, 'is empty')
  if (value.length > chars_max) reader.report(at, `is too long: the limit is ${chars_max} characters`)
  return value
}

/** A text of one word in certain characters; `rule` says which, for people. */
export function readWord(
  reader: Reader,
  at: Path,
  value: unknown,
  { pattern, rule }: { readonly pattern: RegExp; readonly rule: string },
): string {
  if (typeof value !== 'string') return readText(reader, at, value)
  if (!pattern.test(value)) reader.report(at, rule)
  return value
}

export function readFlag(reader: Reader, at: Path, value: unknown, missing: boolean): boolean {
  if (value === undefined) return missing
  if (typeof value !== 'boolean') reader.report(at, 'must be true or false, without quotes')
  return value === true
}

/** An empty key, such as `sources:` with all of its items commented out, is an empty list. */
export function readList(reader: Reader, at: Path, value: unknown, count_max: number): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    reader.report(at, 'must be a list: each item on a line of its own that starts with "-"')
    return []
  }
  if (value.length <= count_max) return value
  reader.report(at, `is too long: it has ${value.length} items, the limit is ${count_max}`)
  return []
}

/** Reports each value that came before; `what` names it for people, and the value itself is not shown. */
export function reportRepeats(
  reader: Reader,
  items: readonly { readonly at: Path; readonly value: string }[],
  problem: (firstAt: Path) => string,
): void {
  const first = new Map<string, Path>()
  for (const { at, value } of items) {
    const earlier = first.get(value)
    if (earlier === undefined) first.set(value, at)
    else if (value !== '') reader.report(at, problem(earlier))
  }
}

type Unknown = {
  readonly given: string
  /** What it is not, with its article. */
  readonly what: string
  readonly known: readonly string[]
  readonly part?: 'key'
}

/** `"heep" is not a destination; did you mean "heap"? (there are heap, webhook)` */
export function reportUnknown(reader: Reader, at: Path, { given, what, known, part }: Unknown): void {
  const near = reader.count() < SUGGESTIONS_MAX ? didYouMean(given, known) : undefined
  const question = near === undefined ? '' : `; did you mean "${near}"?`
  const shown = known.slice(0, NAMES_SHOWN_MAX).join(', ')
  const more = known.length > NAMES_SHOWN_MAX ? ` and ${known.length - NAMES_SHOWN_MAX} more` : ''
  const list = known.length === 0 ? 'there is none yet' : `there are ${shown}${more}`
  const name = JSON.stringify(given.slice(0, GIVEN_SHOWN_CHARS_MAX))
  reader.report(at, `${name} is not ${what}${question} (${list})`, part)
}

/** For a number or a flag where a text should be: YAML reads `011` as 11 and `true` as a flag unless it is quoted. */
export function notTextProblem(source: string | undefined, value: unknown): string {
  if (typeof value !== 'number' && typeof value !== 'boolean') return 'must be a text'
  const what = typeof value === 'number' ? 'a number' : 'true or false'
  const quoted = source === undefined ? '' : `: "${source}"`
  return `must be a text, and without quotes this is ${what}; write it in quotes${quoted}`
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
