import type { Document, YAMLError } from 'yaml'
import type { Problem, TextPosition } from './problem.ts'

/** For the errors whose own words do not tell what to do. The codes are those of the `yaml` package. */
const WORDS: Readonly<Record<string, string>> = {
  BAD_SCALAR_START: 'a text cannot start with this character: write it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a ": " in the middle of a text: write the whole text in quotes',
  DUPLICATE_KEY: 'this key is here twice',
  MULTIPLE_DOCS: 'a second document starts here ("---"); the file may hold only one',
  NON_STRING_KEY: 'a key must be a text; a text that starts with "{" or "[" must stand in quotes',
  RESOURCE_EXHAUSTION: 'the file is nested too deeply',
  TAG_RESOLVE_FAILED:
    'what starts with "!" is a tag, and this one is not known here: write a text that starts with "!" in quotes',
}

/**
 * What the YAML parser found wrong, in a person's words. `fatal` when the rest cannot be trusted: after a key that is
 * there twice one can read on, after anything else one error looks like many.
 */
export function syntaxProblems(
  { errors, warnings }: Pick<Document, 'errors' | 'warnings'>,
  positionAt: (offset: number) => TextPosition,
): { readonly fatal: boolean; readonly problems: readonly Problem[] } {
  const toProblem = ({ code, message, pos }: YAMLError): Problem => ({
    ...positionAt(pos[0]),
    at: '',
    problem: WORDS[code] ?? message,
  })
  const exhausted = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  if (exhausted !== undefined) return { fatal: true, problems: [toProblem(exhausted)] }
  return {
    fatal: errors.some(({ code }) => code !== 'DUPLICATE_KEY'),
    problems: [...errors, ...warnings].map(toProblem),
  }
}
