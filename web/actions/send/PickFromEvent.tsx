import { type ReactElement, useState } from 'react'
import { Dialog } from '../../ui/Dialog.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { JsonTree } from '../../ui/JsonTree.tsx'
import { useEditorContext } from '../editor-context.ts'

type Props = {
  readonly label: string
  /** With `$.` in front. */
  readonly onPick: (path: string) => void
}

/** The sample event as a tree: a click, or Enter, takes a value's path. */
export function PickFromEvent({ label, onPick }: Props): ReactElement {
  const { event } = useEditorContext()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <IconButton
        icon="events"
        label={`${label}: pick from the sample`}
        disabled={event === undefined}
        onClick={() => setOpen(true)}
      />
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={`Pick a value for ${label}`} isWide>
        <p className="mb-2 text-sm text-muted">
          Click a value of the sample, or walk with the arrows and take it with Enter.
        </p>
        {event !== undefined && (
          <JsonTree
            value={event}
            label="The sample event"
            openDepth={4}
            onPick={(path) => {
              setOpen(false)
              onPick(path)
            }}
          />
        )}
      </Dialog>
    </>
  )
}
