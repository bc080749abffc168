import { COMMON_FLAGS, usageOf } from './read-call.ts'
import type { Flag, Verb } from './verb.ts'

/** Lines of `millrace sources add --help`. */
export function verbHelp(verb: Verb): readonly string[] {
  return [
    usageOf(verb),
    `  ${verb.summary}`,
    ...(verb.flags === undefined ? [] : ['', ...flagLines(verb.flags)]),
    '',
    ...flagLines(COMMON_FLAGS),
  ]
}

/** Lines of `millrace sources --help`. */
export function groupHelp(verbs: readonly Verb[]): readonly string[] {
  const width = Math.max(...verbs.map((verb) => usageOf(verb).length))
  return verbs.map((verb) => `  ${usageOf(verb).padEnd(width)}  ${verb.summary}`)
}

/** `--limit N` */
export function flagUsage(name: string, { value }: Flag): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`
}

export function flagHelp({ help, choices, many }: Flag): string {
  const of = choices === undefined ? '' : `: ${choices.join(', ')}`
  return `${help}${of}${many === true ? '; may be given several times' : ''}`
}

function flagLines(flags: Readonly<Record<string, Flag>>): readonly string[] {
  const width = Math.max(...Object.entries(flags).map(([name, flag]) => flagUsage(name, flag).length))
  return Object.entries(flags).map(
    ([name, flag]) => `  ${flagUsage(name, flag).padEnd(width)}  ${flagHelp(flag)}`,
  )
}
