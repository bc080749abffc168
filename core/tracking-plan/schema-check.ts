import { didYouMean } from '../did-you-mean.ts'
import type { PlacedProblem } from '../errors.ts'
import { compileRegex } from '../redact/regex.ts'
import { FORMATS, JSON_TYPES, KEYWORDS, type KeywordKind, OTHER_FORMATS } from './keywords.ts'

/** As deep as an event may be. */
export const SCHEMA_LEVELS_MAX = 32
export const PATTERN_CHARS_MAX = 1_000
/** Nobody mends more at once. */
export const PROBLEMS_MAX = 100

type At = PlacedProblem['at']

/**
 * Everything that is wrong with a JSON Schema, and where. What passes can be compiled: only keywords of `KEYWORDS`, each with
 * what may stand behind it, and no references, so that the time of a check has the size of the schema as its bound.
 */
export function schemaProblems(schema: unknown): readonly PlacedProblem[] {
  const problems: PlacedProblem[] = []
  walk(schema, [], problems)
  return problems.slice(0, PROBLEMS_MAX)
}

function walk(schema: unknown, at: At, problems: PlacedProblem[]): void {
  if (typeof schema === 'boolean' || problems.length >= PROBLEMS_MAX) return
  if (at.length > SCHEMA_LEVELS_MAX * 2) {
    problems.push({ at, problem: `is nested too deeply: at most ${SCHEMA_LEVELS_MAX} levels` })
    return
  }
  if (!isObject(schema)) {
    problems.push({ at, problem: 'must be a schema, such as {type: string}' })
    return
  }
  for (const [name, value] of Object.entries(schema)) {
    const kind = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined
    if (kind !== undefined) check(kind, value, [...at, name], problems)
    else if (!name.startsWith('x-')) problems.push({ at: [...at, name], problem: unknownProblem(name) })
  }
}

function unknownProblem(name: string): string {
  if (name === '$ref' || name === 'definitions' || name === '$defs') {
    return 'is not supported: write what it stands for in its place'
  }
  const meant = didYouMean(name, Object.keys(KEYWORDS))
  return `is no keyword of JSON Schema that is supported${meant === undefined ? '' : `; did you mean "${meant}"?`}`
}

function check(kind: KeywordKind, value: unknown, at: At, problems: PlacedProblem[]): void {
  if (kind === 'schema' || (kind === 'schema or schemas' && !Array.isArray(value))) walk(value, at, problems)
  else if (kind === 'schemas' || kind === 'schema or schemas') {
    if (Array.isArray(value) && value.length > 0) walkAll(value, at, problems)
    else problems.push({ at, problem: 'must be a list of schemas' })
  } else if (kind === 'named schemas' || kind === 'patterns' || kind === 'dependencies')
    checkNamed(kind, value, at, problems)
  else {
    const problem = valueProblem(kind, value)
    if (problem !== undefined) problems.push({ at, problem })
  }
}

function walkAll(schemas: readonly unknown[], at: At, problems: PlacedProblem[]): void {
  for (const [index, schema] of schemas.entries()) walk(schema, [...at, index], problems)
}

function checkNamed(kind: KeywordKind, value: unknown, at: At, problems: PlacedProblem[]): void {
  if (!isObject(value)) {
    problems.push({ at, problem: 'must be schemas by their names' })
    return
  }
  for (const [name, schema] of Object.entries(value)) {
    const problem = kind === 'patterns' ? patternProblem(name) : undefined
    if (problem !== undefined) problems.push({ at: [...at, name], problem })
    const isNames = kind === 'dependencies' && Array.isArray(schema)
    if (!isNames) walk(schema, [...at, name], problems)
    else if (!areTexts(schema)) problems.push({ at: [...at, name], problem: 'must be a list of names' })
  }
}

type Plain = Exclude<
  KeywordKind,
  'schema' | 'schemas' | 'schema or schemas' | 'named schemas' | 'patterns' | 'dependencies'
>

function valueProblem(kind: Plain, value: unknown): string | undefined {
  const unless = (isFine: boolean, problem: string) => (isFine ? undefined : problem)
  const isNumber = typeof value === 'number' && Number.isFinite(value)
  switch (kind) {
    case 'note':
    case 'any':
      return undefined
    case 'type':
      return unless(isType(value), `must be one of ${JSON_TYPES.join(', ')}, or a list of them`)
    case 'enum':
      return unless(Array.isArray(value) && value.length > 0, 'must be a list of values')
    case 'number':
      return unless(isNumber, 'must be a number')
    case 'step':
      return unless(isNumber && value > 0, 'must be a number above 0')
    case 'count':
      return unless(Number.isSafeInteger(value) && Number(value) >= 0, 'must be a whole number from 0')
    case 'flag':
      return unless(typeof value === 'boolean', 'must be true or false')
    case 'pattern':
      return patternProblem(value)
    case 'format':
      return unless(
        [...FORMATS, ...OTHER_FORMATS].some((known) => known === value),
        `must be one of ${FORMATS.join(', ')}`,
      )
    case 'names':
      return unless(areTexts(value), 'must be a list of names')
  }
}

function isType(value: unknown): boolean {
  const isOne = (one: unknown) => JSON_TYPES.some((known) => known === one)
  return Array.isArray(value)
    ? value.length > 0 && value.every(isOne) && new Set(value).size === value.length
    : isOne(value)
}

/** Patterns are run in an engine that never tries one way after the other: docs/privacy.md says what they may have. */
function patternProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a text'
  if (value.length > PATTERN_CHARS_MAX) return `is over the limit of ${PATTERN_CHARS_MAX} characters`
  const compiled = compileRegex(value)
  return compiled.ok ? undefined : `is no pattern that is supported: it ${compiled.problem}`
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
