import { didYouMean } from '../did-you-mean.ts'
import { step } from './closures.ts'
import type { Mapping, MappingProblem, MappingValue, Powers } from './mapping.ts'
import { ARGUMENTS, type Kind, type Parts, type SimpleKind } from './signatures.ts'

const DEPTH_MAX = 50
const ROWS_MAX = 1_000
const PATTERN_CHARS_MAX = 1_000
const TEMPLATE_CHARS_MAX = 10_000

type Walk = {
  readonly at: string
  readonly depth: number
  readonly powers: Powers
  readonly report: (problem: MappingProblem) => void
}

/**
 * Everything that is wrong with a mapping, each with its place, such as `event.@first[1].@lookup.table`. Never throws,
 * whatever JSON it is given.
 */
export function checkMapping(mapping: Mapping, powers: Powers = {}): readonly MappingProblem[] {
  const problems: MappingProblem[] = []
  const walk = { at: '', depth: 0, powers, report: (problem: MappingProblem) => problems.push(problem) }
  if (isObject(mapping)) checkParts(mapping, walk)
  else tell(walk, 'must be an object')
  return problems
}

/** The same for what one field is mapped to. */
export function checkField(value: MappingValue, field: string, powers: Powers): readonly MappingProblem[] {
  return checkMapping({ [field]: value }, powers)
}

function checkValue(value: MappingValue, walk: Walk): void {
  if (typeof value !== 'object' || value === null) return
  if (walk.depth > DEPTH_MAX) tell(walk, `is nested more than ${DEPTH_MAX} deep`)
  else if (isList(value)) checkItems(value, walk)
  else checkObject(value as Mapping, walk)
}

function checkObject(value: Mapping, walk: Walk): void {
  const names = Object.keys(value)
  const [name, second] = names.filter((one) => one.startsWith('@'))
  const beside = names.find((other) => !other.startsWith('@') && other !== '_metadata')
  if (name === undefined) checkParts(value, walk)
  else if (second !== undefined)
    tell(walk, `has two directives, ${name} and ${second}; a directive stands alone`)
  else if (beside !== undefined) tell(walk, `has "${beside}" beside ${name}; a directive stands alone`)
  else if (!Object.hasOwn(ARGUMENTS, name)) tell(walk, `${name} is no directive; ${directiveMeant(name)}`)
  else checkKind(ARGUMENTS[name] as Kind, value[name] as MappingValue, inside(walk, name))
}

function directiveMeant(name: string): string {
  const meant = didYouMean(name, Object.keys(ARGUMENTS))
  return meant === undefined ? 'docs/mappings.md lists them' : `did you mean ${meant}?`
}

function checkParts(value: Mapping, walk: Walk): void {
  for (const [name, inner] of Object.entries(value)) checkValue(inner, inside(walk, name))
}

function checkItems(items: readonly MappingValue[], walk: Walk): void {
  items.forEach((item, index) => {
    checkValue(item, inside(walk, index))
  })
}

/** Checks an argument, or a part of one, against what it must be. */
function checkKind(kind: Kind, value: MappingValue, walk: Walk): void {
  const wrong = typeof kind === 'string' ? simpleProblem(kind, value, walk.powers) : undefined
  if (wrong !== undefined) tell(walk, wrong)
  else if (kind === 'arrayPath') checkArrayPath(value as readonly MappingValue[], walk)
  else if (kind === 'concat' && isObject(value)) checkNamed(CONCAT, value, walk)
  else if (kind === 'table') checkParts(value as Mapping, walk)
  else if (typeof kind === 'string') checkValue(value, walk)
  else if (isChoices(kind)) {
    if (!kind.includes(value as string)) tell(walk, `must be ${kind.map((one) => `"${one}"`).join(' or ')}`)
  } else checkNamed(kind, value, walk)
}

function isChoices(kind: Kind): kind is readonly string[] {
  return Array.isArray(kind)
}

/** What is wrong with the value itself, whatever is inside it. */
function simpleProblem(kind: SimpleKind, value: MappingValue, powers: Powers): string | undefined {
  switch (kind) {
    case 'value':
      return undefined
    case 'concat':
      return isList(value) || isObject(value) ? undefined : 'needs a list, or "values" and "separator"'
    case 'object':
      return isObject(value) ? undefined : 'must be an object or a directive'
    case 'computed':
      return typeof value === 'string' || isDirective(value)
        ? undefined
        : 'needs a text, or a directive that gives one'
    case 'values':
      return isList(value) ? undefined : 'needs a list'
    case 'text':
      return typeof value === 'string' ? undefined : 'must be a text'
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'must be true or false'
    case 'pattern':
      return patternProblem(1, value)
    case 'replacement':
      return patternProblem(0, value)
    case 'keys':
      return isList(value) && value.every((key) => typeof key === 'string')
        ? undefined
        : 'must be a list of texts'
    case 'table':
      if (!isObject(value)) return 'must be an object of "text: value"'
      return Object.keys(value).length > ROWS_MAX ? `has more than ${ROWS_MAX} rows` : undefined
    case 'liquid':
      return liquidProblem(value, powers)
    case 'arrayPath':
      return isList(value) && (value.length === 1 || value.length === 2)
        ? undefined
        : 'needs a list of a path and, if wanted, a shape: ["$.properties.products", {…}]'
  }
}

function patternProblem(chars_min: number, value: MappingValue): string | undefined {
  const isRight = typeof value === 'string' && value.length >= chars_min && value.length <= PATTERN_CHARS_MAX
  return isRight ? undefined : `must be a text of ${chars_min} to ${PATTERN_CHARS_MAX} characters`
}

function liquidProblem(value: MappingValue, { liquid }: Powers): string | undefined {
  if (typeof value !== 'string' || value.length > TEMPLATE_CHARS_MAX) {
    return `needs a text of at most ${TEMPLATE_CHARS_MAX.toLocaleString('en-US')} characters`
  }
  const compiled = liquid?.(value)
  return typeof compiled === 'string' ? compiled : undefined
}

/** The shape may be left out, be null, or be an object. */
function checkArrayPath([from = null, shape = null]: readonly MappingValue[], walk: Walk): void {
  if (typeof from !== 'string') checkValue(from, inside(walk, 0))
  if (shape !== null) checkKind('object', shape, inside(walk, 1))
}

const CONCAT: Parts = { values: 'values', 'separator?': 'text' }

function checkNamed(parts: Parts, value: MappingValue, walk: Walk): void {
  const known = Object.keys(parts).map((name) => name.replace('?', ''))
  if (!isObject(value)) {
    tell(walk, `needs ${wanted(parts)}`)
    return
  }
  for (const name of Object.keys(value)) {
    if (!known.includes(name) && !name.startsWith('_')) tell(walk, unknownPart(name, known))
  }
  for (const [key, kind] of Object.entries(parts)) {
    const name = key.replace('?', '')
    const given = Object.hasOwn(value, name) ? value[name] : undefined
    const isLeftOut = given === null && key !== name && kind !== 'value'
    if (given !== undefined && !isLeftOut) checkKind(kind, given, inside(walk, name))
    else if (key === name) tell(walk, `needs "${name}"`)
  }
  if (known.includes('exists') && value['exists'] === undefined && value['blank'] === undefined) {
    tell(walk, 'needs "exists" or "blank"')
  }
}

/** `"value" and "keys"`; of optional ones, that they may be there. */
function wanted(parts: Parts): string {
  const required = Object.keys(parts).filter((name) => !name.endsWith('?'))
  const optional = Object.keys(parts).filter((name) => name.endsWith('?'))
  const may = optional.map((name) => `"${name.slice(0, -1)}"`).join(', ')
  if (required.length === 0) return `an object of ${may}`
  return `${listed(required)}${may === '' ? '' : `, and may have ${may}`}`
}

function isDirective(value: MappingValue): boolean {
  return isObject(value) && Object.keys(value).some((name) => name.startsWith('@'))
}

function unknownPart(name: string, known: readonly string[]): string {
  const meant = didYouMean(name, known)
  const hint = meant === undefined ? `there are ${listed(known)}` : `did you mean "${meant}"?`
  return `"${name}" is not known here; ${hint}`
}

function tell({ at, report }: Walk, problem: string): void {
  report({ at, problem })
}

function inside(walk: Walk, key: string | number): Walk {
  return { ...walk, at: step(walk.at, key), depth: walk.depth + 1 }
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}

function isList(value: MappingValue): value is readonly MappingValue[] {
  return Array.isArray(value)
}

function isObject(value: MappingValue): value is { readonly [key: string]: MappingValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
