import type { Document, YAMLError } from 'yaml'

/** For the errors whose own words do not tell what to do. The codes are those of the `yaml` package. */
const WORDS: Readonly<Record<string, string>> = {
  BAD_SCALAR_START: 'a text cannot start with this character: write it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a ": " in the middle of a text: write the whole text in quotes',
  MULTIPLE_DOCS: 'a second document starts here ("---"); the file may hold only one',
  NON_STRING_KEY: 'a key must be a text; a text that starts with "{" or "[" must stand in quotes',
  RESOURCE_EXHAUSTION: 'the file is nested too deeply',
  TAG_RESOLVE_FAILED:
    'what starts with "!" is a tag, and this one is not known here: write a text that starts with "!" in quotes',
}

/** Something that the YAML parser found wrong, in a person's words. */
export type SyntaxProblem = { readonly offset: number; readonly problem: string }

export function syntaxProblems({ errors, warnings }: Document): readonly SyntaxProblem[] {
  const exhausted = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  return (exhausted === undefined ? [...errors, ...warnings] : [exhausted]).map(toProblem)
}

function toProblem({ code, message, pos }: YAMLError): SyntaxProblem {
  return { offset: pos[0], problem: WORDS[code] ?? message }
}
