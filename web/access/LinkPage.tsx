import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { type Answer, api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { buttonClass } from '../ui/button-class.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { CodeForm } from './CodeForm.tsx'
import { LinkForm } from './LinkForm.tsx'
import type { Me } from './LoginForm.tsx'
import { Outside } from './Outside.tsx'

export type LookedAt = Answer<'POST /admin/v1/links/look'>

const TITLES: Readonly<Record<LookedAt['kind'], string>> = {
  'set-up': 'Become the first admin',
  invitation: 'Join Millrace',
  reset: 'Set a new password',
}

/** Where every link leads that the server gives: set-up, invitation, new password. What it is for, it says itself. */
export function LinkPage(): ReactElement {
  const [token] = useState(() => location.hash.slice(1))
  const client = useQueryClient()
  const navigate = useNavigate()
  const [step, setStep] = useState<string | undefined>(undefined)
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: ({ signal }) => api('POST /admin/v1/links/look', { body: { token }, signal }),
    enabled: token !== '',
    // It is good once: when it has been used, asking again would only say so.
    staleTime: Number.POSITIVE_INFINITY,
  })
  async function enter(me: Me): Promise<void> {
    // Whoever was logged in before in this browser is not any more: nothing that they saw is kept.
    client.clear()
    const ways = await client.fetchQuery(queries.login())
    client.setQueryData(queries.login().queryKey, { ...ways, me })
    await navigate({ to: '/', replace: true })
  }
  if (token === '' || link.error !== null) return <LinkBroken error={link.error} />
  if (link.data === undefined) {
    return (
      <Outside title="One moment">
        <Skeleton lines={3} />
      </Outside>
    )
  }
  return (
    <Outside title={TITLES[link.data.kind]}>
      {step === undefined ? (
        <LinkForm token={token} link={link.data} onIn={(me) => void enter(me)} onStep={setStep} />
      ) : (
        <CodeForm step={step} onIn={(me) => void enter(me)} onBack={() => void navigate({ to: '/' })} />
      )}
    </Outside>
  )
}

function LinkBroken({ error }: { readonly error: unknown }): ReactElement {
  return (
    <Outside title="This link does not work">
      {error === null ? (
        <p>The address is not whole: what stands behind its # is missing. Copy the whole link.</p>
      ) : (
        <>
          <ErrorState what="The link" error={error} />
          <p>A link is good once, and not for ever. Ask whoever sent it for another.</p>
        </>
      )}
      <a href="/" className={buttonClass()}>
        Go to the login
      </a>
    </Outside>
  )
}
