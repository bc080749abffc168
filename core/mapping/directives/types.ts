import type { Json } from '../../event.ts'
import { utcText } from '../../timestamp.ts'
import { numberOf } from '../../trigger/functions.ts'
import { changing, type Directive, isTooLong, TOO_LONG, textOf } from './directive.ts'

export const number = brought('a number', (value) => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  return typeof value === 'string' ? numberOf(value) : undefined
})

export const string = changing((value, fail) => {
  const text = textOf(value)
  return text !== undefined && isTooLong(text) ? fail(TOO_LONG) : text
})

const TRUE = /^\s*(true|yes|on|1)\s*$/i
const FALSE = /^\s*(false|no|off|0)\s*$/i

export const boolean = brought('true or false', (value) => {
  const text = typeof value === 'object' ? '' : String(value)
  return TRUE.test(text) || (FALSE.test(text) ? false : undefined)
})

export const datetime = brought('a date and time', (value) =>
  utcText(typeof value === 'string' ? value.trim() : value),
)

/** Null and white space give nothing; what `convert` gives nothing for is a problem. */
function brought(type: string, convert: (value: Json) => Json | undefined): Directive {
  return changing((value, fail) => {
    if (value === null || (typeof value === 'string' && value.trim() === '')) return undefined
    return convert(value) ?? fail(`cannot read ${type} here`)
  })
}
