import type { Json } from '../../core/event.ts'
import { jsonKind } from '../../core/json-kind.ts'
import { own } from '../../core/own.ts'
import { printPath } from '../../core/path.ts'
import type { Finding } from '../../core/tracking-plan/finding.ts'
import type { SchemaError } from './validator.ts'

/** Of one event; further ones are not looked at, and who mends these finds them. */
export const VIOLATIONS_MAX = 20
const CHOICES_CHARS_MAX = 100

/** Errors as people are told them, each kind at a place once. */
export function violationsOf(errors: readonly SchemaError[], part: string, value: Json): readonly Finding[] {
  const found = new Map<string, Finding>()
  for (const error of errors) {
    if (found.size >= VIOLATIONS_MAX) break
    if (REPEATED.has(error.keyword)) continue
    const finding = findingOf(error, part, value)
    found.set(`${finding.path} ${finding.rule}`, finding)
  }
  return [...found.values()]
}
/** They only say that something within is wrong, which is told by itself. */
const REPEATED: ReadonlySet<string> = new Set(['if', 'propertyNames'])

function findingOf(error: SchemaError, part: string, value: Json): Finding {
  const { keyword, params } = error
  const at = placeIn(error.instancePath, part, value)
  const finding = (text: string, ...more: readonly string[]): Finding => ({
    kind: 'violation',
    path: placeText([...at.keys, ...more]),
    rule: keyword,
    text,
  })
  switch (keyword) {
    case 'required':
      return finding('is missing', String(params['missingProperty']))
    case 'additionalProperties':
      return finding('is not in the plan', String(params['additionalProperty']))
    case 'type':
      return finding(`is ${KINDS[jsonKind(at.value ?? null)]}; it must be ${typesText(params['type'])}`)
    case 'enum':
      return finding(`is none of ${cut(params['allowedValues'])}`)
    case 'const':
      return finding(`is not ${cut([params['allowedValue']])}`)
    case 'false schema':
      return finding('may not be there')
    default:
      return finding(error.message ?? `does not hold to ${keyword}`)
  }
}

const KINDS = {
  null: 'null',
  list: 'a list',
  text: 'a text',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
} as const

const TYPES: Readonly<Record<string, string>> = {
  ...{ null: 'null', array: 'a list', string: 'a text', number: 'a number', integer: 'a whole number' },
  ...{ boolean: 'true or false', object: 'an object' },
}

function typesText(given: unknown): string {
  const types = (Array.isArray(given) ? given : String(given).split(',')) as readonly string[]
  return types.map((type) => TYPES[type] ?? type).join(' or ')
}

function cut(values: unknown): string {
  const text = (values as readonly unknown[]).map((value) => JSON.stringify(value)).join(', ')
  return text.length <= CHOICES_CHARS_MAX ? text : `${text.slice(0, CHOICES_CHARS_MAX).toWellFormed()}…`
}

/** The keys of a JSON Pointer (RFC 6901) with `[]` for every place in a list, and what stands there. */
function placeIn(pointer: string, part: string, value: Json) {
  const keys = [part]
  let at: Json | undefined = value
  for (const segment of pointer.split('/').slice(1)) {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~')
    keys.push(Array.isArray(at) ? '[]' : key)
    at = own(at, key)
  }
  return { keys, value: at }
}

/** `properties.products[].price` */
export function placeText(keys: readonly string[]): string {
  const parts: string[][] = [[]]
  for (const key of keys) {
    if (key === '[]') parts.push([])
    else parts.at(-1)?.push(key)
  }
  return parts
    .map((part, index) => (part.length === 0 ? '' : `${index === 0 ? '' : '.'}${printPath(part)}`))
    .join('[]')
}
