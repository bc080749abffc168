import type { Json } from '../event.ts'
import { same } from './same.ts'
import type { FunctionName } from './syntax.ts'
import { titlecase, wordsOf } from './words.ts'

/** What a function gives for the values of its one or two arguments. */
export type Apply = (value: Json, other: Json) => Json

/** What each function gives: docs/triggers.md. `match` is not here: its pattern is compiled beforehand. */
export const APPLY: Readonly<Record<Exclude<FunctionName, 'match'>, Apply>> = {
  contains(value, part) {
    if (Array.isArray(value)) return value.some((item) => same(item, part))
    return typeof value === 'string' && typeof part === 'string' && includes(value, part)
  },
  length(value) {
    if (value === null) return 0
    if (typeof value === 'string') return bytesOf(value)
    return Array.isArray(value) ? value.length : null
  },
  lowercase: onText((text) => text.toLowerCase()),
  uppercase: onText((text) => text.toUpperCase()),
  snakecase: onText((text) => joined(text, '_')),
  kebabcase: onText((text) => joined(text, '-')),
  titlecase: onText(titlecase),
  typeof(value) {
    if (value === null) return 'null'
    if (Array.isArray(value)) return 'list'
    return typeof value === 'boolean' ? 'bool' : typeof value
  },
  bool(value) {
    if (Array.isArray(value)) return value.length > 0
    return typeof value === 'string' ? !/^(|0|false)$/i.test(value) : Boolean(value)
  },
  string(value) {
    if (value === null || typeof value === 'string') return value
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  },
  number(value) {
    if (typeof value === 'number') return value
    return typeof value === 'string' ? (numberOf(value) ?? null) : null
  },
}

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i

/** The number that a text spells in decimal; undefined when it spells none, or one that is too large. */
export function numberOf(text: string): number | undefined {
  const number = NUMBER.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

function onText(change: (text: string) => string): Apply {
  return (value) => (typeof value === 'string' ? change(value) : null)
}

function joined(text: string, separator: string): string {
  return wordsOf(text).join(separator).toLowerCase()
}

/** In UTF-8; half a surrogate pair is written as U+FFFD, 3 bytes. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}

/** Above this, `includes` of the engine may take the product of both lengths: a text that an event names can be long. */
const PART_CHARS_MAX = 64

/** Whether a text holds another, in time that grows with the sum of the lengths: Knuth, Morris and Pratt. */
function includes(text: string, part: string): boolean {
  if (part.length <= PART_CHARS_MAX) return text.includes(part)
  const back = new Uint32Array(part.length)
  for (let at = 1, fit = 0; at < part.length; at++) {
    while (fit > 0 && part[at] !== part[fit]) fit = back[fit - 1] as number
    if (part[at] === part[fit]) fit += 1
    back[at] = fit
  }
  for (let at = 0, fit = 0; at < text.length; at++) {
    while (fit > 0 && text[at] !== part[fit]) fit = back[fit - 1] as number
    if (text[at] === part[fit]) fit += 1
    if (fit === part.length) return true
  }
  return false
}
