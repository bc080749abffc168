import { useBlocker } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'

/** Leaving with changes that are not saved asks first; another sample of the same action is no leaving. */
export function LeaveGuard({ isDirty }: { readonly isDirty: boolean }): ReactElement {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  })
  const isBlocked = blocker.status === 'blocked'
  return (
    <Dialog
      isOpen={isBlocked}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
      actions={
        <>
          <Button look="danger" onClick={() => blocker.proceed?.()}>
            Leave, and lose the changes
          </Button>
          <Button look="primary" onClick={() => blocker.reset?.()}>
            Stay
          </Button>
        </>
      }
    >
      <p>What you changed here is not saved.</p>
    </Dialog>
  )
}
