import { AppError } from '../errors.ts'
import type { CompiledTransform, Transforms } from './transform.ts'

/** What finds mistakes in texts, and holds nothing afterwards. */
export type TransformChecks = {
  readonly compile: (text: string) => Pick<CompiledTransform, 'run' | 'trial'>
}

/** Compiles as the engine does, and gives the memory back at once: for who checks and does not run. */
export function checksOf({ compile }: Transforms): TransformChecks {
  return {
    compile(text) {
      const compiled = compile(text)
      compiled.dispose()
      return compiled
    },
  }
}

/** What is wrong with the text of a transformation, with its line and column; undefined when nothing is. */
export function transformProblem(text: string, checks: TransformChecks | undefined): string | undefined {
  try {
    checks?.compile(text)
    return undefined
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'TRANSFORM_INVALID') throw error
    const { problem, line, column } = error.details
    return line === undefined ? String(problem) : `${problem} (line ${line}, column ${column})`
  }
}
