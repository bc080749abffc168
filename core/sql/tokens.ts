import type { SqlKind } from './settings.ts'

/**
 * A piece of a query. `space` is comments too; `quoted` is texts and quoted names; `variable` is `:name` and `{{name}}`; `parameter`
 * is what the engine itself takes for one.
 */
export type SqlToken = {
  readonly is: 'space' | 'quoted' | 'word' | 'variable' | 'parameter' | 'sign'
  readonly text: string
}
export type SqlTokens =
  | { readonly ok: true; readonly tokens: readonly SqlToken[] }
  | { readonly ok: false; readonly problem: string }

type Rule = readonly [is: SqlToken['is'] | 'refused', pattern: RegExp, problem?: string]

/** What both engines read alike. The first rule that fits is the one. */
const EVERYWHERE: readonly Rule[] = [
  ['space', /\s+/y],
  ['variable', /\{\{\s*\w+\s*\}\}/y],
  ['word', /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ['word', /\d[\p{L}\p{N}_.]*/uy],
]
const SIGN: Rule = ['sign', /[\s\S]/uy]

/** https://www.postgresql.org/docs/current/sql-syntax-lexical.html */
const POSTGRESQL: readonly Rule[] = [
  ['space', /--[^\n]*/y],
  ['quoted', /[eE]'(?:[^'\\]|''|\\[\s\S])*'/y],
  ['quoted', /'(?:[^']|'')*'/y],
  ['quoted', /"(?:[^"]|"")*"/y],
  ['quoted', /\$((?:[\p{L}_][\p{L}\p{N}_]*)?)\$[\s\S]*?\$\1\$/uy],
  ['refused', /["']/y, 'has a quotation mark that is not closed'],
  ['parameter', /\$\d+/y],
  ['sign', /::|:=/y],
  // A bound of a slice, a[1:n], follows a number or a name.
  ['variable', /(?<![\p{L}\p{N}_\]]):[\p{L}_]\w*/uy],
]

/** https://dev.mysql.com/doc/refman/8.4/en/comments.html: `--` is a comment only before a space. */
const MYSQL: readonly Rule[] = [
  ['refused', /\/\*M?!/y, 'holds a comment that the database would run: /*! is not taken'],
  ['space', /(?:#|--(?=\s|$))[^\n]*/y],
  ['space', /\/\*[\s\S]*?\*\//y],
  ['refused', /\/\*/y, 'has a comment that is not closed'],
  ['quoted', /'(?:[^'\\]|''|\\[\s\S])*'/y],
  ['quoted', /"(?:[^"\\]|""|\\[\s\S])*"/y],
  ['quoted', /`(?:[^`]|``)*`/y],
  ['refused', /["'`]/y, 'has a quotation mark that is not closed'],
  ['parameter', /\?/y],
  ['sign', /:=/y],
  ['variable', /:[\p{L}_]\w*/uy],
]

const RULES: Readonly<Record<SqlKind, readonly Rule[]>> = {
  postgresql: [...POSTGRESQL, ...EVERYWHERE, SIGN],
  mysql: [...MYSQL, ...EVERYWHERE, SIGN],
}

/** Cuts a query into pieces, by the rules of the engine for texts and comments. Put together they are the query. */
export function tokensOf(text: string, kind: SqlKind): SqlTokens {
  const tokens: SqlToken[] = []
  for (let at = 0; at < text.length; ) {
    if (kind === 'postgresql' && text.startsWith('/*', at)) {
      const end = endOfNested(text, at)
      if (end === undefined) return { ok: false, problem: 'has a comment that is not closed' }
      tokens.push({ is: 'space', text: text.slice(at, end) })
      at = end
      continue
    }
    const found = firstOf(RULES[kind], text, at)
    if (found.is === 'refused') return { ok: false, problem: found.problem }
    tokens.push({ is: found.is, text: found.text })
    at += found.text.length
  }
  return { ok: true, tokens }
}

type Found = SqlToken | { readonly is: 'refused'; readonly problem: string }

function firstOf(rules: readonly Rule[], text: string, at: number): Found {
  for (const [is, pattern, problem = ''] of rules) {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found === undefined) continue
    return is === 'refused' ? { is, problem } : { is, text: found }
  }
  return { is: 'sign', text: text.charAt(at) }
}

/** Comments of PostgreSQL stand within each other. */
function endOfNested(text: string, from: number): number | undefined {
  const marks = /\/\*|\*\//g
  marks.lastIndex = from
  let depth = 0
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
  return undefined
}
