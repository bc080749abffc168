import { AppError } from '../errors.ts'
import type { Json, JsonObject, SpecEvent } from '../event.ts'
import { setOwn } from '../own.ts'
import { compilePath } from '../path.ts'

/**
 * How one field gets its value: a literal, a directive (an object with one key that starts with `@`), or an object or
 * a list of those.
 */
export type MappingValue =
  | null
  | boolean
  | number
  | string
  | readonly MappingValue[]
  | { readonly [key: string]: MappingValue }
export type Mapping = Readonly<Record<string, MappingValue>>

/** Gives a field's value for an event; `undefined` leaves the field out. Pure and total: it never throws. */
export type Resolve = (event: SpecEvent) => Json | undefined

/** Names and their compilers. `at` is the place in the mapping, for error messages. */
const DIRECTIVES: Readonly<Record<string, (argument: MappingValue, at: string) => Resolve>> = {
  '@path': compilePathDirective,
  '@literal': (argument) => () => argument,
  '@first': compileFirst,
  '@lookup': compileLookup,
}

/**
 * Compiles a mapping once, so that applying it to an event is a plain walk: no parsing, no regular expressions.
 * A path that finds nothing leaves its field out; `0`, `false`, `''` and `null` are values and are kept.
 *
 * @throws {AppError} MAPPING_INVALID with the place and the problem.
 */
export function compileMapping(mapping: Mapping): (event: SpecEvent) => JsonObject {
  const resolve = compileObject(mapping, '')
  return (event) => resolve(event) as JsonObject
}

/** Compiles what one field is mapped to. `at` names the field in errors. */
export function compileValue(value: MappingValue, at: string): Resolve {
  if (value === null || typeof value !== 'object') return () => value
  if (isList(value)) return compileList(value, at)
  const names = Object.keys(value)
  const directive = names.find((name) => name.startsWith('@'))
  if (directive === undefined) return compileObject(value, at)
  if (names.length > 1) {
    throw invalid(at, `a directive stands alone, but beside "${directive}" there is another key`)
  }
  const compile = Object.hasOwn(DIRECTIVES, directive) ? DIRECTIVES[directive] : undefined
  if (compile === undefined) {
    throw invalid(at, `"${directive}" is not a directive; there are ${Object.keys(DIRECTIVES).join(', ')}`)
  }
  return compile(value[directive] as MappingValue, at === '' ? directive : `${at}.${directive}`)
}

function compileObject(value: Mapping, at: string): Resolve {
  const entries = Object.entries(value).map(
    ([name, inner]) => [name, compileValue(inner, at === '' ? name : `${at}.${name}`)] as const,
  )
  return function resolveObject(event) {
    const result: Record<string, Json> = {}
    for (const [name, resolve] of entries) {
      const resolved = resolve(event)
      if (resolved !== undefined) setOwn(result, name, resolved)
    }
    return result
  }
}

function compileList(items: readonly MappingValue[], at: string): Resolve {
  const resolvers = items.map((item, index) => compileValue(item, `${at}[${index}]`))
  return (event) => resolvers.map((resolve) => resolve(event)).filter((item) => item !== undefined)
}

function compilePathDirective(argument: MappingValue, at: string): Resolve {
  if (typeof argument !== 'string') throw invalid(at, 'a path is a text such as "$.properties.plan"')
  return compilePath(argument)
}

/** The first that is there: not missing, not null, not the empty text. */
function compileFirst(argument: MappingValue, at: string): Resolve {
  if (!isList(argument)) throw invalid(at, 'needs a list')
  const candidates = argument.map((candidate, index) => compileValue(candidate, `${at}[${index}]`))
  return function resolveFirst(event) {
    for (const candidate of candidates) {
      const value = candidate(event)
      if (value !== undefined && value !== null && value !== '') return value
    }
    return undefined
  }
}

/** `{value, table, default?}`: the table's value for the text of `value`, else the default, else nothing. */
function compileLookup(argument: MappingValue, at: string): Resolve {
  if (!isObject(argument) || !isObject(argument['table']) || argument['value'] === undefined) {
    throw invalid(at, 'needs "value" and "table"')
  }
  const value = compileValue(argument['value'], `${at}.value`)
  const table = new Map(
    Object.entries(argument['table']).map(([key, inner]) => [key, compileValue(inner, `${at}.table.${key}`)]),
  )
  const otherwise =
    argument['default'] === undefined ? undefined : compileValue(argument['default'], `${at}.default`)
  return function resolveLookup(event) {
    const key = value(event)
    const found = key === undefined || typeof key === 'object' ? undefined : table.get(String(key))
    return (found ?? otherwise)?.(event)
  }
}

function isList(value: MappingValue): value is readonly MappingValue[] {
  return Array.isArray(value)
}

function isObject(value: MappingValue | undefined): value is { readonly [key: string]: MappingValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(at: string, problem: string): AppError {
  return new AppError('MAPPING_INVALID', { at, problem })
}
