import type { Json, JsonObject } from '../../event.ts'
import type { Place } from '../closures.ts'
import type { MappingProblem, MappingValue, Resolve } from '../mapping.ts'

/** Compiles a directive's argument, which has been checked: ../check.ts. */
export type Directive = (argument: MappingValue, place: Place) => Resolve
/** An argument that is an object of named parts. */
export type Parts = { readonly [name: string]: MappingValue | undefined }

/** What a text may hold that a directive makes, and what a list or an object, in characters and items. */
export const TEXT_CHARS_MAX = 1_000_000
export const WEIGHT_MAX = 5_000_000

/** Says that a directive could not do its work, and gives nothing. */
export type Fail = (problem: string) => undefined
type Change = (value: Json, fail: Fail) => Json | undefined

/** A directive whose argument is a value, and that changes it. Nothing gives nothing. */
export function changing(change: Change): Directive {
  return (argument, place) => changed(place, place.part(argument), change)
}

/** The same for a directive that has its value among named parts. */
export function changed({ at }: Place, resolve: Resolve, change: Change): Resolve {
  return function resolveChanged(root, problems) {
    const value = resolve(root, problems)
    return value === undefined ? undefined : change(value, (problem) => fail(problems, at, problem))
  }
}

export function fail(problems: MappingProblem[], at: string, problem: string): undefined {
  problems.push({ at, problem })
}

/**
 * The text of a value: docs/mappings.md, "Rules for all of them". Null and nothing have none. What would be far too long
 * is not written out: a text over the limit stands for it, and `limited` finds it.
 */
export function textOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  return typeof value === 'object' && weightOf(value, TEXT_CHARS_MAX) > TEXT_CHARS_MAX
    ? ' '.repeat(TEXT_CHARS_MAX + 1)
    : JSON.stringify(value)
}

export function isTooLong(text: string): boolean {
  return text.length > TEXT_CHARS_MAX
}
export const TOO_LONG = 'makes a text of more than 1,000,000 characters'
export const TOO_LARGE = 'makes more than 5,000,000 characters and items'

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** How much a value holds in characters and items; counts no further than just above `weight_max`. */
export function weightOf(value: Json, weight_max: number): number {
  let weight = 0
  const isOver = (inner: Json): boolean => {
    weight += typeof inner === 'string' ? inner.length + 1 : 1
    if (weight > weight_max || typeof inner !== 'object' || inner === null) return weight > weight_max
    return Object.entries(inner).some(([key, item]) => {
      weight += key.length
      return isOver(item)
    })
  }
  isOver(value)
  return weight
}
