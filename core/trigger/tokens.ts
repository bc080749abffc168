import { AppError } from '../errors.ts'
import type { Span } from './syntax.ts'

export type Token = Span & {
  readonly kind: 'word' | 'text' | 'number' | 'symbol' | 'end'
  /** The value of a text without its quotes; else what stands there. */
  readonly value: string
}

const SYMBOLS = ['!=', '>=', '<=', '=', '>', '<', '!', '(', ')', '[', ']', ',']
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y
/** A path, a keyword or a function's name: letters and such, dots, indexes, and anything after a backslash. */
const WORD = /(?:[\p{L}_$@-]|\\.)(?:[\p{L}\p{N}_$@.-]|\\.|\[\d+\])*/uy

/** Cuts a trigger's text into tokens. @throws {AppError} TRIGGER_INVALID with the position. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    if (/\s/.test(source.charAt(at))) {
      at += 1
      continue
    }
    const token = textAt(source, at) ?? wordAt(source, at) ?? numberAt(source, at) ?? symbolAt(source, at)
    if (token === undefined) {
      const character = String.fromCodePoint(source.codePointAt(at) as number)
      throw triggerError(source, at, `"${character}" is not expected here`)
    }
    tokens.push(token)
    at = token.end
  }
  tokens.push({ kind: 'end', value: '', start: source.length, end: source.length })
  return tokens
}

export function triggerError(source: string, at: number, problem: string): AppError {
  return new AppError('TRIGGER_INVALID', { trigger: source, position: at + 1, problem })
}

/** `"…"` or `'…'`; a backslash makes the next character plain. */
function textAt(source: string, start: number): Token | undefined {
  const quote = source.charAt(start)
  if (quote !== '"' && quote !== "'") return undefined
  let value = ''
  for (let at = start + 1; at < source.length; at++) {
    const character = source.charAt(at)
    if (character === quote) return { kind: 'text', value, start, end: at + 1 }
    if (character === '\\' && at + 1 < source.length) at += 1
    value += source.charAt(at)
  }
  throw triggerError(source, start, `the text that starts here has no closing ${quote}`)
}

function wordAt(source: string, start: number): Token | undefined {
  return matchAt(WORD, 'word', source, start)
}

function numberAt(source: string, start: number): Token | undefined {
  return matchAt(NUMBER, 'number', source, start)
}

function matchAt(pattern: RegExp, kind: Token['kind'], source: string, start: number): Token | undefined {
  // "-5" is a number, "-x" a word: a word may hold a minus, but does not start with one before a digit.
  if (kind === 'word' && /^-\d/.test(source.slice(start, start + 2))) return undefined
  pattern.lastIndex = start
  const value = pattern.exec(source)?.[0]
  return value === undefined ? undefined : { kind, value, start, end: start + value.length }
}

function symbolAt(source: string, start: number): Token | undefined {
  const value = SYMBOLS.find((symbol) => source.startsWith(symbol, start))
  return value === undefined ? undefined : { kind: 'symbol', value, start, end: start + value.length }
}
