import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactElement, type ReactNode, Suspense } from 'react'
import { queries } from '../api/queries.ts'
import { useSessionEnded } from '../api/session.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'

const LoginPage = lazy(async () => ({ default: (await import('./LoginPage.tsx')).LoginPage }))
const LoginAgain = lazy(async () => ({ default: (await import('./LoginAgain.tsx')).LoginAgain }))
const FactorNeeded = lazy(async () => ({ default: (await import('./FactorNeeded.tsx')).FactorNeeded }))

/** Whoever is not logged in sees the login, at every address; nothing behind it asks the server before. */
export function AccessGate({ children }: { readonly children: ReactNode }): ReactElement {
  const { data, error, refetch } = useQuery(queries.login())
  const hasEnded = useSessionEnded()
  if (data === undefined) {
    return error === null ? (
      <Skeleton lines={6} />
    ) : (
      <main className="mx-auto max-w-xl p-6">
        <ErrorState what="Millrace" error={error} onRetry={() => void refetch()} />
      </main>
    )
  }
  const { me } = data
  return (
    <>
      <Suspense fallback={<Skeleton lines={6} />}>
        {me === undefined ? (
          <LoginPage ways={data} />
        ) : me.secondFactor === 'needed' ? (
          <FactorNeeded />
        ) : (
          children
        )}
      </Suspense>
      <Suspense>{hasEnded && me !== undefined && <LoginAgain me={me} />}</Suspense>
    </>
  )
}
