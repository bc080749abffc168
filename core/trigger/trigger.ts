import { AppError } from '../errors.ts'
import type { Match } from './closures.ts'
import { compileNode } from './compile.ts'
import { readTrigger } from './parse.ts'
import type { TriggerNode, TriggerProblem } from './syntax.ts'

/**
 * Reads and compiles a trigger.
 *
 * @throws {AppError} TRIGGER_INVALID with the position, counted from 1, and the problem.
 */
export function compileTrigger(source: string): Match {
  return compileNode(parseTrigger(source))
}

/** @throws {AppError} TRIGGER_INVALID, as above. */
export function parseTrigger(source: string): TriggerNode {
  const read = readTrigger(source)
  if (read.ok) return read.node
  const { span } = read.problem
  throw new AppError('TRIGGER_INVALID', {
    trigger: source,
    position: span.start + 1,
    problem: problemText(read.problem),
  })
}

/** `"contain" is no function: did you mean "contains"?` */
export function problemText({ problem, suggestion }: TriggerProblem): string {
  return suggestion === undefined ? problem : `${problem}: did you mean "${suggestion}"?`
}
