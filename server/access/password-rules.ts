import { PASSWORD_CHARS } from '../../contract/roles.ts'
import { AppError } from '../../core/errors.ts'

/**
 * A thousand million guesses: more than what a listed password, a name, a date or a row of keys takes, however they are
 * joined. A slow hash then holds for years. `@zxcvbn-ts/core` calls from 10^8 on "safely unguessable".
 */
const GUESSES_LOG10_MIN = 9

export type Whose = { readonly email: string; readonly name: string }

/**
 * Refuses what can be guessed: by length, by the 49,000 most common passwords and what is like them, and by the person's own
 * names. No kinds of characters are asked for (OWASP ASVS 5.0, 6.2.5; NIST SP 800-63B, 3.1.1.2).
 *
 * @throws {AppError} PASSWORD_WEAK
 */
export async function checkPassword(password: string, whose: Whose): Promise<void> {
  const { length } = [...password.normalize('NFKC')]
  if (length < PASSWORD_CHARS.min) throw weak(`has fewer than ${PASSWORD_CHARS.min} characters`)
  if (length > PASSWORD_CHARS.max) throw weak(`has more than ${PASSWORD_CHARS.max} characters`)
  const { guessesLog10 } = (await guesser()).check(password, wordsOf(whose))
  if (guessesLog10 < GUESSES_LOG10_MIN)
    throw weak('is easy to guess: it is like a common password, a name, a date or a row of keys')
}

function weak(problem: string): AppError {
  return new AppError('PASSWORD_WEAK', { problem })
}

let loaded: ReturnType<typeof load> | undefined
/** Its lists are 25 MB in memory: they are read when the first password is set. */
function guesser() {
  loaded ??= load()
  return loaded
}

async function load() {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
}

/** What somebody who knows the person would try. */
function wordsOf({ email, name }: Whose): string[] {
  const parts = `${email} ${name}`.toLowerCase().split(/[^\p{L}\p{N}]+/u)
  return [...new Set(['millrace', email, email.split('@')[0] ?? '', name, ...parts])].filter(
    (word) => word.length > 2,
  )
}
