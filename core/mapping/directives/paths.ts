import type { Json } from '../../event.ts'
import { compilePath } from '../../path.ts'
import type { Compiler } from '../compile.ts'
import type { MappingProblem, MappingValue, Resolve } from '../mapping.ts'
import { type Directive, failed, isTooLong, TOO_LONG, textOf } from './argument.ts'

export const path: Directive = (argument, compiler) =>
  fromText(argument, compiler, 'a path such as "$.properties.plan"', compilePath)

export const template: Directive = (argument, compiler) =>
  fromText(argument, compiler, 'a text such as "{{properties.plan}}"', (text) =>
    compileTemplate(text, compiler),
  )

export const literal: Directive = (argument, compiler) => compiler.part(argument)

/** A text that is compiled once; a value that gives a text is compiled for an event, unless it is the same as before. */
function fromText(
  argument: MappingValue,
  compiler: Compiler,
  wanted: string,
  compile: (text: string) => Resolve,
): Resolve {
  if (typeof argument === 'string') return compile(argument)
  if (typeof argument !== 'object' || argument === null) return compiler.invalid(`needs ${wanted}`)
  const text = compiler.part(argument)
  const problem = compiler.problem(`needs ${wanted}, and its value gives none`)
  let last: { readonly text: string; readonly resolve: Resolve } | undefined
  return function resolveComputed(root, problems) {
    const given = text(root, problems)
    if (given === undefined || given === null) return undefined
    if (typeof given !== 'string') return failed(problems, problem)
    if (last?.text !== given) last = { text: given, resolve: compile(given) }
    return last.resolve(root, problems)
  }
}

const PLACE = /\{\{\{([^{}]+)\}\}\}|\{\{([^{}]+)\}\}/g

function compileTemplate(text: string, compiler: Compiler): Resolve {
  const parts: (string | ((root: Json | undefined) => Json | undefined))[] = []
  let at = 0
  for (const match of text.matchAll(PLACE)) {
    const inner = (match[1] ?? match[2] ?? '').trim()
    if (inner === '') continue
    parts.push(text.slice(at, match.index), compilePath(inner))
    at = match.index + match[0].length
  }
  parts.push(text.slice(at))
  const tooLong = compiler.problem(TOO_LONG)
  return function resolveTemplate(root, problems: MappingProblem[]) {
    let result = ''
    for (const part of parts) {
      result += typeof part === 'string' ? part : (textOf(part(root)) ?? '')
      if (isTooLong(result)) return failed(problems, tooLong)
    }
    return result
  }
}
