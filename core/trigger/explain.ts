import { didYouMean } from '../did-you-mean.ts'
import { EVENT_FIELDS, type Json, type SpecEvent } from '../event.ts'
import { compileNode, compileOperand } from './compile.ts'
import { printOperand, printTrigger } from './print.ts'
import type { Operand, Span, TriggerNode, TriggerProblem } from './syntax.ts'

/** More than a person reads. */
const CLAUSES_MAX = 100

/** One condition, whether it holds, and what its fields and functions gave. */
export type Clause = {
  readonly text: string
  readonly span: Span
  readonly holds: boolean
  readonly values: readonly { readonly text: string; readonly value: Json }[]
}
export type TriggerExplanation = {
  readonly matches: boolean
  /** The conditions that decided: without any one of them the result could be another. At most 100. */
  readonly clauses: readonly Clause[]
}

/** Says whether a trigger matches an event, and which of its conditions decided. */
export function explainTrigger(node: TriggerNode, event: SpecEvent): TriggerExplanation {
  const clauses: Clause[] = []
  const matches = decide(node, event, clauses)
  return { matches, clauses: clauses.slice(0, CLAUSES_MAX) }
}

function decide(node: TriggerNode, event: SpecEvent, clauses: Clause[]): boolean {
  switch (node.kind) {
    case 'not':
      return !decide(node.term, event, clauses)
    case 'and':
    case 'or': {
      const deciding = node.kind === 'or'
      const begin = clauses.length
      for (const term of node.terms) {
        const before = clauses.length
        if (decide(term, event, clauses) !== deciding) continue
        clauses.splice(begin, before - begin)
        return deciding
      }
      return !deciding
    }
    case 'is-true':
    case 'compare': {
      const operands = node.kind === 'compare' ? [node.left, node.right] : [node.operand]
      clauses.push({
        text: printTrigger(node),
        span: { start: operands[0]?.span.start ?? 0, end: operands.at(-1)?.span.end ?? 0 },
        holds: compileNode(node)(event),
        values: operands.flatMap((operand) => valuesIn(operand, event)),
      })
      return clauses.at(-1)?.holds === true
    }
  }
}

function valuesIn(operand: Operand, event: SpecEvent): Clause['values'] {
  switch (operand.kind) {
    case 'literal':
    case 'list':
      return []
    case 'path':
    case 'call': {
      const value = compileOperand(operand)(event as unknown as Json) ?? null
      const inner = operand.kind === 'call' ? operand.arguments.flatMap((one) => valuesIn(one, event)) : []
      return [...inner, { text: printOperand(operand), value }]
    }
  }
}

/** Fields that no event of the spec has, and that are nearly one that it has. Allowed, and most likely mistaken. */
export function triggerHints(node: TriggerNode): readonly TriggerProblem[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.terms.flatMap(triggerHints)
    case 'not':
      return triggerHints(node.term)
    case 'is-true':
      return operandHints(node.operand)
    case 'compare':
      return [...operandHints(node.left), ...operandHints(node.right)]
  }
}

function operandHints(operand: Operand): readonly TriggerProblem[] {
  if (operand.kind === 'call') return operand.arguments.flatMap(operandHints)
  if (operand.kind !== 'path') return []
  const hint = fieldHint(operand.keys)
  return hint === undefined ? [] : [{ span: operand.span, ...hint }]
}

/** What is suspicious about a path's first key; also for the paths of mappings. */
export function fieldHint(keys: readonly string[]): { problem: string; suggestion: string } | undefined {
  const [first] = keys
  if (first === undefined || (EVENT_FIELDS as readonly string[]).includes(first)) return undefined
  const suggestion = didYouMean(first, EVENT_FIELDS)
  return suggestion === undefined ? undefined : { problem: `unknown field \`${first}\``, suggestion }
}
