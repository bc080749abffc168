import { type ReactElement, useState } from 'react'
import { isApiError } from '../api/request.ts'
import { errorText } from '../ui/ErrorState.tsx'
import { useNow } from '../ui/now.ts'

type Props = {
  readonly error: unknown
  /** What LOGIN_FAILED means here. */
  readonly failed?: string
}

/** Why one is not let in, in plain words; where there were too many tries, with the seconds that are left. */
export function Refusal({ error, failed }: Props): ReactElement | null {
  if (error === null) return null
  const wait_s = isApiError(error) ? error.details['wait_s'] : undefined
  return (
    <p role="alert" className="rounded-md bg-bad-soft p-3 text-bad">
      {typeof wait_s === 'number' ? (
        <Wait key={String(error)} wait_s={wait_s} />
      ) : isApiError(error) && error.code === 'LOGIN_FAILED' && failed !== undefined ? (
        failed
      ) : (
        errorText(error)
      )}
    </p>
  )
}

/** Counts down. What is read aloud is said once: a count that goes on would never let a reader speak of anything else. */
function Wait({ wait_s }: { readonly wait_s: number }): ReactElement {
  const [until_ms] = useState(() => Date.now() + wait_s * 1_000)
  const left_s = Math.max(0, Math.ceil((until_ms - useNow()) / 1_000))
  return (
    <>
      There were too many tries.{' '}
      <span aria-hidden="true">
        {left_s === 0 ? 'You can try again now.' : `You can try again in ${left_s} s.`}
      </span>
      <span className="sr-only">You can try again in {wait_s} seconds.</span>
    </>
  )
}
