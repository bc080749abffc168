import type { Json } from '../../event.ts'
import type { Resolve } from '../mapping.ts'
import { type Directive, isObject, named } from './argument.ts'

const ROWS_MAX = 1_000

/** `blank` asks for the contrary of its name: docs/mappings.md. */
export const ifDirective = named([], ['exists', 'blank', 'then', 'else'], (given, compiler) => {
  const question = given['exists'] === undefined ? 'blank' : 'exists'
  const asked = given[question]
  if (asked === undefined) return compiler.invalid('needs "exists" or "blank"')
  const value = compiler.part(asked, question)
  const then = given['then'] === undefined ? nothing : compiler.part(given['then'], 'then')
  const otherwise = given['else'] === undefined ? nothing : compiler.part(given['else'], 'else')
  const isThere = question === 'exists' ? isGiven : isFilled
  return (root, problems) => (isThere(value(root, problems)) ? then : otherwise)(root, problems)
})

/** The first that is there: not nothing, not null, not the empty text; one with a problem is passed over. */
export const first: Directive = (argument, compiler) => {
  if (!Array.isArray(argument)) return compiler.invalid('needs a list')
  const candidates = argument.map((candidate, index) => compiler.part(candidate, index))
  return function resolveFirst(root, problems) {
    const before = problems.length
    for (const candidate of candidates) {
      const start = problems.length
      const value = candidate(root, problems)
      if (problems.length > start || !isFilled(value)) continue
      problems.length = before
      return value
    }
    return undefined
  }
}

export const lookup = named(['value', 'table'], ['default'], (given, compiler) => {
  const { table: rows } = given
  if (!isObject(rows)) return compiler.invalid('must be an object of "text: value"', 'table')
  const entries = Object.entries(rows)
  if (entries.length > ROWS_MAX) return compiler.invalid(`has more than ${ROWS_MAX} rows`, 'table')
  const value = compiler.part(given['value'] ?? null, 'value')
  const table = new Map(entries.map(([key, inner]) => [key, compiler.part(inner, `table.${key}`)]))
  const otherwise = given['default'] === undefined ? nothing : compiler.part(given['default'], 'default')
  return function resolveLookup(root, problems) {
    const key = value(root, problems)
    const found = isGiven(key) && typeof key !== 'object' ? table.get(String(key)) : undefined
    return (found ?? otherwise)(root, problems)
  }
})

const nothing: Resolve = () => undefined

function isGiven(value: Json | undefined): value is Json {
  return value !== undefined && value !== null
}

function isFilled(value: Json | undefined): boolean {
  return isGiven(value) && value !== ''
}
