import type { Json, JsonObject } from '../event.ts'
import { setOwn } from '../own.ts'
import type { Directive } from './directives/directive.ts'
import type { Mapping, MappingProblem, MappingValue, Powers, Resolve } from './mapping.ts'

/** What a directive has for compiling its argument. */
export type Place = {
  readonly at: string
  readonly powers: Powers
  readonly directives: Directives
  /** Compiles a value of the argument: under a key, at an index, or the argument itself. */
  readonly part: (value: MappingValue | undefined, key?: string | number) => Resolve
}

/** The directives that a mapping may use: all of them in checked.ts, fewer in a page that needs no more. */
export type Directives = Readonly<Record<string, Directive>>

/**
 * Compiles a mapping that `checkMapping` has found nothing wrong with, and that uses only these directives: this is all
 * that a page needs. Applying it to an event is a walk over closures.
 */
export function compileMappingWith(directives: Directives, mapping: Mapping, powers: Powers): Resolve {
  return compileObject(mapping, placeIn({ at: '', powers, directives }))
}

/** The same for what one field is mapped to; `at` names the field. */
export function compileValueWith(value: MappingValue | undefined, place: Omit<Place, 'part'>): Resolve {
  return placeIn(place).part(value)
}

/** `a.b[1].@first`: one step further into a mapping. */
export function step(at: string, key: string | number): string {
  if (typeof key === 'number') return `${at}[${key}]`
  return at === '' ? key : `${at}.${key}`
}

/** A place, or the one under a key of it. */
function placeIn(around: Omit<Place, 'part'>, key?: string | number): Place {
  const place: Place = {
    ...around,
    at: key === undefined ? around.at : step(around.at, key),
    part: (value, inner) => compileValue(value, inner === undefined ? place : placeIn(place, inner)),
  }
  return place
}

/** What is not given is nothing. */
function compileValue(value: MappingValue | undefined, place: Place): Resolve {
  if (typeof value !== 'object' || value === null) return () => value
  if (Array.isArray(value)) return compileList(value, place)
  const name = Object.keys(value).find((key) => key.startsWith('@'))
  if (name !== undefined) return compileDirective(name, (value as Mapping)[name] as MappingValue, place)
  return compileObject(value as Mapping, place)
}

function compileDirective(name: string, argument: MappingValue, place: Place): Resolve {
  return (place.directives[name] as Directive)(argument, placeIn(place, name))
}

function compileObject(value: Mapping, { part }: Place): Resolve {
  const entries = Object.entries(value).map(([name, inner]) => [name, part(inner, name)] as const)
  return function resolveObject(root, problems) {
    const result: Record<string, Json> = {}
    for (const [name, resolve] of entries) {
      const resolved = resolve(root, problems)
      if (resolved !== undefined) setOwn(result, name, resolved)
    }
    return result as JsonObject
  }
}

function compileList(items: readonly MappingValue[], { part }: Place): Resolve {
  const resolvers = items.map(part)
  return (root, problems: MappingProblem[]) =>
    resolvers.map((resolve) => resolve(root, problems)).filter((item) => item !== undefined)
}
