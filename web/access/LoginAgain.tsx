import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useEffect } from 'react'
import { queries } from '../api/queries.ts'
import { sessionResumed } from '../api/session.ts'
import { buttonClass } from '../ui/button-class.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { LoginForm, type Me } from './LoginForm.tsx'

/** Over the page whose session has ended. The page stays as it is, and what it asked for is asked again afterwards. */
export function LoginAgain({ me }: { readonly me: Me }): ReactElement {
  // Asked anew when the window is looked at again: the person may have logged in elsewhere meanwhile.
  const { data: ways } = useQuery({ ...queries.login(), queryKey: ['login again'], staleTime: 0 })
  const isBack = ways?.me?.id === me.id
  useEffect(() => {
    if (isBack) sessionResumed()
  }, [isBack])
  return (
    <Dialog
      isOpen
      onClose={() => {}}
      isKept
      title="Log in again"
      actions={
        // A page of its own: what was typed here is gone then.
        <a href="/" className={buttonClass('quiet')}>
          Go to the login page instead
        </a>
      }
    >
      <div className="flex w-96 max-w-full flex-col gap-4">
        <p>
          Your session has ended. Nothing on this page is lost: log in again, and what you were doing goes on.
        </p>
        {ways !== undefined && (
          <LoginForm
            ways={ways}
            email={me.email}
            isAside
            onIn={({ id }) => {
              // Somebody else has begun nothing here that could go on.
              if (id === me.id) sessionResumed()
              else location.reload()
            }}
          />
        )}
      </div>
    </Dialog>
  )
}
