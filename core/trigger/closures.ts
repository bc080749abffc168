import type { Json, SpecEvent } from '../event.ts'
import { compileKeys } from '../path.ts'
import { same } from './same.ts'
import type { FunctionName, Operand, TriggerNode } from './syntax.ts'

/** Says whether an event is wanted. Pure and total: a field that is not there never throws. */
export type Match = (event: SpecEvent) => boolean
type Test = (event: Json) => boolean
export type Value = (event: Json) => Json | undefined

/** What a function gives for the values of its one or two arguments. */
export type Apply = (value: Json, other: Json) => Json
/** The functions that a trigger may use: all of them in compile.ts, fewer in a page that needs no more. */
export type Functions = {
  readonly [Name in Exclude<FunctionName, 'match'>]?: Apply
} & {
  /** Its pattern is compiled beforehand. */
  readonly match?: (pattern: string) => (text: string) => boolean
}

/** Compiles a trigger that uses only these functions to one closure. */
export function compileNodeWith(node: TriggerNode, functions: Functions): Match {
  return compileTest(node, functions) as unknown as Match
}

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
    case 'call':
      return compileCall(operand, functions)
  }
}

function compileCall(call: Extract<Operand, { kind: 'call' }>, functions: Functions): Value {
  const { name, arguments: given } = call
  const [first = nothing, second = nothing] = given.map((one) => compileOperandWith(one, functions))
  if (name === 'match') {
    const fits = (functions.match as NonNullable<Functions['match']>)(String(second(null)))
    return (event) => {
      const text = first(event)
      return typeof text === 'string' && fits(text)
    }
  }
  const apply = functions[name] as Apply
  return (event) => apply(first(event) ?? null, second(event) ?? null)
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
