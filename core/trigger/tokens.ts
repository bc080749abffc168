import type { Span, TriggerProblem } from './syntax.ts'

export type Token = Span & {
  readonly kind: 'word' | 'text' | 'number' | 'symbol' | 'end'
  /** The value of a text without its quotes; else what stands there. */
  readonly value: string
}
export type Tokens =
  | { readonly ok: true; readonly tokens: readonly Token[] }
  | { readonly ok: false; readonly problem: TriggerProblem }

const SPACE = /\s+/y
/** A path, a keyword or a function's name: letters and such, dots, `[0]`, `["a key"]`, and anything after a backslash. */
const WORD =
  /(?!-\d)(?:[\p{L}_$@-]|\\[\s\S])(?:[\p{L}\p{M}\p{N}_$@.-]|\\[\s\S]|\[(?:\d+|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*')\])*/uy
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const TEXT = /"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'/y
const SYMBOL = /[!><]=|[=><!()[\],]/y

/** What people write who know another language, and what it is here. */
const MISTAKEN: Readonly<Record<string, string>> = {
  '===': '=',
  '!==': '!=',
  '==': '=',
  '=>': '>=',
  '=<': '<=',
  '<>': '!=',
  '&&': 'and',
  '||': 'or',
  '&': 'and',
  '|': 'or',
  '~': 'contains',
}

/** Cuts a trigger's text into tokens. */
export function tokenize(source: string): Tokens {
  const tokens: Token[] = []
  let start = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = start
    return pattern.exec(source)
  }
  for (;;) {
    start += take(SPACE)?.[0].length ?? 0
    if (start >= source.length) break
    const mistaken = Object.keys(MISTAKEN).find((symbol) => source.startsWith(symbol, start))
    if (mistaken !== undefined) {
      const span = { start, end: start + mistaken.length }
      return fail(span, `"${mistaken}" is not expected here`, MISTAKEN[mistaken])
    }
    const text = take(TEXT)
    const word = text === null ? take(WORD) : null
    const number = word === null ? take(NUMBER) : null
    const token =
      (text && tokenAt('text', text[0], (text[1] ?? text[2] ?? '').replace(/\\([\s\S])/g, '$1'))) ??
      (word && tokenAt('word', /^in\[/i.test(word[0]) ? word[0].slice(0, 2) : word[0])) ??
      (number && tokenAt('number', number[0])) ??
      symbolAt(take(SYMBOL))
    if (token === undefined) return unreadable(source, start)
    if (token.kind === 'number' && !Number.isFinite(Number(token.value))) {
      return fail({ start, end: token.end }, 'the number is too large')
    }
    tokens.push(token)
    start = token.end
  }
  tokens.push({ kind: 'end', value: '', start: source.length, end: source.length })
  return { ok: true, tokens }

  function tokenAt(kind: Token['kind'], text: string, value = text): Token {
    return { kind, value, start, end: start + text.length }
  }
  function symbolAt(match: RegExpExecArray | null): Token | undefined {
    return match === null ? undefined : tokenAt('symbol', match[0])
  }
}

function unreadable(source: string, start: number): Tokens {
  // Not by `codePointAt` of the whole: see core/code-point.ts.
  const [character = ''] = source.slice(start, start + 2)
  if (character === '"' || character === "'") {
    const span = { start, end: source.length }
    return fail(span, `the text that starts here has no closing ${character}`)
  }
  return fail({ start, end: start + character.length }, `"${character}" is not expected here`)
}

function fail(span: Span, problem: string, suggestion?: string): Tokens {
  return { ok: false, problem: { span, problem, ...(suggestion === undefined ? {} : { suggestion }) } }
}
