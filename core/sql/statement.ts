import type { SqlKind } from './settings.ts'
import { type SqlToken, tokensOf } from './tokens.ts'

/** Values that a query may name; they are bound by the database, and never written into the text. */
export const VARIABLES = ['last_cursor', 'last_sync'] as const
export type Variable = (typeof VARIABLES)[number]

/** A query in pieces, with the variables between them. */
export type Statement = readonly (string | { readonly variable: Variable })[]
export type ReadStatement =
  | { readonly ok: true; readonly statement: Statement }
  | { readonly ok: false; readonly problem: string }

const CHANGES = new Set(['insert', 'update', 'delete', 'merge', 'replace'])

/**
 * Reads a query as far as it takes to say that it is one SELECT (or WITH … SELECT) and where its variables are. The database has
 * the last word: it reads in a transaction that may not write.
 */
export function readStatement(text: string, kind: SqlKind): ReadStatement {
  const read = tokensOf(text, kind)
  if (!read.ok) return read
  const tokens = withoutEnd(read.tokens)
  const problem = problemOf(tokens, kind)
  if (problem !== undefined) return { ok: false, problem }
  return { ok: true, statement: piecesOf(tokens) }
}

/** Whether the query names the variable. */
export function usesVariable(statement: Statement, variable: Variable): boolean {
  return statement.some((piece) => typeof piece === 'object' && piece.variable === variable)
}

/** The text for the engine, and which value each of its parameters is. */
export function parametersOf(
  statement: Statement,
  kind: SqlKind,
): { readonly text: string; readonly parameters: readonly Variable[] } {
  const parameters: Variable[] = []
  const text = statement
    .map((piece) => {
      if (typeof piece === 'string') return piece
      parameters.push(piece.variable)
      return kind === 'mysql' ? '?' : `$${parameters.length}`
    })
    .join('')
  return { text, parameters }
}

export function quotedName(name: string, kind: SqlKind): string {
  const mark = kind === 'mysql' ? '`' : '"'
  return `${mark}${name.replaceAll(mark, mark + mark)}${mark}`
}

/** A semicolon at the end says nothing. */
function withoutEnd(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const last = tokens.findLastIndex(({ is }) => is !== 'space')
  return tokens[last]?.text === ';' ? tokens.slice(0, last) : tokens
}

function problemOf(tokens: readonly SqlToken[], kind: SqlKind): string | undefined {
  const real = tokens.filter(({ is }) => is !== 'space')
  const first = real[0]?.text.toLowerCase()
  if (first === undefined) return 'is empty'
  if (first !== 'select' && first !== 'with') return 'must be one SELECT, which may begin with WITH'
  let depth = 0
  for (const [index, { is, text }] of real.entries()) {
    const before = real[index - 1]?.text
    if (text === '(') depth += 1
    if (text === ')') depth -= 1
    if (depth < 0) return 'closes a parenthesis that was not opened'
    if (text === ';') return 'must be one statement: there is something after the semicolon'
    const word = is === 'word' ? text.toLowerCase() : ''
    if (word === 'into') return 'must not write: INTO is not taken'
    if (CHANGES.has(word) && (before === '(' || (first === 'with' && before === ')')))
      return `must not change anything: ${text.toUpperCase()} is not taken`
    const problem = variableProblem(real[index] as SqlToken, kind)
    if (problem !== undefined) return problem
  }
  return depth > 0 ? 'has a parenthesis that is not closed' : undefined
}

function variableProblem({ is, text }: SqlToken, kind: SqlKind): string | undefined {
  if (is === 'parameter')
    return `holds the parameter ${text}: there are only ${VARIABLES.map((one) => `:${one}`).join(' and ')}`
  if (is !== 'variable') return undefined
  const name = nameOf(text)
  if ((VARIABLES as readonly string[]).includes(name)) return undefined
  const hint = kind === 'mysql' ? '' : '; a cast is written with ::'
  return `names ${text}, and there are only ${VARIABLES.map((one) => `:${one}`).join(' and ')}${hint}`
}

function nameOf(text: string): string {
  return text.replaceAll(/[:{}\s]/g, '')
}

function piecesOf(tokens: readonly SqlToken[]): Statement {
  const pieces: (string | { readonly variable: Variable })[] = ['']
  for (const { is, text } of tokens) {
    if (is === 'variable') pieces.push({ variable: nameOf(text) as Variable }, '')
    else pieces[pieces.length - 1] += text
  }
  return pieces
}
