import type { Json } from '../../event.ts'
import type { MappingValue, Resolve } from '../mapping.ts'
import type { Directive, Parts } from './directive.ts'

/** `blank` asks for the contrary of its name: docs/mappings.md. */
export const ifDirective: Directive = (argument, { part }) => {
  const parts = argument as Parts
  const question = parts['exists'] === undefined ? 'blank' : 'exists'
  const [value, then, otherwise] = [question, 'then', 'else'].map((name) => part(parts[name], name)) as [
    ...[Resolve, Resolve, Resolve],
  ]
  const isThere = question === 'exists' ? isGiven : isFilled
  return (root, problems) => (isThere(value(root, problems)) ? then : otherwise)(root, problems)
}

/** The first that is there: not nothing, not null, not the empty text; one with a problem is passed over. */
export const first: Directive = (argument, { part }) => {
  const candidates = (argument as readonly MappingValue[]).map(part)
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

export const lookup: Directive = (argument, { part }) => {
  const parts = argument as Parts
  const value = part(parts['value'], 'value')
  const table = new Map(
    Object.entries(parts['table'] as Parts).map(([key, inner]) => [key, part(inner, `table.${key}`)]),
  )
  const otherwise = part(parts['default'], 'default')
  return function resolveLookup(root, problems) {
    const key = value(root, problems)
    const found = isGiven(key) && typeof key !== 'object' ? table.get(String(key)) : undefined
    return (found ?? otherwise)(root, problems)
  }
}

function isGiven(value: Json | undefined): value is Json {
  return value !== undefined && value !== null
}

function isFilled(value: Json | undefined): boolean {
  return isGiven(value) && value !== ''
}
