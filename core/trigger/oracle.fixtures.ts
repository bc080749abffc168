import type { Json, SpecEvent } from '../event.ts'
import type { FunctionName, Operand, TriggerNode } from './syntax.ts'

/** What docs/triggers.md says, sentence by sentence and as plainly as can be: slow, and sharing no code with the rest. */
export function holds(node: TriggerNode, event: SpecEvent): boolean {
  switch (node.kind) {
    case 'and':
      return node.terms.every((term) => holds(term, event))
    case 'or':
      return node.terms.some((term) => holds(term, event))
    case 'not':
      return !holds(node.term, event)
    case 'is-true':
      return resultOf(node.operand, event) === true
    case 'compare': {
      const [a, b] = [resultOf(node.left, event), resultOf(node.right, event)]
      switch (node.comparison) {
        case '=':
          return areEqual(a, b)
        case '!=':
          return !areEqual(a, b)
        case 'in':
          return isList(b) && b.some((item) => areEqual(a, item))
        case '>':
          return isBefore(b, a)
        case '<':
          return isBefore(a, b)
        case '>=':
          return isBefore(b, a) || (areComparable(a, b) && a === b)
        case '<=':
          return isBefore(a, b) || (areComparable(a, b) && a === b)
      }
    }
  }
}

export function resultOf(operand: Operand, event: SpecEvent): Json {
  switch (operand.kind) {
    case 'literal':
      return operand.value
    case 'list':
      return operand.values
    case 'path':
      return operand.keys.reduce<Json>(step, event as unknown as Json)
    case 'call': {
      const [first = null, second = null] = operand.arguments.map((argument) => resultOf(argument, event))
      return FUNCTION[operand.name](first, second)
    }
  }
}

function step(value: Json, key: string): Json {
  if (typeof value !== 'object' || value === null) return null
  if (!Object.getOwnPropertyNames(value).includes(key)) return null
  return (value as Record<string, Json>)[key] ?? null
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
const isSimple = (value: Json) => value === null || typeof value !== 'object'

function areEqual(a: Json, b: Json): boolean {
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, index) => isSimple(item) && item === b[index])
  return isSimple(a) && a === b
}

const areComparable = (a: Json, b: Json) =>
  (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string')

function isBefore(a: Json, b: Json): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b
  if (typeof a !== 'string' || typeof b !== 'string') return false
  for (let at = 0; at < a.length && at < b.length; at++) {
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return a.charCodeAt(at) < b.charCodeAt(at)
  }
  return a.length < b.length
}

const ofText =
  (change: (text: string) => string) =>
  (value: Json): Json =>
    typeof value === 'string' ? change(value) : null

const FUNCTION: Readonly<Record<FunctionName, (first: Json, second: Json) => Json>> = {
  contains(whole, part) {
    if (isList(whole)) return whole.some((item) => areEqual(item, part))
    return typeof whole === 'string' && typeof part === 'string' && whole.indexOf(part) >= 0
  },
  match: (text, pattern) =>
    typeof text === 'string' && typeof pattern === 'string' && fits([...pattern], [...text]),
  length(value) {
    if (value === null) return 0
    if (isList(value)) return value.length
    return typeof value === 'string' ? bytesOf(value) : null
  },
  lowercase: ofText((text) => text.toLowerCase()),
  uppercase: ofText((text) => text.toUpperCase()),
  snakecase: ofText((text) => wordsOf(text).join('_').toLowerCase()),
  kebabcase: ofText((text) => wordsOf(text).join('-').toLowerCase()),
  titlecase: ofText((text) =>
    wordsOf(text)
      .map(([first = '', ...rest]) => first.toUpperCase() + rest.join('').toLowerCase())
      .join(' '),
  ),
  typeof(value) {
    if (value === null) return 'null'
    if (isList(value)) return 'list'
    return typeof value === 'boolean' ? 'bool' : typeof value
  },
  bool(value) {
    if (isList(value)) return value.length > 0
    if (typeof value === 'string') return !['', '0', 'false'].includes(value.toLowerCase())
    return value !== null && value !== false && value !== 0
  },
  string(value) {
    if (value === null || typeof value === 'string') return value
    return typeof value === 'object' ? JSON.stringify(value) : `${value}`
  },
  number(value) {
    if (typeof value === 'number') return value
    if (typeof value !== 'string' || !/^ *-?\d+(\.\d+)?([eE][-+]?\d+)? *$/.test(value)) return null
    return Number.isFinite(Number(value)) ? Number(value) : null
  },
}

function bytesOf(text: string): number {
  return [...text].reduce((sum, character) => {
    const point = character.codePointAt(0) ?? 0
    return sum + (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4)
  }, 0)
}

function wordsOf(text: string): readonly string[] {
  const is = (category: RegExp, character = ' ') => category.test(character)
  const characters = [...text]
  const words: string[] = []
  characters.forEach((character, at) => {
    const [before, after] = [characters[at - 1], characters[at + 1]]
    if (!is(/[\p{L}\p{Nd}]/u, character)) return
    const isCapital = is(/\p{Lu}/u, character)
    const begins =
      !is(/[\p{L}\p{Nd}]/u, before) ||
      (isCapital && is(/[\p{Ll}\p{Nd}]/u, before)) ||
      (isCapital && is(/\p{Lu}/u, before) && is(/\p{Ll}/u, after))
    if (begins) words.push(character)
    else words.push(`${words.pop()}${character}`)
  })
  return words
}

/** Both by code point. Tries every way to fit, so a pattern with many stars takes its time. */
export function fits(pattern: readonly string[], text: readonly string[]): boolean {
  const [sign, ...rest] = pattern
  const [character, ...others] = text
  if (sign === undefined) return character === undefined
  if (sign === '*') return fits(rest, text) || (character !== undefined && fits(pattern, others))
  if (sign === '[') {
    const set = setOf(rest)
    if (set !== undefined)
      return character !== undefined && set.holds(character) && fits(rest.slice(set.signs), others)
  }
  if (character === undefined) return false
  if (sign === '?') return fits(rest, others)
  if (sign === '\\' && rest.length > 0) return character === rest[0] && fits(rest.slice(1), others)
  return character === sign && fits(rest, others)
}

/** The set that begins after a `[`, and how many signs of the pattern it takes with its `]`. */
function setOf(signs: readonly string[]) {
  const members: { readonly sign: string; readonly isQuoted: boolean }[] = []
  let at = 0
  for (; signs[at] !== ']'; at++) {
    const isQuoted = signs[at] === '\\'
    if (isQuoted) at += 1
    const sign = signs[at]
    if (sign === undefined) return undefined
    members.push({ sign, isQuoted })
  }
  const point = (character: string) => character.codePointAt(0) ?? 0
  const ranges: [number, number][] = []
  for (let index = 0; index < members.length; index++) {
    const [first, dash, last] = members.slice(index, index + 3)
    if (first === undefined) break
    const isRange = dash !== undefined && dash.sign === '-' && !dash.isQuoted && last !== undefined
    ranges.push([point(first.sign), point(isRange ? last.sign : first.sign)])
    if (isRange) index += 2
  }
  return {
    signs: at + 1,
    holds: (character: string) =>
      ranges.some(([from, to]) => from <= point(character) && point(character) <= to),
  }
}

/** The same trigger without the places where its parts stand, to compare two that were written differently. */
export function withoutSpans(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutSpans)
  if (typeof part !== 'object' || part === null) return part
  const entries = Object.entries(part).filter(([name]) => name !== 'span')
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutSpans(inner)]))
}
