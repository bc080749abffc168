import type { Json, SpecEvent } from '../event.ts'
import { compileKeys } from '../path.ts'
import { same } from './same.ts'
import type { Comparison, FunctionName, Operand, TriggerNode } from './syntax.ts'

/** Says whether an event is wanted. Pure and total: a field that is not there never throws. */
export type Match = (event: SpecEvent) => boolean
export type Test = (event: Json) => boolean
export type Value = (event: Json) => Json | undefined

/** Compiles a function of one or two values. */
type CompileFunction = (first: Value, second: Value) => Value
/** Compiles a comparison of two values; `right` is the second as it is written. */
export type CompileComparison = (a: Value, b: Value, right: Operand) => Test
/** What a trigger may use besides `=`: all of it in compile.ts, less in a page that needs no more. */
export type Functions = {
  readonly [Name in FunctionName]?: CompileFunction
} & {
  readonly [Name in Exclude<Comparison, '=' | '!='>]?: CompileComparison
}

/** Compiles a trigger that uses only these functions to one closure. */
export const compileNodeWith = compileTest as unknown as (node: TriggerNode, functions: Functions) => Match

export function compileOperandWith(operand: Operand, functions: Functions): Value {
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
    case 'call': {
      const { name, arguments: given } = operand
      const [first = nothing, second = nothing] = given.map((one) => compileOperandWith(one, functions))
      return (functions[name] as CompileFunction)(first, second)
    }
  }
}

function nothing(): undefined {}

function compileTest(node: TriggerNode, functions: Functions): Test {
  const inner = (one: TriggerNode) => compileTest(one, functions)
  switch (node.kind) {
    case 'and':
      return pairwise(node.terms.map(inner), (a, b) => (event) => a(event) && b(event))
    case 'or':
      return pairwise(node.terms.map(inner), (a, b) => (event) => a(event) || b(event))
    case 'not': {
      const term = inner(node.term)
      return (event) => !term(event)
    }
    case 'is-true': {
      const operand = compileOperandWith(node.operand, functions)
      return (event) => operand(event) === true
    }
    case 'compare':
      return compileComparison(node, functions)
  }
}

/** As a balanced tree, so that a thousand terms are not a thousand calls deep. */
function pairwise(terms: readonly Test[], join: (a: Test, b: Test) => Test): Test {
  const [only] = terms
  if (terms.length === 1) return only as Test
  const middle = terms.length >> 1
  return join(pairwise(terms.slice(0, middle), join), pairwise(terms.slice(middle), join))
}

type Compare = Extract<TriggerNode, { kind: 'compare' }>

function compileComparison({ comparison, left, right }: Compare, functions: Functions): Test {
  const a = compileOperandWith(left, functions)
  const b = compileOperandWith(right, functions)
  if (comparison !== '=' && comparison !== '!=') {
    return (functions[comparison] as CompileComparison)(a, b, right)
  }
  const isSame = compileSame(a, b, right)
  return comparison === '=' ? isSame : (event) => !isSame(event)
}

function compileSame(a: Value, b: Value, right: Operand): Test {
  if (right.kind !== 'literal') return (event) => same(a(event), b(event))
  const { value } = right
  return value === null ? (event) => (a(event) ?? null) === null : (event) => a(event) === value
}
