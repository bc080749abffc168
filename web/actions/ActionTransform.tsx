import type { ReactElement } from 'react'
import { TransformCode } from '../transform/TransformCode.tsx'
import { Button } from '../ui/Button.tsx'
import type { Editor } from './use-editor.ts'

type Props = { readonly editor: Editor; readonly sources: readonly string[] }

/** JavaScript that changes what the trigger let through, before it is mapped. */
export function ActionTransform({ editor, sources }: Props): ReactElement {
  const { draft, setTransform } = editor
  return (
    <section aria-labelledby="transform" className="panel">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-2 border-b border-line px-4 py-2">
        <h2 id="transform" className="text-lg font-semibold">
          Transform
        </h2>
        {draft.transform !== '' && (
          <Button size="small" look="quiet" onClick={() => setTransform('')}>
            Remove the transformation
          </Button>
        )}
      </div>
      <div className="flex flex-col gap-3 p-4">
        <p className="text-sm text-muted">
          For what fields cannot say: a function that changes the event, or drops it, before it is mapped.
        </p>
        <TransformCode
          label="Transformation of the action"
          text={draft.transform}
          onText={setTransform}
          sources={sources}
        />
      </div>
    </section>
  )
}
