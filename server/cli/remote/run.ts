import { AppError } from '../../../core/errors.ts'
import { adminClient, type Client } from '../client.ts'
import type { Io } from '../command.ts'
import { exitCodeOf } from './exit-codes.ts'
import { groupHelp, verbHelp } from './help.ts'
import { knownProfile, placeOf } from './place.ts'
import { printer } from './print.ts'
import { findVerb, meant, readCall, usageOf } from './read-call.ts'
import type { Call, RemoteDeps, Verb } from './verb.ts'
import { VERBS } from './verbs.ts'

type Deps = RemoteDeps & { readonly draw?: ((text: string) => void) | undefined }

/** Whether it is a verb, or the group of some. */
export function isRemote(word: string): boolean {
  return groupOf(word).length > 0
}

/** Runs a verb of the table, and says what went wrong. Exit codes: `EXIT_CODES`. @throws {Error} for a bug. */
export async function runRemote(deps: Deps, words: readonly string[], io: Io): Promise<number> {
  const found = findVerb(VERBS, words)
  if (found === undefined) return noVerb(words, io)
  const { verb, rest } = found
  let client: Client | undefined
  try {
    const read = readCall(verb, rest)
    if (read.has('help')) {
      for (const line of verbHelp(verb)) io.out(line)
      return 0
    }
    const call = callOf(deps, verb, read, io)
    client = call.client
    return (await verb.run({ ...call, ...read })) ?? 0
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const near = client === undefined ? '' : await nearest(client, verb, rest, error)
    io.err(`${error.code}: ${error.explanation}${near}`)
    if (error.code === 'OPTION_INVALID') io.err(`usage: ${usageOf(verb)}; --help says more`)
    return exitCodeOf(error)
  }
}

function callOf(deps: Deps, verb: Verb, { flag, has }: Pick<Call, 'flag' | 'has'>, io: Io) {
  const asked = { url: flag('url'), token: flag('token'), profile: flag('profile') }
  const known = deps.profiles.read()
  // A login makes it.
  if (asked.profile !== undefined && verb.name !== 'login') knownProfile(asked.profile, known)
  const place = placeOf(asked, deps.environment ?? (() => undefined), known)
  const { columns, hasColours } = deps.terminal
  const print = printer(io, {
    ...{ json: has('json'), quiet: has('quiet'), utc: has('utc'), columns, hasColours },
    ...{ now_ms: deps.now_ms, draw: deps.draw },
  })
  return { client: adminClient({ ask: deps.ask }, place), place, print, deps }
}

function groupOf(word: string): readonly Verb[] {
  return VERBS.filter(({ name }) => name.split(' ', 1)[0] === word)
}

/** The group was named, and none of its verbs. */
function noVerb([group = '', word]: readonly string[], io: Io): number {
  const verbs = groupOf(group)
  const isHelp = word === '--help' || word === '-h' || word === 'help'
  if (isHelp) for (const line of groupHelp(verbs)) io.out(line)
  if (isHelp) return 0
  const names = verbs.map(({ name }) => name.slice(group.length + 1))
  const said = word === undefined || word.startsWith('-') ? 'say what' : `"${group} ${word}" is no command`
  io.err(`${said}${word === undefined ? '' : meant(word, names, `${group} `)}`)
  for (const line of groupHelp(verbs)) io.err(line)
  return 2
}

/** Of something that is not there: the id that was most likely meant. */
async function nearest(
  client: Client,
  verb: Verb,
  words: readonly string[],
  error: AppError,
): Promise<string> {
  if (error.code !== 'NOT_FOUND') return ''
  try {
    const { args } = readCall(verb, words)
    for (const [at, { of }] of (verb.args ?? []).entries()) {
      const given = args[at]
      if (of === undefined || given === undefined) continue
      const known =
        of === 'source'
          ? (await client.ask('GET /admin/v1/sources')).sources
          : (await client.ask('GET /admin/v1/destinations')).destinations
      const ids = known.map(({ id }) => id)
      if (!ids.includes(given)) return meant(given, ids, '')
    }
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
  }
  return ''
}
