// biome-ignore-all lint/suspicious/noThenProperty: "then" is a word of the language
import { createHash } from 'node:crypto'
import type { Json, JsonObject } from '../event.ts'
import {
  booleanOf,
  brought,
  cased,
  chosen,
  EVENT,
  find,
  type Given,
  isAllFinite,
  isObject,
  leavesOf,
  type Maybe,
  numberOf,
  replaced,
  SHAPE,
  textOf,
  textOrNothing,
  timeOf,
  UNSAID,
  withoutNulls,
} from './values.fixtures.ts'

/**
 * The plainest reading of docs/mappings.md, to hold the compiled one against. Slow on purpose, and it shares no code
 * with it. Liquid and the limits on lengths are left to tables.
 */
export type Reading =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'nothing' }
  /** `shape`: the mapping is wrong, whatever the event. `event`: this event does not suit it. */
  | { readonly kind: 'problem'; readonly why: 'shape' | 'event' }
  /** The document does not say: a path, number or time in a form that it does not show, or Liquid. */
  | { readonly kind: 'unsaid' }

export function interpret(mappedTo: Json, root: Json): Reading {
  try {
    const value = read(mappedTo, root)
    return value === undefined ? { kind: 'nothing' } : { kind: 'value', value }
  } catch (thrown) {
    if (thrown === UNSAID) return { kind: 'unsaid' }
    if (thrown === SHAPE) return { kind: 'problem', why: 'shape' }
    if (thrown === EVENT) return { kind: 'problem', why: 'event' }
    throw thrown
  }
}

/** Whether anything in it is wrong whatever the event, also in branches that no event takes. */
export function shapeOf(mappedTo: Json): 'well' | 'wrong' | 'unsaid' {
  if (typeof mappedTo !== 'object' || mappedTo === null) return 'well'
  if (!isObject(mappedTo) || !hasDirective(mappedTo)) return worst(Object.values(mappedTo).map(shapeOf))
  try {
    const { name, given } = directiveOf(mappedTo)
    return worst(valuesIn(name, given).map(shapeOf))
  } catch (thrown) {
    return thrown === UNSAID ? 'unsaid' : 'wrong'
  }
}

function worst(shapes: readonly ReturnType<typeof shapeOf>[]): ReturnType<typeof shapeOf> {
  return (['wrong', 'unsaid'] as const).find((shape) => shapes.includes(shape)) ?? 'well'
}

/** Liquid is not interpreted here. */
function isUnsaid(name: string): boolean {
  return name === '@liquid'
}

/** Without the parts that are null where null means left out, and without an empty second pattern. */
function withoutLeftOut(kind: Kind | undefined, given: Json): Json {
  if (typeof kind !== 'object' || !isObject(given)) return given
  const named =
    'either' in kind ? kind.either.find((one) => typeof one === 'object' && 'needed' in one) : kind
  const optional = typeof named === 'object' && 'needed' in named ? (named.optional ?? {}) : {}
  const isLeftOut = (key: string, value: Json) =>
    Object.hasOwn(optional, key) &&
    ((value === null && optional[key] !== 'value') || (key === 'pattern2' && value === ''))
  return Object.fromEntries(
    Object.entries(given).filter(([key, value]) => !isLeftOut(key, value)),
  ) as JsonObject
}

function read(mappedTo: Json, root: Json): Maybe {
  if (Array.isArray(mappedTo))
    return mappedTo.map((item) => read(item, root)).filter((item) => item !== undefined)
  if (!isObject(mappedTo)) return mappedTo
  if (!hasDirective(mappedTo)) {
    const entries = Object.entries(mappedTo).map(([key, inner]) => [key, read(inner, root)] as const)
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as JsonObject
  }
  const { name, given } = directiveOf(mappedTo)
  return DIRECTIVES[name]?.work(given, (value) => read(value, root), root)
}

function hasDirective(value: JsonObject): boolean {
  return Object.keys(value).some((key) => key.startsWith('@'))
}

function directiveOf(value: JsonObject): { readonly name: string; readonly given: Json } {
  const [name = '', ...others] = Object.keys(value).filter((key) => key !== '_metadata')
  if (others.length > 0 || !Object.hasOwn(DIRECTIVES, name)) throw SHAPE
  if (isUnsaid(name)) throw UNSAID
  const takes = DIRECTIVES[name]?.takes ?? 'value'
  const given = withoutLeftOut(takes, value[name] as Json)
  if (!fits(takes, given)) throw SHAPE
  return { name, given }
}

// What each directive takes.

type Kind =
  | 'value'
  | 'values'
  | 'text or value'
  | 'object or directive'
  | 'text'
  | 'pattern'
  | 'texts'
  | 'flag'
  | 'table'
  | { readonly oneOf: readonly string[] }
  | { readonly either: readonly Kind[] }
  | { readonly first: Kind; readonly second: Kind }
  | {
      readonly needed: Record<string, Kind>
      readonly optional?: Record<string, Kind>
      readonly anyOf?: readonly string[]
    }

function fits(kind: Kind, given: Json): boolean {
  if (typeof kind === 'object') {
    if ('oneOf' in kind) return typeof given === 'string' && kind.oneOf.includes(given)
    if ('either' in kind) return kind.either.some((one) => fits(one, given))
    if ('first' in kind) {
      if (!Array.isArray(given) || given.length < 1 || given.length > 2) return false
      return (given[1] ?? null) === null || fits(kind.second, given[1] as Json)
    }
    const { needed, optional = {}, anyOf } = kind
    if (!isObject(given)) return false
    const has = (key: string) => Object.hasOwn(given, key)
    const isKnown = (key: string) => key.startsWith('_') || Object.hasOwn({ ...needed, ...optional }, key)
    const wrong = (kinds: Record<string, Kind>) =>
      Object.entries(kinds).some(([key, inner]) => has(key) && !fits(inner, given[key] as Json))
    if (!Object.keys(given).every(isKnown)) return false
    return Object.keys(needed).every(has) && !wrong(needed) && !wrong(optional) && (anyOf?.some(has) ?? true)
  }
  switch (kind) {
    case 'value':
      return true
    case 'values':
      return Array.isArray(given)
    case 'text or value':
      return typeof given === 'string' || (isObject(given) && hasDirective(given))
    case 'object or directive':
      return isObject(given)
    case 'text':
      return typeof given === 'string'
    case 'pattern':
      return typeof given === 'string' && given.length >= 1 && given.length <= 1_000
    case 'texts':
      return Array.isArray(given) && given.every((item) => typeof item === 'string')
    case 'flag':
      return typeof given === 'boolean'
    case 'table':
      return isObject(given) && Object.keys(given).length <= 1_000
  }
}

/** The values inside what a directive was given. */
function valuesIn(name: string, given: Json): readonly Json[] {
  return inside(DIRECTIVES[name]?.takes ?? 'value', given)
}

function inside(kind: Kind, given: Json): readonly Json[] {
  if (kind === 'value' || kind === 'text or value' || kind === 'object or directive') return [given]
  if (kind === 'values') return given as Json[]
  if (kind === 'table') return Object.values(given as JsonObject)
  if (typeof kind !== 'object' || 'oneOf' in kind) return []
  if ('either' in kind)
    return kind.either.filter((one) => fits(one, given)).flatMap((one) => inside(one, given))
  if ('first' in kind) return given as Json[]
  const object = given as JsonObject
  return Object.entries({ ...kind.needed, ...kind.optional })
    .filter(([key]) => Object.hasOwn(object, key))
    .flatMap(([key, inner]) => inside(inner, object[key] as Json))
}

// What each directive does.

type Work = (given: never, value: (mappedTo: Json) => Maybe, root: Json) => Maybe
type Directive = {
  readonly takes: Kind
  readonly work: (given: Json, value: (mappedTo: Json) => Maybe, root: Json) => Maybe
}
const directive = (takes: Kind, work: Work): Directive => ({ takes, work: work as Directive['work'] })

const DIRECTIVES: Readonly<Record<string, Directive>> = {
  '@path': directive('text or value', (given: Json, value, root) => {
    const path = textOrNothing(value(given))
    return path === undefined ? undefined : find(path, root)
  }),
  '@template': directive('text or value', (given: Json, value, root) => {
    const template = textOrNothing(value(given))
    return template?.replace(/\{\{\{([^{}]*)\}\}\}|\{\{([^{}]*)\}\}/g, (whole, three, two) => {
      const path = ((three ?? two) as string).trim()
      return path === '' ? whole : (textOf(find(path, root)) ?? '')
    })
  }),
  '@literal': directive('value', (given: Json, value) => value(given)),
  '@if': directive(
    {
      needed: {},
      optional: { exists: 'value', blank: 'value', then: 'value', else: 'value' },
      anyOf: ['exists', 'blank'],
    },
    (given: Given, value) => {
      const asked = value((Object.hasOwn(given, 'exists') ? given['exists'] : given['blank']) as Json)
      const isThere =
        asked !== undefined && asked !== null && (Object.hasOwn(given, 'exists') || asked !== '')
      const branch = isThere ? 'then' : 'else'
      return Object.hasOwn(given, branch) ? value(given[branch] as Json) : undefined
    },
  ),
  '@case': directive(
    { needed: { operator: { oneOf: ['lower', 'upper'] }, value: 'value' } },
    (given: Given, value) => cased(given['operator'] === 'upper', value(given['value'] as Json)),
  ),
  '@lower': directive('value', (given: Json, value) => cased(false, value(given))),
  '@upper': directive('value', (given: Json, value) => cased(true, value(given))),
  '@trim': directive('value', (given: Json, value) => {
    const found = value(given)
    return typeof found === 'string' ? found.trim() : found
  }),
  '@replace': directive(
    {
      needed: { value: 'value', pattern: 'pattern' },
      optional: {
        replacement: 'text',
        ignorecase: 'flag',
        global: 'flag',
        pattern2: 'pattern',
        replacement2: 'text',
      },
    },
    (given: Given, value) => {
      const found = value(given['value'] as Json)
      if (typeof found === 'object' && found !== null) throw EVENT
      const text = textOf(found)
      if (text === undefined) return undefined
      const once = replaced(text, given['pattern'], given['replacement'], given)
      return given['pattern2'] === undefined
        ? once
        : replaced(once, given['pattern2'], given['replacement2'], given)
    },
  ),
  '@arrayPath': directive({ first: 'value', second: 'object or directive' }, (given: Json[], value, root) => {
    const [from, shape] = given as [Json, Json | undefined]
    const found = typeof from === 'string' ? find(from, root) : value(from)
    if (typeof found !== 'object' || found === null || (shape ?? null) === null) return found
    if (Object.keys(shape as JsonObject).length === 0) return found
    const items = Array.isArray(found) ? (found as Json[]) : [found]
    return items.map((item) => read(shape as Json, item)).filter((item) => item !== undefined)
  }),
  '@flatten': directive(
    { needed: { value: 'value' }, optional: { separator: 'text', omitArrays: 'flag' } },
    (given: Given, value) => {
      const found = value(given['value'] as Json)
      if (found === undefined || found === null) return undefined
      if (typeof found !== 'object') throw EVENT
      const keepsLists = given['omitArrays'] === true
      if (keepsLists && Array.isArray(found)) throw UNSAID
      const leaves = leavesOf(found, [], keepsLists)
      return Object.fromEntries(
        leaves.map(([keys, leaf]) => [keys.join((given['separator'] as string | undefined) ?? '.'), leaf]),
      )
    },
  ),
  '@json': directive(
    { needed: { mode: { oneOf: ['encode', 'decode'] }, value: 'value' } },
    (given: Given, value) => {
      const found = value(given['value'] as Json)
      if (given['mode'] === 'encode') return found === undefined ? undefined : JSON.stringify(found)
      if (typeof found !== 'string') return found
      try {
        const decoded = JSON.parse(found) as Json
        return isAllFinite(decoded) ? decoded : found
      } catch {
        return found
      }
    },
  ),
  '@merge': directive(
    { needed: { objects: 'values' }, optional: { direction: { oneOf: ['left', 'right'] } } },
    (given: Given, value) => {
      const found = (given['objects'] as Json[]).map(value).filter((one) => one !== undefined && one !== null)
      if (!found.every(isObject)) throw EVENT
      const inOrder = given['direction'] === 'left' ? found.toReversed() : found
      return Object.fromEntries(inOrder.flatMap((one) => Object.entries(one as JsonObject))) as JsonObject
    },
  ),
  '@transform': directive(
    { needed: { apply: 'object or directive', mapping: 'value' } },
    (given: Given, value) => {
      const applied = value(given['apply'] as Json)
      if (!isObject(applied)) throw EVENT
      return read(given['mapping'] as Json, applied)
    },
  ),
  '@excludeWhenNull': directive('value', (given: Json, value) => withoutNulls(value(given))),
  '@liquid': directive('text', () => undefined),
  '@first': directive('values', (given: Json[], value) => {
    let problem: unknown
    for (const one of given) {
      try {
        const found = value(one)
        if (found !== undefined && found !== null && found !== '') return found
      } catch (thrown) {
        if (thrown === UNSAID) throw thrown
        problem ??= thrown
      }
    }
    if (problem !== undefined) throw problem
    return undefined
  }),
  '@lookup': directive(
    { needed: { value: 'value', table: 'table' }, optional: { default: 'value' } },
    (given: Given, value) => {
      const found = value(given['value'] as Json)
      const key = typeof found === 'object' ? undefined : textOf(found)
      const table = given['table'] as JsonObject
      if (key !== undefined && Object.hasOwn(table, key)) return value(table[key] as Json)
      return Object.hasOwn(given, 'default') ? value(given['default'] as Json) : undefined
    },
  ),
  '@concat': directive(
    { either: ['values', { needed: { values: 'values' }, optional: { separator: 'text' } }] },
    (given: Json, value) => {
      const values = Array.isArray(given) ? given : ((given as Given)['values'] as Json[])
      const separator = Array.isArray(given)
        ? ''
        : (((given as Given)['separator'] as string | undefined) ?? '')
      const texts = values.map((one) => textOf(value(one))).filter((text) => text !== undefined)
      return texts.length === 0 ? undefined : texts.join(separator)
    },
  ),
  '@hash': directive('value', (given: Json, value) => {
    const found = value(given)
    if (typeof found === 'object' && found !== null) throw EVENT
    const text = textOf(found)
    if (text === undefined || text === '') return undefined
    const isEmail = /^[^\s@]+@[^\s@]+$/.test(text.trim())
    return createHash('sha256')
      .update(isEmail ? text.trim().toLowerCase() : text, 'utf8')
      .digest('hex')
  }),
  '@number': directive('value', (given: Json, value) => brought(value(given), numberOf)),
  '@string': directive('value', (given: Json, value) => textOf(value(given))),
  '@boolean': directive('value', (given: Json, value) => brought(value(given), booleanOf)),
  '@datetime': directive('value', (given: Json, value) => brought(value(given), timeOf)),
  '@omit': directive({ needed: { value: 'value', keys: 'texts' } }, (given: Given, value) =>
    chosen(given, value, false),
  ),
  '@pick': directive({ needed: { value: 'value', keys: 'texts' } }, (given: Given, value) =>
    chosen(given, value, true),
  ),
}
