import type { Json, SpecEvent } from '../event.ts'
import { compilePath } from '../path.ts'
import { parseTrigger } from './parse.ts'
import type { Comparison, Operand, TriggerNode } from './syntax.ts'

/** Says whether an event is wanted. Pure and total: a field that is not there never throws. */
export type Match = (event: SpecEvent) => boolean

/**
 * Compiles a trigger to one closure.
 *
 * Types are strict: `"10"` and `10` are different, and a missing field equals `null` and nothing else. `<` and its
 * relatives hold only between two numbers or two texts.
 *
 * @throws {AppError} TRIGGER_INVALID with the position and the problem.
 */
export function compileTrigger(source: string): Match {
  return compileNode(parseTrigger(source))
}

function compileNode(node: TriggerNode): Match {
  switch (node.kind) {
    case 'and': {
      const terms = node.terms.map(compileNode)
      return (event) => terms.every((term) => term(event))
    }
    case 'or': {
      const terms = node.terms.map(compileNode)
      return (event) => terms.some((term) => term(event))
    }
    case 'not': {
      const term = compileNode(node.term)
      return (event) => !term(event)
    }
    case 'is-true': {
      const operand = compileOperand(node.operand)
      return (event) => operand(event) === true
    }
    case 'compare':
      return compileComparison(node.comparison, node.left, node.right)
  }
}

function compileComparison(comparison: Comparison, left: Operand, right: Operand): Match {
  const a = compileOperand(left)
  if (right.kind === 'list') {
    const values = new Set<unknown>(right.values)
    return (event) => values.has(a(event) ?? null)
  }
  const b = compileOperand(right)
  switch (comparison) {
    case '=':
      return (event) => same(a(event), b(event))
    case '!=':
      return (event) => !same(a(event), b(event))
    case '>':
      return (event) => order(a(event), b(event)) > 0
    case '>=':
      return (event) => order(a(event), b(event)) >= 0
    case '<':
      return (event) => order(a(event), b(event)) < 0
    case '<=':
      return (event) => order(a(event), b(event)) <= 0
    case 'in':
      return () => false
  }
}

function compileOperand(operand: Operand): (event: SpecEvent) => Json | undefined {
  switch (operand.kind) {
    case 'path':
      return compilePath(operand.path)
    case 'literal': {
      const { value } = operand
      return () => value
    }
    case 'list': {
      const { values } = operand
      return () => values
    }
  }
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return (a ?? null) === (b ?? null)
}

/** Below 0, 0 or above 0; NaN, which no comparison holds for, when the two have no order. */
function order(a: Json | undefined, b: Json | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  return Number.NaN
}
