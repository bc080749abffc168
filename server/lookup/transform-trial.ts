import { AppError, type PlacedProblem } from '../../core/errors.ts'
import type { SpecEvent } from '../../core/event.ts'
import type { CompiledTransform, TransformTrial } from '../../core/transform/transform.ts'
import { type ExplainDeps, inTurns } from './explained.ts'

export type TransformTrialAsked = { readonly text: string; readonly events: readonly SpecEvent[] }
/** With `problems` the text cannot be run. The results may end before the events do, when they take too long. */
export type TransformTrials = {
  readonly problems: readonly PlacedProblem[]
  readonly results: readonly TransformTrial[]
}

/** Runs the text of a transformation, as it is being written, on events. */
export async function transformTrial(
  { transformings, clock_ms }: Pick<ExplainDeps, 'transformings' | 'clock_ms'>,
  { text, events }: TransformTrialAsked,
): Promise<TransformTrials> {
  const engine = await transformings?.engine()
  if (engine === undefined) throw new AppError('TRANSFORM_INVALID', { problem: 'nothing runs it here' })
  let compiled: CompiledTransform
  try {
    compiled = engine.compile(text)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'TRANSFORM_INVALID') throw error
    const { problem, line = 1, column = 1 } = error.details
    return { problems: [{ at: [Number(line), Number(column)], problem: String(problem) }], results: [] }
  }
  try {
    return { problems: [], results: await inTurns(clock_ms, events, compiled.trial) }
  } finally {
    compiled.dispose()
  }
}
