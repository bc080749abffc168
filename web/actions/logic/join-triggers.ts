import { readTrigger } from '../../../core/trigger/parse.ts'
import { printTrigger } from '../../../core/trigger/print.ts'
import type { TriggerNode } from '../../../core/trigger/syntax.ts'

/** `too`: what either wants. `only`: of what the first wants, what the second does too. */
export type JoinHow = 'too' | 'only'

/** Two triggers as one. A first that cannot be read is given up for the second. */
export function joinTriggers(before: string, added: string, how: JoinHow): string {
  const [one, other] = [readTrigger(before), readTrigger(added)]
  if (!other.ok) return before
  if (!one.ok || printTrigger(one.node) === printTrigger(other.node)) return added
  const word = how === 'too' ? 'or' : 'and'
  // What is joined by the same word stays flat: as rows it is no group of its own.
  const part = (text: string, node: TriggerNode) => (node.kind === word ? text : `(${text})`)
  const joined = readTrigger(`${part(before, one.node)} ${word} ${part(added, other.node)}`)
  return joined.ok ? printTrigger(joined.node) : before
}
