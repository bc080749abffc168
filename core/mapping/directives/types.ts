import type { Json } from '../../event.ts'
import { parseTime_ms } from '../../timestamp.ts'
import { numberOf } from '../../trigger/functions.ts'
import { changing, type Directive, isTooLong, TOO_LONG, textOf } from './argument.ts'

export const number = brought('a number', (value) => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  return typeof value === 'string' ? numberOf(value) : undefined
})

export const string = changing((value, fail) => {
  const text = textOf(value)
  return text !== undefined && isTooLong(text) ? fail(TOO_LONG) : text
})

const TRUE = new Set<Json>([true, 1, 'true', 'yes', 'on', '1'])
const FALSE = new Set<Json>([false, 0, 'false', 'no', 'off', '0'])

export const boolean = brought('true or false', (given) => {
  const value = typeof given === 'string' ? given.trim().toLowerCase() : given
  return TRUE.has(value) ? true : FALSE.has(value) ? false : undefined
})

export const datetime = brought('a date and time', (value) => {
  const time_ms = parseTime_ms(typeof value === 'string' ? value.trim() : value)
  return time_ms === undefined ? undefined : new Date(time_ms).toISOString()
})

/** Null and white space give nothing; what `convert` gives nothing for is a problem. */
function brought(type: string, convert: (value: Json) => Json | undefined): Directive {
  return changing((value, fail) => {
    if (value === null || (typeof value === 'string' && value.trim() === '')) return undefined
    return convert(value) ?? fail(`cannot read ${type} here`)
  })
}
