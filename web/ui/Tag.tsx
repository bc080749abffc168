import type { ReactElement, ReactNode } from 'react'

/** A word that tells one thing from another of the same name. */
export function Tag({
  children,
  isStrong = false,
}: {
  readonly children: ReactNode
  readonly isStrong?: boolean
}): ReactElement {
  return (
    <span
      className={`rounded px-1.5 text-xs leading-5 font-medium whitespace-nowrap ${isStrong ? 'bg-accent text-on-accent' : 'border border-line text-muted'}`}
    >
      {children}
    </span>
  )
}
