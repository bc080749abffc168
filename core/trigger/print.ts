import { printPath } from '../path.ts'
import type { Operand, Simple, TriggerNode } from './syntax.ts'

/** Needless parentheses help to read, but count as nesting: further inside than this there are none. */
const SPARE_DEPTH_MAX = 50

/** The usual way to write a trigger: reading it again gives the same. */
export function printTrigger(node: TriggerNode): string {
  return printNode(node, 0)
}

function printNode(node: TriggerNode, depth: number): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.terms.map((term) => printTerm(term, node.kind, depth)).join(` ${node.kind} `)
    case 'not': {
      const { term } = node
      const isGroup = term.kind === 'and' || term.kind === 'or'
      const isClear = term.kind === 'is-true' || term.kind === 'not'
      if (isGroup || (!isClear && depth < SPARE_DEPTH_MAX)) return `!(${printNode(term, depth + 2)})`
      return `!${printNode(term, depth + 1)}`
    }
    case 'is-true':
      return printOperand(node.operand)
    case 'compare':
      return `${printOperand(node.left)} ${node.comparison} ${printOperand(node.right)}`
  }
}

/** A group in a group gets parentheses, needed or not: few people know by heart that "and" binds tighter. */
function printTerm(node: TriggerNode, within: 'and' | 'or', depth: number): string {
  const isGroup = node.kind === 'and' || node.kind === 'or'
  const isNeeded = isGroup && !(within === 'or' && node.kind === 'and')
  return isNeeded || (isGroup && depth < SPARE_DEPTH_MAX)
    ? `(${printNode(node, depth + 1)})`
    : printNode(node, depth)
}

export function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'path':
      return printTriggerPath(operand.keys)
    case 'literal':
      return printSimple(operand.value)
    case 'list':
      return `[${operand.values.map(printSimple).join(', ')}]`
    case 'call':
      return `${operand.name}(${operand.arguments.map(printOperand).join(', ')})`
  }
}

const KEYWORD = /^(and|or|in|true|false|null)$/i

function printTriggerPath(keys: readonly string[]): string {
  const path = printPath(keys)
  return KEYWORD.test(path) || /^in\[/i.test(path) ? `\\${path}` : path
}

function printSimple(value: Simple): string {
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`
  return Object.is(value, -0) ? '-0' : String(value)
}
