import { compilePath } from '../../path.ts'
import type { Place } from '../closures.ts'
import type { MappingValue, Resolve } from '../mapping.ts'
import { type Directive, fail, isTooLong, TOO_LONG, textOf } from './directive.ts'

export const path: Directive = (argument, place) => fromText(argument, place, compilePath)

export const template: Directive = (argument, place) =>
  fromText(argument, place, (text) => compileTemplate(text, place))

export const literal: Directive = (argument, place) => place.part(argument)

/** A text is compiled once; a value that gives a text, for an event, unless it gives the same text as before. */
function fromText(argument: MappingValue, { at, part }: Place, compile: (text: string) => Resolve): Resolve {
  if (typeof argument === 'string') return compile(argument)
  const text = part(argument)
  let last: { readonly text: string; readonly resolve: Resolve } | undefined
  return function resolveComputed(root, problems) {
    const given = text(root, problems)
    if (given === undefined || given === null) return undefined
    if (typeof given !== 'string') return fail(problems, at, 'needs a text')
    if (last?.text !== given) last = { text: given, resolve: compile(given) }
    return last.resolve(root, problems)
  }
}

const PLACEHOLDER = /\{\{\{([^{}]+)\}\}\}|\{\{([^{}]+)\}\}/g

function compileTemplate(text: string, { at }: Place): Resolve {
  const parts: (string | Resolve)[] = []
  let from = 0
  for (const match of text.matchAll(PLACEHOLDER)) {
    const inner = (match[1] ?? match[2] ?? '').trim()
    if (inner === '') continue
    parts.push(text.slice(from, match.index), compilePath(inner))
    from = match.index + match[0].length
  }
  parts.push(text.slice(from))
  return function resolveTemplate(root, problems) {
    let result = ''
    for (const part of parts) {
      result += typeof part === 'string' ? part : (textOf(part(root, problems)) ?? '')
      if (isTooLong(result)) return fail(problems, at, TOO_LONG)
    }
    return result
  }
}
