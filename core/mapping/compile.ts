import { didYouMean } from '../did-you-mean.ts'
import type { Json, JsonObject } from '../event.ts'
import { setOwn } from '../own.ts'
import { DIRECTIVES } from './directives/index.ts'
import type { Mapped, Mapping, MappingProblem, MappingValue, Powers, Resolve } from './mapping.ts'

const DEPTH_MAX = 50

/** What a directive has for compiling its argument. */
export type Compiler = {
  readonly at: string
  readonly powers: Powers
  /** Compiles a value that stands in the argument: under a key, at an index, or as the argument itself. */
  readonly part: (value: MappingValue, key?: string | number) => Resolve
  /** Reports that the argument is not what the directive needs. For an event it is a problem each time. */
  readonly invalid: (problem: string, key?: string | number) => Resolve
  /** A problem with an event, at this place of the mapping. */
  readonly problem: (problem: string) => MappingProblem
}
export type Report = (problem: MappingProblem) => void
type Place = { readonly at: string; readonly depth: number; readonly powers: Powers; readonly report: Report }

/**
 * Compiles a mapping once, so that applying it to an event is a walk over closures. Never throws: what is wrong with it
 * is told by `checkMapping`, and is a problem of every event.
 */
export function compileMapping(mapping: Mapping, powers: Powers = {}): (event: Json) => Mapped {
  const resolve = compileObject(mapping, { at: '', depth: 0, powers, report: () => undefined })
  return function map(event) {
    const problems: MappingProblem[] = []
    return { values: resolve(event, problems) as JsonObject, problems }
  }
}

/** Everything that is wrong with a mapping. */
export function checkMapping(mapping: Mapping, powers: Powers = {}): readonly MappingProblem[] {
  const problems: MappingProblem[] = []
  compileObject(mapping, { at: '', depth: 0, powers, report: (problem) => problems.push(problem) })
  return problems
}

/** Compiles what one field is mapped to; `at` names the field. */
export function compileField(value: MappingValue, at: string, powers: Powers, report: Report): Resolve {
  return compileValue(value, { at, depth: 0, powers, report })
}

function compileValue(value: MappingValue, place: Place): Resolve {
  if (value === null || typeof value !== 'object') return () => value
  if (place.depth >= DEPTH_MAX) return invalid(place, `is nested more than ${DEPTH_MAX} deep`)
  if (isList(value)) return compileList(value, place)
  const names = Object.keys(value)
  const directives = names.filter((name) => name.startsWith('@'))
  const [name] = directives
  if (name === undefined) return compileObject(value as Mapping, place)
  if (directives.length > 1)
    return invalid(place, `has two directives, ${name} and ${directives[1]}; one stands alone`)
  const beside = names.find((other) => other !== name && other !== '_metadata')
  if (beside !== undefined) return invalid(place, `has "${beside}" beside ${name}; a directive stands alone`)
  const compile = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined
  if (compile === undefined) return unknownDirective(place, name)
  return compile(value[name] as MappingValue, compilerAt(inside(place, name)))
}

function unknownDirective(place: Place, name: string): Resolve {
  const meant = didYouMean(name, Object.keys(DIRECTIVES))
  const hint = meant === undefined ? 'docs/mappings.md lists them' : `did you mean ${meant}?`
  return invalid(place, `${name} is no directive; ${hint}`)
}

function compilerAt(place: Place): Compiler {
  const { at, powers } = place
  return {
    at,
    powers,
    part: (value, key) => compileValue(value, key === undefined ? place : inside(place, key)),
    invalid: (problem, key) => invalid(key === undefined ? place : inside(place, key), problem),
    problem: (problem) => ({ at, problem }),
  }
}

function inside(place: Place, key: string | number): Place {
  const step = typeof key === 'number' ? `[${key}]` : `${place.at === '' ? '' : '.'}${key}`
  return { ...place, at: place.at + step, depth: place.depth + 1 }
}

function invalid({ at, report }: Place, problem: string): Resolve {
  const found = { at, problem }
  report(found)
  return (_, problems) => {
    problems.push(found)
    return undefined
  }
}

function compileObject(value: Mapping, place: Place): Resolve {
  const entries = Object.entries(value).map(
    ([name, inner]) => [name, compileValue(inner, inside(place, name))] as const,
  )
  return function resolveObject(root, problems) {
    const result: Record<string, Json> = {}
    for (const [name, resolve] of entries) {
      const resolved = resolve(root, problems)
      if (resolved !== undefined) setOwn(result, name, resolved)
    }
    return result
  }
}

function compileList(items: readonly MappingValue[], place: Place): Resolve {
  const resolvers = items.map((item, index) => compileValue(item, inside(place, index)))
  return function resolveList(root, problems) {
    return resolvers.map((resolve) => resolve(root, problems)).filter((item) => item !== undefined)
  }
}

function isList(value: MappingValue): value is readonly MappingValue[] {
  return Array.isArray(value)
}
