import { compileNodeWith, compileOperandWith, type Functions, type Match, type Value } from './closures.ts'
import { APPLY } from './functions.ts'
import { compileGlob } from './glob.ts'
import type { Operand, TriggerNode } from './syntax.ts'

export const FUNCTIONS_OF_TRIGGERS: Functions = { ...APPLY, match: compileGlob }

/** Compiles a trigger to one closure. What it means: docs/triggers.md. */
export function compileNode(node: TriggerNode): Match {
  return compileNodeWith(node, FUNCTIONS_OF_TRIGGERS)
}

/** Compiles a value by itself: what a trigger compares, for those who explain it. */
export function compileOperand(operand: Operand): Value {
  return compileOperandWith(operand, FUNCTIONS_OF_TRIGGERS)
}
