import type { Json } from '../event.ts'
import { pathKeys } from '../path.ts'
import { fieldHint } from '../trigger/explain.ts'
import { compileCheckedValue } from './checked.ts'
import { step } from './closures.ts'
import type { MappingProblem, MappingValue, Powers } from './mapping.ts'

type Parts = { readonly [name: string]: MappingValue }

/** Which part of a field's mapping made its value: `@first[1].@lookup.table.page`, or '' for the whole. */
export type Origin = {
  readonly at: string
  /** That part: a directive, or a fixed value. */
  readonly made: MappingValue
}

/**
 * Follows the choices of `@first`, `@if`, `@lookup` and `@literal` for an event, down to the directive or the fixed value
 * that made the field's value. The mapping must have been checked.
 */
export function originOf(value: MappingValue, root: Json, powers: Powers, at = ''): Origin {
  const [name = '', argument] = directiveOf(value) ?? []
  const chosen =
    argument === undefined ? undefined : CHOICES[name]?.(argument, (one) => run(one, root, powers))
  if (chosen === undefined) return { at, made: value }
  const [keys, inner] = chosen
  return originOf(inner, root, powers, [name, ...keys].reduce<string>(step, at))
}

type Choose = (
  argument: MappingValue,
  give: (value: MappingValue) => Json | undefined,
) => readonly [keys: readonly (string | number)[], inner: MappingValue] | undefined

/** Each asks its own directive, with its answers replaced by their names, which one it takes. */
const CHOICES: Readonly<Record<string, Choose>> = {
  '@literal': (argument) => [[], argument],
  '@first': (argument, give) => {
    const candidates = argument as readonly MappingValue[]
    const index = candidates.findIndex((candidate) => give({ '@first': [candidate] }) !== undefined)
    return index < 0 ? undefined : [[index], candidates[index] as MappingValue]
  },
  '@if': (argument, give) => {
    const parts = argument as Parts
    const named = Object.entries(parts).map(([name, part]) => [
      name,
      /^(then|else)$/.test(name) ? name : part,
    ])
    const taken = give({ '@if': Object.fromEntries(named) })
    const inner = parts[String(taken)]
    return inner === undefined ? undefined : [[String(taken)], inner]
  },
  '@lookup': (argument, give) => {
    const { value = null, table, default: otherwise } = argument as Parts
    const names = Object.keys(table as Parts).map((key) => [key, [key]])
    const taken = give({ '@lookup': { value, table: Object.fromEntries(names) } }) as
      | readonly string[]
      | undefined
    if (taken !== undefined)
      return [['table', String(taken[0])], (table as Parts)[String(taken[0])] as MappingValue]
    return otherwise === undefined ? undefined : [['default'], otherwise]
  },
}

function run(value: MappingValue, root: Json, powers: Powers): Json | undefined {
  return compileCheckedValue(value, '', powers)(root, [])
}

function directiveOf(value: MappingValue): readonly [string, MappingValue] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.entries(value as Parts).find(([name]) => name.startsWith('@'))
}

/** Paths whose first key is no field of an event, but nearly one. Allowed, and most likely mistaken. */
export function mappingHints(value: MappingValue, at: string): readonly MappingProblem[] {
  if (typeof value !== 'object' || value === null) return []
  const directive = directiveOf(value)
  if (directive?.[0] === '@path' && typeof directive[1] === 'string')
    return pathHints(directive[1], step(at, '@path'))
  if (directive?.[0] === '@arrayPath' && Array.isArray(directive[1])) {
    const [from] = directive[1]
    const place = step(step(at, '@arrayPath'), 0)
    return typeof from === 'string' ? pathHints(from, place) : mappingHints(from, place)
  }
  if (directive?.[0] === '@lookup') return lookupHints(directive[1] as Parts, step(at, '@lookup'))
  return Object.entries(value)
    .filter(([key]) => !(directive?.[0] === '@transform' && key === 'mapping'))
    .flatMap(([key, inner]) => mappingHints(inner, step(at, Array.isArray(value) ? Number(key) : key)))
}

/** The keys of a table are texts, and may look like directives. */
function lookupHints({ table, ...rest }: Parts, at: string): readonly MappingProblem[] {
  const rows = Object.entries((table ?? {}) as Parts)
  return [
    ...Object.entries(rest).flatMap(([name, inner]) => mappingHints(inner, step(at, name))),
    ...rows.flatMap(([key, inner]) => mappingHints(inner, step(step(at, 'table'), key))),
  ]
}

function pathHints(path: string, at: string): readonly MappingProblem[] {
  const hint = fieldHint(pathKeys(path))
  return hint === undefined ? [] : [{ at, problem: `${hint.problem}: did you mean \`${hint.suggestion}\`?` }]
}
