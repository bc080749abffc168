import { printPath } from '../path.ts'
import type { Operand, Simple, TriggerNode } from './syntax.ts'

/** The usual way to write a trigger: reading it again gives the same. */
export function printTrigger(node: TriggerNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.terms.map(printTerm).join(` ${node.kind} `)
    case 'not': {
      const isPlain = node.term.kind === 'is-true' || node.term.kind === 'not'
      return isPlain ? `!${printTrigger(node.term)}` : `!(${printTrigger(node.term)})`
    }
    case 'is-true':
      return printOperand(node.operand)
    case 'compare':
      return `${printOperand(node.left)} ${node.comparison} ${printOperand(node.right)}`
  }
}

/** A group in a group gets parentheses, needed or not: few people know by heart that "and" binds tighter. */
function printTerm(node: TriggerNode): string {
  return node.kind === 'and' || node.kind === 'or' ? `(${printTrigger(node)})` : printTrigger(node)
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
  if (value === Infinity || value === -Infinity) return value > 0 ? '1e999' : '-1e999'
  return Object.is(value, -0) ? '-0' : String(value)
}
