import { type ReactElement, Suspense, use } from 'react'
import type { SeenPath } from '../logic/paths.ts'
import { PlainCode } from './PlainCode.tsx'

export type CodeProps = {
  readonly label: string
  readonly text: string
  readonly onText: (text: string) => void
  /** What is written: what it is of the first time stays. */
  readonly language: 'trigger' | 'mapping' | 'javascript' | 'json'
  /** The paths of real events, to choose from. */
  readonly paths: readonly SeenPath[]
  readonly hint?: string
  readonly isInvalid?: boolean | undefined
  /** What the server says is wrong with it, at its place. */
  readonly problems?: readonly CodeProblem[]
}
/** Lines and columns count from 1. */
export type CodeProblem = { readonly line: number; readonly column: number; readonly problem: string }
type Editor = (props: CodeProps) => ReactElement

let loading: Promise<Editor> | undefined

/** Begins to load the editor: called where somebody is about to need it, and when somebody does. */
export function loadCode(): Promise<Editor> {
  loading ??= import('./CodeEditor.tsx').then(
    ({ CodeEditor }) => CodeEditor,
    // After an upgrade of the server the file may be gone. What is being edited must not be lost for that.
    () => PlainCode,
  )
  return loading
}

/** An editor of code. Nobody who uses conditions and fields alone waits for it; until it is there, the text is. */
export function Code(props: CodeProps): ReactElement {
  return (
    <Suspense fallback={<Waiting {...props} />}>
      <Loaded {...props} />
    </Suspense>
  )
}

function Loaded(props: CodeProps): ReactElement {
  const Editor = use(loadCode())
  return <Editor {...props} />
}

/** As large as the editor will be, so that nothing moves. */
function Waiting({ text, hint = '' }: CodeProps): ReactElement {
  return (
    <pre
      aria-busy="true"
      className="max-h-96 min-w-0 overflow-hidden rounded-md border border-edge bg-surface px-2.5 py-1.5 text-[13px]/5 break-all whitespace-pre-wrap text-muted"
    >
      {text === '' ? hint : text}
    </pre>
  )
}
