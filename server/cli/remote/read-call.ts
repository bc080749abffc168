import { parseArgs } from 'node:util'
import { didYouMean } from '../../../core/did-you-mean.ts'
import { AppError } from '../../../core/errors.ts'
import type { Flag, Verb } from './verb.ts'

/** Flags of every verb. */
export const COMMON_FLAGS: Readonly<Record<string, Flag>> = {
  url: { value: 'URL', help: 'Where the admin side is (MILLRACE_URL)' },
  token: { value: 'TOKEN', help: 'An API token (MILLRACE_TOKEN keeps it out of the list of processes)' },
  profile: { value: 'NAME', help: 'One of the servers that one has logged in to (MILLRACE_PROFILE)' },
  json: { help: 'JSON, one value a line' },
  quiet: { help: 'Ids alone' },
  utc: { help: 'Times as they are, instead of how long ago' },
  help: { help: 'What it does and takes' },
}

export type ReadCall = {
  readonly args: readonly string[]
  readonly flag: (name: string) => string | undefined
  readonly all: (name: string) => readonly string[]
  readonly has: (name: string) => boolean
}

/** The verb that the words begin with, and the words after its name. */
export function findVerb(
  verbs: readonly Verb[],
  words: readonly string[],
): { readonly verb: Verb; readonly rest: readonly string[] } | undefined {
  for (let count = Math.min(words.length, 3); count > 0; count--) {
    const name = words.slice(0, count).join(' ')
    const verb = verbs.find((one) => one.name === name)
    if (verb !== undefined) return { verb, rest: words.slice(count) }
  }
  return undefined
}

/** Reads what follows a verb's name. @throws {AppError} OPTION_INVALID, with what may have been meant. */
export function readCall({ name, args = [], flags = {} }: Verb, words: readonly string[]): ReadCall {
  const known = { ...COMMON_FLAGS, ...flags }
  checkNames(words, known)
  const { values, positionals } = parsed(words, known)
  const isAskingHelp = values['help'] === true
  const must = args.filter(({ isOptional }) => isOptional !== true)
  const missing = must[positionals.length]
  if (missing !== undefined && !isAskingHelp)
    throw invalid(`${missing.name} is missing: ${usageOf({ name, args })}`)
  const extra = args.at(-1)?.isRest === true ? undefined : positionals[args.length]
  if (extra !== undefined) throw invalid(`"${extra}" is one word too many: ${usageOf({ name, args })}`)
  for (const [flag, { choices }] of Object.entries(known)) {
    const given = [values[flag] ?? []].flat().map(String)
    const wrong = choices && given.find((value) => !choices.includes(value))
    if (wrong !== undefined)
      throw invalid(`--${flag} must be one of ${choices?.join(', ')}${meant(wrong, choices ?? [], '')}`)
  }
  const all = (flag: string) => [values[flag] ?? []].flat().map(String)
  return { args: positionals, flag: (flag) => all(flag)[0], all, has: (flag) => values[flag] !== undefined }
}

/** `millrace sources rotate-key ID` */
export function usageOf({ name, args = [] }: Pick<Verb, 'name' | 'args'>): string {
  const words = args.map(({ name: word, isOptional, isRest }) => {
    const shown = isRest === true ? `${word}...` : word
    return isOptional === true ? `[${shown}]` : shown
  })
  return ['millrace', name, ...words].join(' ')
}

function checkNames(words: readonly string[], known: Readonly<Record<string, Flag>>): void {
  for (const word of words) {
    if (word === '--') return
    const [, name] = /^--([^=]+)/.exec(word) ?? []
    if (name !== undefined && !Object.hasOwn(known, name))
      throw invalid(`--${name} is no flag of this${meant(name, Object.keys(known), '--')}`)
  }
}

const HELP = { type: 'boolean', short: 'h' } as const
type Given = string | boolean | readonly (string | boolean)[]

function parsed(words: readonly string[], known: Readonly<Record<string, Flag>>) {
  const options = Object.fromEntries(
    Object.entries(known).map(([flag, { value, many }]) => [
      flag,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: many === true },
    ]),
  )
  try {
    const asked = { args: [...words], options: { ...options, help: HELP }, allowPositionals: true }
    const { values, positionals } = parseArgs(asked)
    return { values: values as Readonly<Record<string, Given | undefined>>, positionals }
  } catch (cause) {
    throw new AppError(
      'OPTION_INVALID',
      { problem: (cause as Error).message.split('\n', 1)[0] ?? '' },
      { cause },
    )
  }
}

export function meant(given: string, known: Iterable<string>, sign: string): string {
  const near = didYouMean(given, known)
  return near === undefined ? '' : `; did you mean "${sign}${near}"?`
}

function invalid(problem: string): AppError {
  return new AppError('OPTION_INVALID', { problem })
}
