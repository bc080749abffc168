import { type ReactElement, useMemo } from 'react'
import { TRANSFORM_EXAMPLES } from '../../core/transform/examples.ts'
import { Code } from '../actions/code/Code.tsx'
import { Button } from '../ui/Button.tsx'
import { Tried } from './Tried.tsx'
import { useTransformTrial } from './use-transform-trial.ts'

type Props = {
  readonly label: string
  readonly text: string
  readonly onText: (text: string) => void
  /** Whose newest events it is tried on. */
  readonly sources: readonly string[]
}

/** The text of a transformation, what is wrong with it, and what it makes of the newest events, while it is written. */
export function TransformCode({ label, text, onText, sources }: Props): ReactElement {
  const trial = useTransformTrial(text, sources)
  const found = trial.data?.problems
  const problems = useMemo(
    () =>
      (found ?? []).map(({ at: [line, column], problem }) => ({
        line: Number(line),
        column: Number(column),
        problem,
      })),
    [found],
  )
  if (text.trim() === '') return <Beginnings onText={onText} />
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Code
        language="javascript"
        paths={[]}
        {...{ label, text, onText, problems }}
        isInvalid={problems.length > 0}
      />
      <div role="status" aria-live="polite" className="flex flex-col gap-1 empty:hidden">
        {problems.map(({ line, column, problem }) => (
          <p key={`${line} ${column} ${problem}`} className="text-sm text-bad">
            Line {line}, column {column}: {problem}
          </p>
        ))}
      </div>
      {problems.length === 0 && <Tried trial={trial} />}
    </div>
  )
}

/** While there is none: ready ones to begin from. */
function Beginnings({ onText }: Pick<Props, 'onText'>): ReactElement {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="text-muted">Begin with:</span>
      {TRANSFORM_EXAMPLES.map((example) => (
        <Button key={example.label} size="small" onClick={() => onText(example.text)}>
          {example.label}
        </Button>
      ))}
    </div>
  )
}
