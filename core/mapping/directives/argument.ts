import { didYouMean } from '../../did-you-mean.ts'
import type { Json, JsonObject } from '../../event.ts'
import type { Compiler } from '../compile.ts'
import type { MappingProblem, MappingValue, Resolve } from '../mapping.ts'

/** Compiles a directive's argument. */
export type Directive = (argument: MappingValue, compiler: Compiler) => Resolve
export type Arguments = { readonly [name: string]: MappingValue }

/** What a text, or a list or an object in characters and items, may hold that a directive makes. */
export const TEXT_CHARS_MAX = 1_000_000
export const WEIGHT_MAX = 5_000_000

/** A directive whose argument is an object with these names; `compile` gets it when the names are right. */
export function named(
  required: readonly string[],
  optional: readonly string[],
  compile: (given: Arguments, compiler: Compiler) => Resolve,
): Directive {
  const known = [...required, ...optional]
  return function compileNamed(argument, compiler) {
    if (!isObject(argument)) return compiler.invalid(`needs ${listed(known)}`)
    const given: Arguments = Object.assign(Object.create(null), argument)
    const unknown = Object.keys(given).filter((name) => !known.includes(name) && !name.startsWith('_'))
    const missing = required.filter((name) => given[name] === undefined)
    const invalid = [
      ...unknown.map((name) => compiler.invalid(`"${name}" is not known here${meant(name, known)}`)),
      ...missing.map((name) => compiler.invalid(`needs "${name}"`)),
    ]
    return invalid[0] ?? compile(given, compiler)
  }
}

function meant(name: string, known: readonly string[]): string {
  const near = didYouMean(name, known)
  return near === undefined ? `; there are ${listed(known)}` : `; did you mean "${near}"?`
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}

/** A directive whose argument is a value, and that changes it. Nothing gives nothing. */
export function changing(
  change: (value: Json, fail: (problem: string) => undefined) => Json | undefined,
): Directive {
  return (argument, compiler) => changed(compiler.part(argument), compiler, change)
}

export function changed(
  resolve: Resolve,
  { problem }: Compiler,
  change: (value: Json, fail: (problem: string) => undefined) => Json | undefined,
): Resolve {
  return function resolveChanged(root, problems) {
    const value = resolve(root, problems)
    return value === undefined ? undefined : change(value, (text) => failed(problems, problem(text)))
  }
}

export function failed(problems: MappingProblem[], problem: MappingProblem): undefined {
  problems.push(problem)
}

/**
 * The text of a value: docs/mappings.md, "Rules for all of them". Null and nothing have none. What would be far too long
 * is not written out: any text over the limit stands for it, and whoever asks looks at the length.
 */
export function textOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  const isOver = typeof value === 'object' && isTooLarge(value, TEXT_CHARS_MAX)
  return isOver ? ' '.repeat(TEXT_CHARS_MAX + 1) : JSON.stringify(value)
}

export function isTooLong(text: string): boolean {
  return text.length > TEXT_CHARS_MAX
}

export function isObject<T extends MappingValue | Json | undefined>(
  value: T,
): value is T & { readonly [key: string]: MappingValue } & JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** How much a value holds in characters and items, counted no further than just above the limit. */
export function isTooLarge(value: Json, weight_max = WEIGHT_MAX): boolean {
  let left = weight_max
  const isOver = (inner: Json): boolean => {
    left -= typeof inner === 'string' ? inner.length + 1 : 1
    if (left < 0 || typeof inner !== 'object' || inner === null) return left < 0
    return Object.entries(inner).some(([key, item]) => {
      left -= key.length
      return isOver(item)
    })
  }
  return isOver(value)
}
export const TOO_LARGE = `makes more than ${WEIGHT_MAX.toLocaleString('en-US')} characters and items`
export const TOO_LONG = `makes a text of more than ${TEXT_CHARS_MAX.toLocaleString('en-US')} characters`
