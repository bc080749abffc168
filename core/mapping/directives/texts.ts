import type { MappingValue, Resolve } from '../mapping.ts'
import {
  changed,
  changing,
  type Directive,
  fail,
  isTooLong,
  type Parts,
  TEXT_CHARS_MAX,
  TOO_LONG,
  textOf,
} from './directive.ts'

export const lower = changingText((text) => text.toLowerCase())
export const upper = changingText((text) => text.toUpperCase())
export const trim = changingText((text) => text.trim())

/** Other values stay as they are. A text can get longer: `ß` in upper case is `SS`. */
function changingText(change: (text: string) => string): Directive {
  return changing((value, failed) => {
    const text = typeof value === 'string' ? change(value) : ''
    return isTooLong(text) ? failed(TOO_LONG) : typeof value === 'string' ? text : value
  })
}

export const caseDirective: Directive = (argument, place) => {
  const { operator, value = null } = argument as Parts
  return (operator === 'lower' ? lower : upper)(value, { ...place, part: (one) => place.part(one, 'value') })
}

/** A list, or `{values, separator}`. */
export const concat: Directive = (argument, { at, part }) => {
  const { values, separator } = (Array.isArray(argument) ? { values: argument } : argument) as Parts
  const prefix = Array.isArray(argument) ? '' : 'values'
  const resolvers = (values as readonly MappingValue[]).map((value, index) =>
    part(value, prefix ? `${prefix}[${index}]` : index),
  )
  return function resolveJoined(root, problems) {
    let result: string | undefined
    for (const resolve of resolvers) {
      const text = textOf(resolve(root, problems))
      if (text === undefined) continue
      result = result === undefined ? text : result + (separator ?? '') + text
      if (isTooLong(result)) return fail(problems, at, TOO_LONG)
    }
    return result
  }
}

type Replace = (text: string) => string | undefined

export const replace: Directive = (argument, place) => {
  const { value, pattern, pattern2, replacement, replacement2, ignorecase, global } = argument as Parts
  const flags = `${(global ?? true) ? 'g' : ''}${(ignorecase ?? false) ? 'i' : ''}`
  const once = replacer(pattern, replacement, flags)
  const twice = pattern2 ? replacer(pattern2, replacement2, flags) : (text: string) => text
  return changed(place, place.part(value, 'value') as Resolve, (given, failed) => {
    if (given === null) return undefined
    if (typeof given === 'object') return failed('cannot replace in a list or an object')
    const text = once(String(given))
    return (text === undefined ? undefined : twice(text)) ?? failed(TOO_LONG)
  })
}

/** By a function, so that `$` in the replacement means nothing special; undefined when the text would be too long. */
function replacer(pattern: Parts[string], replacement: Parts[string], flags: string): Replace {
  const regularExpression = new RegExp(String(pattern).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), flags)
  const by = String(replacement ?? '')
  return function replaced(text) {
    let length = text.length
    const result = text.replace(regularExpression, (found) => {
      length += by.length - found.length
      return length > TEXT_CHARS_MAX ? '' : by
    })
    return length > TEXT_CHARS_MAX ? undefined : result
  }
}
