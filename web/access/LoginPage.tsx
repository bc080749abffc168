import { useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { queries } from '../api/queries.ts'
import { LoginForm, type LoginWays } from './LoginForm.tsx'
import { Outside } from './Outside.tsx'

/** What whoever is not logged in sees at every address; once they are, they are where they wanted to go. */
export function LoginPage({ ways }: { readonly ways: LoginWays }): ReactElement {
  const client = useQueryClient()
  return (
    <Outside title="Log in">
      {ways.needsSetUp ? (
        <p>
          Nobody can log in yet. The server printed a link when it started: whoever opens it becomes the first
          admin. <code>millrace admin reset</code> prints another.
        </p>
      ) : (
        <LoginForm
          ways={ways}
          onIn={(me) => client.setQueryData(queries.login().queryKey, { ...ways, me })}
        />
      )}
    </Outside>
  )
}
