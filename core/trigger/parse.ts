import type { Comparison, Operand, TriggerNode } from './syntax.ts'
import { COMPARISONS } from './syntax.ts'
import { type Token, tokenize, triggerError } from './tokens.ts'

const DEPTH_MAX = 100
export const TRIGGER_CHARS_MAX = 10_000

type Cursor = { readonly source: string; readonly tokens: readonly Token[]; at: number; depth: number }

/**
 * Parses a trigger: `and` binds tighter than `or`, `!` tighter than both, parentheses and `!` nest up to 100 deep.
 *
 * @throws {AppError} TRIGGER_INVALID with the position (counted from 1) and the problem.
 */
export function parseTrigger(source: string): TriggerNode {
  if (source.length > TRIGGER_CHARS_MAX) {
    throw triggerError('', 0, `a trigger has at most ${TRIGGER_CHARS_MAX} characters`)
  }
  const cursor: Cursor = { source, tokens: tokenize(source), at: 0, depth: 0 }
  const node = parseOr(cursor)
  const rest = peek(cursor)
  if (rest.kind !== 'end') throw unexpected(cursor, rest, '"and", "or" or the end')
  return node
}

function parseOr(cursor: Cursor): TriggerNode {
  return parseTerms(cursor, 'or', parseAnd)
}

function parseAnd(cursor: Cursor): TriggerNode {
  return parseTerms(cursor, 'and', parseNot)
}

function parseTerms(cursor: Cursor, word: 'and' | 'or', parse: (cursor: Cursor) => TriggerNode): TriggerNode {
  const first = parse(cursor)
  const terms = [first]
  while (takeWord(cursor, word)) terms.push(parse(cursor))
  return terms.length === 1 ? first : { kind: word, terms }
}

function parseNot(cursor: Cursor): TriggerNode {
  const { start } = peek(cursor)
  if (takeSymbol(cursor, '!')) {
    return { kind: 'not', term: nested(cursor, start, () => parseNot(cursor)) }
  }
  if (!takeSymbol(cursor, '(')) return parseCondition(cursor)
  const inner = nested(cursor, start, () => parseOr(cursor))
  if (!takeSymbol(cursor, ')')) throw unexpected(cursor, peek(cursor), '")"')
  return inner
}

function nested(cursor: Cursor, start: number, parse: () => TriggerNode): TriggerNode {
  if (cursor.depth === DEPTH_MAX) throw triggerError(cursor.source, start, 'nested too deep')
  cursor.depth += 1
  const node = parse()
  cursor.depth -= 1
  return node
}

function parseCondition(cursor: Cursor): TriggerNode {
  const left = parseOperand(cursor)
  const comparison = takeComparison(cursor)
  if (comparison === undefined) return { kind: 'is-true', operand: left }
  const right = comparison === 'in' ? parseList(cursor) : parseOperand(cursor)
  return { kind: 'compare', comparison, left, right }
}

function parseOperand(cursor: Cursor): Operand {
  const token = peek(cursor)
  const span = { start: token.start, end: token.end }
  if (token.kind === 'end' || token.kind === 'symbol') {
    throw unexpected(cursor, token, 'a field, a text, a number, true, false or null')
  }
  cursor.at += 1
  if (token.kind === 'text') return { kind: 'literal', value: token.value, span }
  if (token.kind === 'number') return { kind: 'literal', value: Number(token.value), span }
  if (token.value === 'true' || token.value === 'false') {
    return { kind: 'literal', value: token.value === 'true', span }
  }
  if (token.value === 'null') return { kind: 'literal', value: null, span }
  if (token.value === 'and' || token.value === 'or') {
    throw unexpected(cursor, token, 'a field, a text, a number, true, false or null')
  }
  return { kind: 'path', path: token.value, span }
}

function parseList(cursor: Cursor): Operand {
  const { start } = peek(cursor)
  const close = takeSymbol(cursor, '[') ? ']' : takeSymbol(cursor, '(') ? ')' : undefined
  if (close === undefined) throw unexpected(cursor, peek(cursor), 'a list such as ["a", "b"]')
  const values = []
  do {
    const item = parseOperand(cursor)
    if (item.kind !== 'literal')
      throw triggerError(cursor.source, item.span.start, 'a list holds only values')
    values.push(item.value)
  } while (takeSymbol(cursor, ','))
  const { end } = peek(cursor)
  if (!takeSymbol(cursor, close)) throw unexpected(cursor, peek(cursor), `"," or "${close}"`)
  return { kind: 'list', values, span: { start, end } }
}

function peek(cursor: Cursor): Token {
  return cursor.tokens[cursor.at] as Token
}

function takeWord(cursor: Cursor, word: string): boolean {
  const token = peek(cursor)
  if (token.kind !== 'word' || token.value !== word) return false
  cursor.at += 1
  return true
}

function takeSymbol(cursor: Cursor, symbol: string): boolean {
  const token = peek(cursor)
  if (token.kind !== 'symbol' || token.value !== symbol) return false
  cursor.at += 1
  return true
}

function takeComparison(cursor: Cursor): Comparison | undefined {
  const token = peek(cursor)
  if (token.kind !== 'symbol' && !(token.kind === 'word' && token.value === 'in')) return undefined
  const comparison = COMPARISONS.find((name) => name === token.value)
  if (comparison !== undefined) cursor.at += 1
  return comparison
}

function unexpected(cursor: Cursor, token: Token, wanted: string) {
  const found = token.kind === 'end' ? 'it ends' : `there is "${token.value}"`
  return triggerError(cursor.source, token.start, `${found} where ${wanted} is expected`)
}
