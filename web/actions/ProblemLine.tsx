import type { ReactElement } from 'react'
import { Icon } from '../ui/Icon.tsx'

type Props = { readonly problem: string | undefined; readonly isHint?: boolean }

/** What is wrong, below what it is about. Always there, so that what arrives in it is read aloud. */
export function ProblemLine({ problem, isHint = false }: Props): ReactElement {
  return (
    <p
      aria-live="polite"
      className={`flex gap-1.5 text-sm empty:hidden ${isHint ? 'text-wait' : 'text-bad'}`}
    >
      {problem !== undefined && (
        <>
          <Icon name={isHint ? 'info' : 'warning'} className="mt-0.5" />
          <span className="min-w-0 break-words">{problem}</span>
        </>
      )}
    </p>
  )
}
