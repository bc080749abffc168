import type { Operand, Simple, TriggerNode } from './syntax.ts'

/** Says a whole number from 0 up to, and not with, `below`. */
export type Choose = (below: number) => number

/**
 * A trigger as a person could write it: this or that quote, words in any case, more spaces and parentheses than needed,
 * keys quoted in every way that docs/triggers.md has. Never fewer parentheses than the grammar needs.
 */
export function written(node: TriggerNode, choose: Choose, around: 'or' | 'and' | 'not' = 'or'): string {
  const text = bare(node, choose)
  const isLoose = (node.kind === 'or' && around !== 'or') || (node.kind === 'and' && around === 'not')
  return isLoose || choose(12) === 0 ? `(${space(choose)}${text}${space(choose)})` : text
}

function bare(node: TriggerNode, choose: Choose): string {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const inner = node.kind === 'and' ? 'not' : 'and'
      const terms = node.terms.map((term) => written(term, choose, inner))
      return terms.reduce((before, term) => `${before} ${anyCase(node.kind, choose)} ${space(choose)}${term}`)
    }
    case 'not':
      return `!${space(choose)}${written(node.term, choose, 'not')}`
    case 'is-true':
      return writtenOperand(node.operand, choose)
    case 'compare': {
      const { comparison, left, right } = node
      if (comparison === 'in')
        return `${writtenOperand(left, choose)} ${anyCase('in', choose)} ${writtenOperand(right, choose, choose(2) === 0)}`
      return `${writtenOperand(left, choose)} ${comparison}${space(choose)}${writtenOperand(right, choose)}`
    }
  }
}

/** `inParentheses`: a list after "in" may be written so. */
function writtenOperand(operand: Operand, choose: Choose, inParentheses = false): string {
  const comma = () => `${space(choose)},${space(choose)}`
  switch (operand.kind) {
    case 'path':
      return writtenPath(operand.keys, choose)
    case 'literal':
      return writtenSimple(operand.value, choose)
    case 'list': {
      const items = operand.values.map((value) => writtenSimple(value, choose)).join(comma())
      return inParentheses ? `(${items})` : `[${items}]`
    }
    case 'call': {
      const given = operand.arguments.map((argument) => writtenOperand(argument, choose))
      return `${operand.name}${space(choose)}(${space(choose)}${given.join(comma())})`
    }
  }
}

function writtenPath(keys: readonly string[], choose: Choose): string {
  const dollar = choose(6) === 0 ? '$.' : ''
  return keys.reduce((before, key, at) => {
    if (at === 0) return dollar + escaped(key, true)
    if (key === '' || choose(3) === 0) return `${before}["${key.replaceAll(/["\\]/g, '\\$&')}"]`
    if (/^(0|[1-9]\d*)$/.test(key) && choose(2) === 0) return `${before}[${key}]`
    return `${before}.${escaped(key, choose(8) === 0)}`
  }, '')
}

/** With a backslash before each character that needs one, and before the first for safety. */
function escaped(key: string, isFirstToo: boolean): string {
  const isWord = isFirstToo && (/^[\d$-]/.test(key) || /^(and|or|in|true|false|null)$/i.test(key))
  return [...key]
    .map((character, at) =>
      /[\p{L}\p{Nd}_$@-]/u.test(character) && !(at === 0 && isWord) ? character : `\\${character}`,
    )
    .join('')
}

function writtenSimple(value: Simple, choose: Choose): string {
  if (typeof value === 'number') return `${value}`.replace('e', choose(2) === 0 ? 'e' : 'E')
  if (typeof value !== 'string') return anyCase(`${value}`, choose)
  const quote = choose(2) === 0 ? '"' : "'"
  const inner = value.replaceAll(/["'\\]/g, (sign) =>
    sign === '\\' || sign === quote || choose(2) === 0 ? `\\${sign}` : sign,
  )
  return `${quote}${inner}${quote}`
}

const anyCase = (word: string, choose: Choose) =>
  [word, word, word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1)][choose(4)] ?? word

const space = (choose: Choose) => ['', '', ' ', '\n', '\t '][choose(5)] ?? ''
