import type { Json, SpecEvent } from '../event.ts'
import { compileKeys } from '../path.ts'
import { APPLY } from './functions.ts'
import { compileGlob } from './glob.ts'
import { same } from './same.ts'
import type { Comparison, Operand, TriggerNode } from './syntax.ts'

/** Says whether an event is wanted. Pure and total: a field that is not there never throws. */
export type Match = (event: SpecEvent) => boolean
type Test = (event: Json) => boolean
type Value = (event: Json) => Json | undefined

/** Compiles a trigger to one closure. What it means: docs/triggers.md. */
export function compileNode(node: TriggerNode): Match {
  return compileTest(node) as unknown as Match
}

/** Compiles a value by itself: what a trigger compares, for those who explain it. */
export function compileOperand(operand: Operand): Value {
  switch (operand.kind) {
    case 'path':
      return compileKeys(operand.keys)
    case 'literal': {
      const { value } = operand
      return () => value
    }
    case 'list': {
      const { values } = operand
      return () => values
    }
    case 'call':
      return compileCall(operand)
  }
}

function compileCall({ name, arguments: given }: Extract<Operand, { kind: 'call' }>): Value {
  const [first = nothing, second = nothing] = given.map(compileOperand)
  if (name === 'match') {
    const fits = compileGlob(String(second(null)))
    return (event) => {
      const text = first(event)
      return typeof text === 'string' && fits(text)
    }
  }
  const apply = APPLY[name]
  return (event) => apply(first(event) ?? null, second(event) ?? null)
}

function nothing(): undefined {}

function compileTest(node: TriggerNode): Test {
  switch (node.kind) {
    case 'and':
      return pairwise(node.terms.map(compileTest), (a, b) => (event) => a(event) && b(event))
    case 'or':
      return pairwise(node.terms.map(compileTest), (a, b) => (event) => a(event) || b(event))
    case 'not': {
      const term = compileTest(node.term)
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

/** As a balanced tree, so that a thousand terms are not a thousand calls deep. */
function pairwise(terms: readonly Test[], join: (a: Test, b: Test) => Test): Test {
  const [only] = terms
  if (terms.length === 1) return only as Test
  const middle = terms.length >> 1
  return join(pairwise(terms.slice(0, middle), join), pairwise(terms.slice(middle), join))
}

function compileComparison(comparison: Comparison, left: Operand, right: Operand): Test {
  const a = compileOperand(left)
  const b = compileOperand(right)
  switch (comparison) {
    case '=':
    case '!=': {
      const isSame = compileSame(a, b, right)
      return comparison === '=' ? isSame : (event) => !isSame(event)
    }
    case '>':
      return (event) => order(a(event), b(event)) > 0
    case '>=':
      return (event) => order(a(event), b(event)) >= 0
    case '<':
      return (event) => order(a(event), b(event)) < 0
    case '<=':
      return (event) => order(a(event), b(event)) <= 0
    case 'in':
      return compileIn(a, b, right)
  }
}

function compileSame(a: Value, b: Value, right: Operand): Test {
  if (right.kind !== 'literal') return (event) => same(a(event), b(event))
  const { value } = right
  return value === null ? (event) => (a(event) ?? null) === null : (event) => a(event) === value
}

function compileIn(a: Value, b: Value, right: Operand): Test {
  if (right.kind === 'list') {
    const values = new Set<Json>(right.values)
    return (event) => values.has(a(event) ?? null)
  }
  return (event) => {
    const list = b(event)
    const value = a(event)
    return Array.isArray(list) && list.some((item) => same(item, value))
  }
}

/** Below 0, 0 or above 0; NaN, which no comparison holds for, when the two have no order. */
function order(a: Json | undefined, b: Json | undefined): number {
  const isOrdered = typeof a === typeof b && (typeof a === 'number' || typeof a === 'string')
  if (!isOrdered) return Number.NaN
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0
}
