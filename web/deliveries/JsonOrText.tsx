import type { ReactElement } from 'react'
import type { Json } from '../../core/event.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { JsonTree } from '../ui/JsonTree.tsx'
import type { Mark } from '../ui/JsonTreeLine.tsx'

type Props = {
  readonly text: string
  readonly label: string
  readonly marks?: Readonly<Record<string, Mark>>
  readonly openDepth?: number
}

/** Down to the properties of an event in a batch. */
const OPEN_DEPTH = 5

/** A body as it was sent or answered: a tree when it is JSON, else as it stands. */
export function JsonOrText({ text, label, marks = {}, openDepth = OPEN_DEPTH }: Props): ReactElement {
  const json = readJson(text)
  if (text === '') return <p className="text-sm text-muted">No body.</p>
  if (json === undefined) {
    return (
      <pre
        role="region"
        tabIndex={0}
        aria-label={label}
        className="max-h-72 overflow-auto rounded bg-well p-2 break-words whitespace-pre-wrap"
      >
        {text}
      </pre>
    )
  }
  return (
    <div className="relative">
      <span className="absolute top-0 right-0 z-10 bg-surface">
        <CopyButton text={text} what={label} />
      </span>
      <JsonTree value={json} label={label} marks={marks} openDepth={openDepth} />
    </div>
  )
}

/** Undefined for what is no JSON, or only a word or a number. */
export function readJson(text: string): Json | undefined {
  try {
    const json = JSON.parse(text) as Json
    return typeof json === 'object' && json !== null ? json : undefined
  } catch {
    return undefined
  }
}
