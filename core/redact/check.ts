import { didYouMean } from '../did-you-mean.ts'
import type { PlacedProblem } from '../errors.ts'
import { missingKeyAt, pathKeys } from '../path.ts'
import { KEPT_FIELDS, NAMED_FIELDS } from './redact.ts'
import { compileRegex } from './regex.ts'
import {
  KEEP_LAST_MAX,
  PATH_CHARS_MAX,
  REDACT_HOWS,
  REDACT_PATTERNS,
  REGEX_CHARS_MAX,
  type RedactRule,
  RULES_MAX,
} from './rule.ts'

const NAMES = ['how', 'path', 'pattern', 'regex', 'keys', 'keepLast'] as const

/** Everything that is wrong with rules as a person wrote them, and where: `[0, 'regex']`. */
export function ruleProblems(rules: unknown): readonly PlacedProblem[] {
  if (!Array.isArray(rules)) return [{ at: [], problem: 'must be a list of rules' }]
  const tooMany = rules.length > RULES_MAX ? [{ at: [], problem: `are over the limit of ${RULES_MAX}` }] : []
  return [
    ...tooMany,
    ...rules.flatMap((rule, index) =>
      problemsOf(rule).map(({ at, problem }) => ({ at: [index, ...at], problem })),
    ),
  ]
}

function problemsOf(rule: unknown): readonly PlacedProblem[] {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule))
    return [{ at: [], problem: 'must be a rule, such as {pattern: email, how: mask}' }]
  const given = rule as Partial<Record<(typeof NAMES)[number], unknown>>
  const unknown = Object.keys(rule).filter((name) => !(NAMES as readonly string[]).includes(name))
  const problems: PlacedProblem[] = unknown.map((name) => {
    const meant = didYouMean(name, NAMES)
    return {
      at: [name],
      problem: `is no part of a rule${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
    }
  })
  const wrong = (name: (typeof NAMES)[number], problem: string) => problems.push({ at: [name], problem })
  const { how, path, pattern, regex, keys, keepLast } = given
  if (!isOneOf(REDACT_HOWS, how)) wrong('how', `must be one of ${REDACT_HOWS.join(', ')}`)
  if (path === undefined && pattern === undefined && regex === undefined)
    problems.push({ at: [], problem: 'needs a path, a pattern or a regex' })
  if (pattern !== undefined && regex !== undefined) wrong('regex', 'cannot stand beside a pattern')
  if (pattern !== undefined && !isOneOf(REDACT_PATTERNS, pattern))
    wrong('pattern', `must be one of ${REDACT_PATTERNS.join(', ')}`)
  const [inRegex, inPath] = [regexProblem(regex), pathProblem(path, how)]
  if (inRegex !== undefined) wrong('regex', inRegex)
  if (inPath !== undefined) wrong('path', inPath)
  if (keys !== undefined && typeof keys !== 'boolean') wrong('keys', 'must be true or false')
  if (keys === true && pattern === undefined && regex === undefined)
    wrong('keys', 'is for a pattern or a regex')
  const isCount =
    Number.isInteger(keepLast) && (keepLast as number) >= 0 && (keepLast as number) <= KEEP_LAST_MAX
  if (keepLast !== undefined && !isCount)
    wrong('keepLast', `must be a whole number from 0 to ${KEEP_LAST_MAX}`)
  if (keepLast !== undefined && how !== 'mask') wrong('keepLast', 'is for mask')
  return problems
}

function isOneOf(known: readonly string[], value: unknown): boolean {
  return known.some((one) => one === value)
}

function regexProblem(regex: unknown): string | undefined {
  if (regex === undefined) return undefined
  if (typeof regex !== 'string' || regex === '') return 'must be a text'
  if (regex.length > REGEX_CHARS_MAX) return `is over the limit of ${REGEX_CHARS_MAX} characters`
  const compiled = compileRegex(regex)
  return compiled.ok ? undefined : `${compiled.problem} (at character ${compiled.at + 1})`
}

function pathProblem(path: unknown, how: unknown): string | undefined {
  if (path === undefined) return undefined
  if (typeof path !== 'string' || path === '') return 'must be a text'
  if (path.length > PATH_CHARS_MAX) return `is over the limit of ${PATH_CHARS_MAX} characters`
  const missing = missingKeyAt(path)
  if (missing !== undefined) return `lacks a key (at character ${missing + 1})`
  const keys = pathKeys(path)
  const [first = '', second] = keys
  if (first === '') return 'names nothing'
  if (isOneOf(KEPT_FIELDS, first)) return `${first} is needed to keep, order and deliver the event`
  if (!isOneOf(NAMED_FIELDS, first) || second !== undefined) return undefined
  if (first === 'event' || first === 'name')
    return how === 'drop' ? `${first} can be masked or hashed, not dropped` : undefined
  // Masked, all people would be one.
  return how === 'hash' ? undefined : `${first} says whose event it is: it can only be hashed`
}

/** Rules as they are kept, of those without a problem. */
export function readRules(rules: unknown): readonly RedactRule[] {
  return ruleProblems(rules).length === 0 ? (rules as readonly RedactRule[]) : []
}
