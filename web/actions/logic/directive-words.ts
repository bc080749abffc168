import { ARGUMENTS, type Kind, type Parts } from '../../../core/mapping/signatures.ts'

/** A directive, or a part of one, that may be written at a place of a mapping. */
export type Word = {
  readonly label: string
  /** What it is, in a few words. */
  readonly detail: string
  /** What stands behind the colon to begin with. */
  readonly begin: string
}

/** The keys that may be written in an object, by the keys and indexes that lead to it from the outermost value. */
export function keysAt(way: readonly (string | number)[]): readonly Word[] {
  const kind = kindAt(way)
  if (isParts(kind)) {
    return Object.entries(kind).map(([name, inner]) => ({
      label: name.replace('?', ''),
      detail: name.endsWith('?') ? 'may be left out' : 'needed',
      begin: beginOf(inner),
    }))
  }
  if (kind === 'table' || kind === undefined) return []
  return Object.entries(ARGUMENTS).map(([label, argument]) => ({
    label,
    detail: DETAILS[label] ?? '',
    begin: beginOf(argument),
  }))
}

/** What may be written as a value: `paths` of events, or one of a few texts. */
export function valueAt(way: readonly (string | number)[]): 'path' | readonly string[] | undefined {
  const last = way.at(-1)
  if (last === '@path' || (last === 0 && way.at(-2) === '@arrayPath')) return 'path'
  const kind = kindAt(way)
  return isChoices(kind) ? kind : undefined
}

/** What a value at a place must be, as far as the signatures tell; `value` where anything may stand. */
function kindAt(way: readonly (string | number)[]): Kind | undefined {
  let kind: Kind | undefined = 'value'
  for (const key of way) {
    if (typeof key === 'string' && key.startsWith('@') && !isParts(kind)) kind = ARGUMENTS[key]
    else if (isParts(kind)) kind = kind[key] ?? kind[`${key}?`]
    else if (kind === 'concat' && (key === 'values' || key === 'separator')) {
      kind = key === 'values' ? 'values' : 'text'
    } else if (kind !== undefined) kind = 'value'
  }
  return kind
}

function isParts(kind: Kind | undefined): kind is Parts {
  return typeof kind === 'object' && !Array.isArray(kind)
}

function isChoices(kind: Kind | undefined): kind is readonly string[] {
  return Array.isArray(kind)
}

function beginOf(kind: Kind): string {
  if (isChoices(kind)) return JSON.stringify(kind[0])
  if (isParts(kind)) {
    const needed = Object.entries(kind).filter(([name]) => !name.endsWith('?'))
    return `{ ${needed.map(([name, inner]) => `"${name}": ${beginOf(inner)}`).join(', ')} }`.replace(
      '{  }',
      '{}',
    )
  }
  switch (kind) {
    case 'values':
    case 'concat':
    case 'keys':
    case 'arrayPath':
      return '[]'
    case 'object':
    case 'table':
      return '{}'
    case 'flag':
      return 'true'
    case 'value':
      return '{ "@path": "$." }'
    case 'computed':
    case 'text':
    case 'pattern':
    case 'replacement':
    case 'liquid':
      return '""'
  }
}

const DETAILS: Readonly<Record<string, string>> = {
  '@path': 'the value at a path',
  '@template': 'a text with {{path}} in it',
  '@literal': 'a value as it stands',
  '@if': 'one or another value',
  '@case': 'lower or upper case',
  '@replace': 'a text with parts replaced',
  '@arrayPath': 'a list, each item in a shape',
  '@flatten': 'an object without objects in it',
  '@json': 'JSON text, or what it says',
  '@merge': 'several objects as one',
  '@transform': 'a mapping of a mapping',
  '@excludeWhenNull': 'without its nulls',
  '@liquid': 'a text in Liquid',
  '@first': 'the first that is there',
  '@lookup': 'a value from a table',
  '@concat': 'texts, one after the other',
  '@lower': 'in lower case',
  '@upper': 'in upper case',
  '@trim': 'without space around it',
  '@hash': 'its SHA-256',
  '@number': 'as a number',
  '@string': 'as a text',
  '@boolean': 'as true or false',
  '@datetime': 'as a time',
  '@omit': 'an object without these keys',
  '@pick': 'an object with these keys alone',
}
