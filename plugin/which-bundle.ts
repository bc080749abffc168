import type { MappingValue } from '../core/mapping/mapping.ts'
import type { PagePlugin } from '../core/page-plugin.ts'
import type { Operand, TriggerNode } from '../core/trigger/syntax.ts'
import { SMALL } from './small.ts'

export type Bundle = 'heap-web' | 'heap-web-full' | 'heap-web-liquid'

/**
 * The smallest of the scripts for Heap Web that has all that an instance uses. A table's name that looks like a
 * directive counts as one: then more is loaded than is needed, never less.
 */
export function bundleFor({ subscriptions }: PagePlugin): Bundle {
  const directives = new Set(subscriptions.flatMap(({ mapping }) => directivesIn(mapping)))
  if (directives.has('@liquid')) return 'heap-web-liquid'
  const functions = subscriptions.flatMap(({ trigger }) => functionsIn(trigger))
  const isSmall =
    [...directives].every((name) => Object.hasOwn(SMALL.directives, name)) &&
    functions.every((name) => Object.hasOwn(SMALL.functions, name))
  return isSmall ? 'heap-web' : 'heap-web-full'
}

function directivesIn(value: MappingValue): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const names = Array.isArray(value) ? [] : Object.keys(value).filter((key) => key.startsWith('@'))
  return [...names, ...Object.values(value).flatMap(directivesIn)]
}

/** Functions, and comparisons that every bundle does not have. */
function functionsIn(node: TriggerNode): readonly string[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.terms.flatMap(functionsIn)
    case 'not':
      return functionsIn(node.term)
    case 'is-true':
      return callsIn(node.operand)
    case 'compare': {
      const { comparison, left, right } = node
      const always = comparison === '=' || comparison === '!='
      return [...(always ? [] : [comparison]), ...callsIn(left), ...callsIn(right)]
    }
  }
}

function callsIn(operand: Operand): readonly string[] {
  return operand.kind === 'call' ? [operand.name, ...operand.arguments.flatMap(callsIn)] : []
}
