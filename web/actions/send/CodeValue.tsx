import { type ReactElement, useMemo, useState } from 'react'
import type { MappingValue } from '../../../core/mapping/mapping.ts'
import { Code } from '../code/Code.tsx'
import { useEditorContext } from '../editor-context.ts'
import { sameJson } from '../logic/draft.ts'
import { readJson } from '../logic/json-text.ts'
import { mappingProblems } from '../logic/mapping-problems.ts'
import type { ValueProps } from './ValueEditor.tsx'

/** A directive, or any value, as JSON. While it is none, or no mapping, the draft says so and cannot be saved. */
export function CodeValue({ label, value, onValue }: ValueProps): ReactElement {
  const { paths } = useEditorContext()
  const [text, setText] = useState(() => print(value))
  const [wrong, setWrong] = useState<string>()
  const read = useMemo(() => readJson(text), [text])
  // Put from elsewhere: by the default, by an undo.
  if (wrong === undefined && read.ok && !sameJson(read.value, value ?? null)) setText(print(value))

  function onText(next: string): void {
    setText(next)
    const [problem] = mappingProblems(next).filter(({ isHint }) => !isHint)
    setWrong(problem?.problem)
    const now = readJson(next)
    onValue(now.ok ? (now.value as MappingValue) : value, problem && `The code: ${problem.problem}`)
  }
  return (
    <Code
      label={`${label}: code`}
      text={text}
      onText={onText}
      language="mapping"
      paths={paths}
      hint={'{ "@path": "$.properties.plan" }'}
      isInvalid={wrong !== undefined}
    />
  )
}

const LINE_CHARS = 60

/** In one line where it is short: `{ "@path": "$.event" }`. */
function print(value: MappingValue | undefined): string {
  const text = JSON.stringify(value ?? null, null, 2)
  const line = text.replace(/\n\s*/g, ' ')
  return line.length <= LINE_CHARS ? line : text
}
