import { hex, sha256 } from '../../sha256.ts'
import type { Compiler } from '../compile.ts'
import type { MappingValue, Resolve } from '../mapping.ts'
import {
  type Arguments,
  changed,
  changing,
  type Directive,
  failed,
  isTooLong,
  named,
  TEXT_CHARS_MAX,
  TOO_LONG,
  textOf,
} from './argument.ts'

const PATTERN_CHARS_MAX = 1_000

export const lower = changing((value) => (typeof value === 'string' ? value.toLowerCase() : value))
export const upper = changing((value) => (typeof value === 'string' ? value.toUpperCase() : value))
export const trim = changing((value) => (typeof value === 'string' ? value.trim() : value))

export const caseDirective = named(['operator', 'value'], [], ({ operator, value }, compiler) => {
  if (operator !== 'lower' && operator !== 'upper') {
    return compiler.invalid('must be "lower" or "upper"', 'operator')
  }
  const change = operator === 'lower' ? String.prototype.toLowerCase : String.prototype.toUpperCase
  return changed(compiler.part(value ?? null, 'value'), compiler, (one) =>
    typeof one === 'string' ? change.call(one) : one,
  )
})

const EMAIL = /^[^\s@]+@[^\s@]+$/

export const hash = changing((value, fail) => {
  const text = typeof value === 'object' && value !== null ? undefined : textOf(value)
  if (text === undefined) return value === null ? undefined : fail('cannot hash a list or an object')
  const trimmed = text.trim()
  return text === '' ? undefined : hex(sha256(EMAIL.test(trimmed) ? trimmed.toLowerCase() : text))
})

/** A list, or `{values, separator}`. */
export const concat: Directive = (argument, compiler) => {
  if (Array.isArray(argument)) return joined(argument, '', compiler, (index) => index)
  return separated(argument, compiler)
}

const separated = named(['values'], ['separator'], ({ values, separator = '' }, compiler) => {
  if (!Array.isArray(values)) return compiler.invalid('must be a list', 'values')
  if (typeof separator !== 'string') return compiler.invalid('must be a text', 'separator')
  return joined(values, separator, compiler, (index) => `values[${index}]`)
})

function joined(
  values: readonly MappingValue[],
  separator: string,
  compiler: Compiler,
  keyOf: (index: number) => string | number,
): Resolve {
  const resolvers = values.map((value, index) => compiler.part(value, keyOf(index)))
  const tooLong = compiler.problem(TOO_LONG)
  return function resolveJoined(root, problems) {
    let result: string | undefined
    for (const resolve of resolvers) {
      const text = textOf(resolve(root, problems))
      if (text === undefined) continue
      result = result === undefined ? text : result + separator + text
      if (isTooLong(result)) return failed(problems, tooLong)
    }
    return result
  }
}

type Replace = (text: string) => string | undefined

export const replace = named(
  ['value', 'pattern'],
  ['replacement', 'ignorecase', 'global', 'pattern2', 'replacement2'],
  (given, compiler) => {
    const once = compileReplace(given, compiler, '')
    const twice =
      (given['pattern2'] ?? '') === '' ? (text: string) => text : compileReplace(given, compiler, '2')
    if (typeof once !== 'function' || typeof twice !== 'function') return compiler.part(null)
    return changed(compiler.part(given['value'] ?? null, 'value'), compiler, (value, fail) => {
      if (value === null) return undefined
      if (typeof value === 'object') return fail('cannot replace in a list or an object')
      const text = once(String(value))
      return (text === undefined ? undefined : twice(text)) ?? fail(TOO_LONG)
    })
  },
)

/** Gives undefined, and has reported it, when the arguments are wrong. */
function compileReplace(given: Arguments, compiler: Compiler, which: '' | '2'): Replace | undefined {
  const pattern = given[`pattern${which}`]
  const replacement = given[`replacement${which}`] ?? ''
  const ignorecase = given['ignorecase'] ?? false
  const global = given['global'] ?? true
  if (typeof pattern !== 'string' || pattern === '' || pattern.length > PATTERN_CHARS_MAX) {
    compiler.invalid(`must be a text of 1 to ${PATTERN_CHARS_MAX} characters`, `pattern${which}`)
  } else if (typeof replacement !== 'string' || replacement.length > PATTERN_CHARS_MAX) {
    compiler.invalid(`must be a text of at most ${PATTERN_CHARS_MAX} characters`, `replacement${which}`)
  } else if (typeof ignorecase !== 'boolean' || typeof global !== 'boolean') {
    compiler.invalid('must be true or false', typeof global === 'boolean' ? 'ignorecase' : 'global')
  } else {
    const escaped = pattern.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    return replacer(new RegExp(escaped, `${global ? 'g' : ''}${ignorecase ? 'i' : ''}`), replacement)
  }
  return undefined
}

/** By a function, so that `$` in the replacement means nothing special; undefined when the text would be too long. */
function replacer(pattern: RegExp, replacement: string): Replace {
  return function replaced(text) {
    let length = text.length
    const result = text.replace(pattern, (found) => {
      length += replacement.length - found.length
      return length > TEXT_CHARS_MAX ? '' : replacement
    })
    return length > TEXT_CHARS_MAX ? undefined : result
  }
}
