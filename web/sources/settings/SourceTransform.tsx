import { type ReactElement, useMemo, useState } from 'react'
import { api } from '../../api/api.ts'
import { useSaved } from '../../api/use-saved.ts'
import { TransformCode } from '../../transform/TransformCode.tsx'
import { Button } from '../../ui/Button.tsx'
import { Part } from './Part.tsx'
import type { Source } from './RenameSource.tsx'

/** JavaScript that changes the source's events before any destination sees them. */
export function SourceTransform({ source }: { readonly source: Source }): ReactElement {
  const { id, transform: saved = '', revision } = source
  const [text, setText] = useState(saved)
  const sources = useMemo(() => [id], [id])
  const save = useSaved(
    (transform: string) =>
      api('PATCH /admin/v1/sources/:id', { params: { id }, body: { transform, revision } }),
    {
      said: (transform) =>
        transform === ''
          ? 'The transformation is removed, from the next event on.'
          : 'The transformation is saved. It counts from the next event on.',
    },
  )
  return (
    <Part title="Transformation">
      <p className="mb-3 text-muted">
        A function that changes each event, or drops it, before any destination sees it. What is stored is the
        event as it came. When it throws, the event is held as a dead letter.
      </p>
      <TransformCode label="Transformation of the source" text={text} onText={setText} sources={sources} />
      <div className="mt-3 flex flex-wrap gap-2 empty:hidden">
        {text !== saved && (
          <>
            <Button look="primary" isBusy={save.isPending} onClick={() => save.mutate(text)}>
              Save the transformation
            </Button>
            <Button onClick={() => setText(saved)}>Discard changes</Button>
          </>
        )}
        {saved !== '' && (
          <Button isBusy={save.isPending} onClick={() => save.mutate('')}>
            Remove the transformation
          </Button>
        )}
      </div>
    </Part>
  )
}
