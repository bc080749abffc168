import { didYouMean } from '../did-you-mean.ts'
import { missingKeyAt, pathKeys } from '../path.ts'
import type { Comparison, FunctionName, Operand, ReadTrigger, Simple, Span, TriggerNode } from './syntax.ts'
import { COMPARISONS, FUNCTIONS } from './syntax.ts'
import { type Token, tokenize } from './tokens.ts'

const DEPTH_MAX = 100
export const TRIGGER_CHARS_MAX = 10_000

const VALUE = 'a field, a text, a number, true, false or null'
/** Names that other languages have for ours. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  not: '!',
  lower: 'lowercase',
  upper: 'uppercase',
  len: 'length',
  size: 'length',
}

/** A text that cannot go on being read; caught by `readTrigger` alone. */
type Stop = { readonly span: Span; readonly problem: string; readonly suggestion?: string }
type Cursor = { readonly tokens: readonly Token[]; at: number; depth: number; stop: Stop | undefined }

/**
 * Reads a trigger: `and` binds tighter than `or`, `!` tighter than both, parentheses, `!` and functions nest up to 100
 * deep. The grammar is in docs/triggers.md. Never throws.
 */
export function readTrigger(source: string): ReadTrigger {
  if (source.length > TRIGGER_CHARS_MAX) {
    const problem = `a trigger has at most ${TRIGGER_CHARS_MAX} characters`
    return { ok: false, problem: { span: { start: TRIGGER_CHARS_MAX, end: source.length }, problem } }
  }
  const read = tokenize(source)
  if (!read.ok) return read
  const cursor: Cursor = { tokens: read.tokens, at: 0, depth: 0, stop: undefined }
  const node = parseOr(cursor)
  const rest = peek(cursor)
  if (rest.kind !== 'end') unexpected(cursor, rest, '"and", "or" or the end')
  return cursor.stop === undefined ? { ok: true, node } : { ok: false, problem: cursor.stop }
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
  const token = peek(cursor)
  if (takeSymbol(cursor, '!')) {
    return { kind: 'not', term: nested(cursor, token, parseNot) }
  }
  if (!takeSymbol(cursor, '(')) return parseCondition(cursor)
  const inner = nested(cursor, token, parseOr)
  if (!takeSymbol(cursor, ')')) unexpected(cursor, peek(cursor), '")"')
  return inner
}

function parseCondition(cursor: Cursor): TriggerNode {
  const start = peek(cursor)
  const left = parseOperand(cursor)
  const comparison = takeComparison(cursor)
  if (comparison === undefined) {
    if (left.kind === 'list') unexpected(cursor, start, VALUE)
    return { kind: 'is-true', operand: left }
  }
  const right = comparison === 'in' ? parseHolder(cursor) : parseOperand(cursor)
  return { kind: 'compare', comparison, left, right }
}

/** What is right of `in`: a list, also in round brackets, or a field or function that gives one. */
function parseHolder(cursor: Cursor): Operand {
  const token = peek(cursor)
  if (token.kind === 'symbol' && token.value === '(') return parseList(cursor, ')')
  const isValue = token.kind !== 'end' && (token.kind !== 'symbol' || token.value === '[')
  const operand = isValue ? parseOperand(cursor) : NOTHING
  return operand.kind === 'literal' ? unexpected(cursor, token, 'a list such as ["a", "b"]') : operand
}

function parseOperand(cursor: Cursor): Operand {
  const token = peek(cursor)
  const simple = simpleOf(token)
  if (simple !== undefined) {
    cursor.at += 1
    return { kind: 'literal', value: simple, span: spanOf(token) }
  }
  if (token.kind === 'symbol' && token.value === '[') return parseList(cursor, ']')
  if (token.kind !== 'word' || /^(and|or|in)$/i.test(token.value)) return unexpected(cursor, token, VALUE)
  cursor.at += 1
  if (isSymbol(cursor, '(')) return parseCall(cursor, token)
  const missing = missingKeyAt(token.value)
  if (missing !== undefined) {
    const start = token.start + missing
    return fail(cursor, { span: { start, end: start }, problem: 'a key is missing after the dot' })
  }
  return { kind: 'path', keys: pathKeys(token.value), span: spanOf(token) }
}

function parseCall(cursor: Cursor, { value: name, start, end }: Token): Operand {
  const known = FUNCTIONS.find((one) => one === name)
  if (known === undefined) {
    const suggestion = OTHER_NAMES[name.toLowerCase()] ?? didYouMean(name, FUNCTIONS)
    return fail(cursor, {
      span: { start, end },
      problem: `"${name}" is no function`,
      ...(suggestion === undefined ? {} : { suggestion }),
    })
  }
  const given = nested(cursor, { start, end }, () => {
    const list: Operand[] = []
    do {
      cursor.at += 1
      list.push(parseOperand(cursor))
    } while (isSymbol(cursor, ','))
    return list
  })
  if (!takeSymbol(cursor, ')')) unexpected(cursor, peek(cursor), '"," or ")"')
  const call = { start, end: cursor.tokens[cursor.at - 1]?.end ?? end }
  checkArguments(cursor, known, given, call)
  return { kind: 'call', name: known, arguments: given, span: call }
}

function checkArguments(cursor: Cursor, name: FunctionName, given: readonly Operand[], span: Span): void {
  const count = name === 'contains' || name === 'match' ? 2 : 1
  if (given.length !== count) {
    const values = count === 1 ? '1 value' : `${count} values`
    fail(cursor, { span, problem: `${name} takes ${values}, and here are ${given.length}` })
  }
  const [first, second] = given
  if (name !== 'match' || second === undefined) return
  if (second.kind === 'literal' && typeof second.value === 'string') return
  const isSwapped = first?.kind === 'literal' && typeof first.value === 'string'
  const problem = isSwapped
    ? 'the pattern of match comes second: match(event, "Order *")'
    : 'the pattern of match must be a text in quotes'
  fail(cursor, { span: second.span, problem })
}

function parseList(cursor: Cursor, close: ']' | ')'): Operand {
  const { start } = peek(cursor)
  const values: Simple[] = []
  do {
    cursor.at += 1
    const token = peek(cursor)
    const value = simpleOf(token)
    if (value !== undefined) {
      values.push(value)
      cursor.at += 1
    } else if (token.kind === 'word') {
      return fail(cursor, { span: spanOf(token), problem: 'a list holds only values' })
    } else return unexpected(cursor, token, 'a text, a number, true, false or null')
  } while (isSymbol(cursor, ','))
  const { end } = peek(cursor)
  if (!takeSymbol(cursor, close)) unexpected(cursor, peek(cursor), `"," or "${close}"`)
  return { kind: 'list', values, span: { start, end } }
}

function simpleOf({ kind, value }: Token): Simple | undefined {
  if (kind === 'text') return value
  if (kind === 'number') return Number(value)
  if (kind !== 'word' || !/^(true|false|null)$/i.test(value)) return undefined
  return /^null$/i.test(value) ? null : /^true$/i.test(value)
}

function nested<T>(cursor: Cursor, span: Span, parse: (cursor: Cursor) => T): T {
  cursor.depth += 1
  if (cursor.depth > DEPTH_MAX) fail(cursor, { span: spanOf(span), problem: 'nested too deep' })
  const result = parse(cursor)
  cursor.depth -= 1
  return result
}

function peek(cursor: Cursor): Token {
  return cursor.tokens[Math.min(cursor.at, cursor.tokens.length - 1)] as Token
}

function isSymbol(cursor: Cursor, symbol: string): boolean {
  const token = peek(cursor)
  return token.kind === 'symbol' && token.value === symbol
}

function takeSymbol(cursor: Cursor, symbol: string): boolean {
  const isHere = isSymbol(cursor, symbol)
  if (isHere) cursor.at += 1
  return isHere
}

function takeWord(cursor: Cursor, word: string): boolean {
  const token = peek(cursor)
  const isHere = token.kind === 'word' && token.value.toLowerCase() === word
  if (isHere) cursor.at += 1
  return isHere
}

function takeComparison(cursor: Cursor): Comparison | undefined {
  if (takeWord(cursor, 'in')) return 'in'
  const token = peek(cursor)
  const comparison = token.kind === 'symbol' ? COMPARISONS.find((name) => name === token.value) : undefined
  if (comparison !== undefined) cursor.at += 1
  return comparison
}

function spanOf({ start, end }: Span): Span {
  return { start, end }
}

/** Keeps the first problem and goes to the end, where every loop of the parser ends too. */
function fail(cursor: Cursor, problem: Stop): Operand {
  cursor.stop ??= problem
  cursor.at = cursor.tokens.length - 1
  return NOTHING
}

const NOTHING: Operand = { kind: 'literal', value: null, span: { start: 0, end: 0 } }

function unexpected(cursor: Cursor, token: Token, wanted: string): Operand {
  const found = token.kind === 'end' ? 'it ends' : `there is "${token.value}"`
  return fail(cursor, { span: spanOf(token), problem: `${found} where ${wanted} is expected` })
}
