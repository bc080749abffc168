import { type ReactElement, useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useKind } from './destination.ts'
import { triggerText } from './trigger-text.ts'
import { useActionChanges } from './use-action-changes.ts'

/** Adds one of the actions that the kind of destination has. */
export function AddAction(): ReactElement {
  const kind = useKind()
  const { add } = useActionChanges()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button needs="edit" look="primary" disabled={kind === undefined} onClick={() => setOpen(true)}>
        <Icon name="plus" /> Add action
      </Button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={`What should ${kind?.name} do?`} isWide>
        <ul className="flex flex-col gap-2">
          {Object.entries(kind?.actions ?? {}).map(([id, action]) => (
            <li key={id}>
              <button
                type="button"
                className="panel w-full px-3 py-2 text-left hover:border-accent"
                onClick={() => {
                  setOpen(false)
                  void add(id, action.name)
                }}
              >
                <span className="block font-semibold">{action.name}</span>
                <span className="block">{action.help}</span>
                <span className="block text-sm text-muted">when {triggerText(action.trigger)}</span>
              </button>
            </li>
          ))}
        </ul>
      </Dialog>
    </>
  )
}
