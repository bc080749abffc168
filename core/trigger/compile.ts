import { compileNodeWith, compileOperandWith, type Functions, type Match, type Value } from './closures.ts'
import { COMPARE } from './comparisons.ts'
import { APPLY, type Apply } from './functions.ts'
import { compileGlob } from './glob.ts'
import type { Operand, TriggerNode } from './syntax.ts'

/** All that a trigger may use. */
export const FUNCTIONS_OF_TRIGGERS: Functions = {
  ...Object.fromEntries(Object.entries(APPLY).map(([name, apply]) => [name, applied(apply)])),
  ...COMPARE,
  match(first, second) {
    const fits = compileGlob(String(second(null)))
    return (event) => {
      const text = first(event)
      return typeof text === 'string' && fits(text)
    }
  },
}

/** Compiles a trigger to one closure. What it means: docs/triggers.md. */
export function compileNode(node: TriggerNode): Match {
  return compileNodeWith(node, FUNCTIONS_OF_TRIGGERS)
}

/** Compiles a value by itself: what a trigger compares, for those who explain it. */
export function compileOperand(operand: Operand): Value {
  return compileOperandWith(operand, FUNCTIONS_OF_TRIGGERS)
}

function applied(apply: Apply) {
  return (first: Value, second: Value) => (event: Parameters<Value>[0]) =>
    apply(first(event) ?? null, second(event) ?? null)
}
