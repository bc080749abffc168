import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { queries } from '../api/queries.ts'

/** Where nobody has to log in, whoever looks should know. */
export function LoginOff(): ReactElement | null {
  if (useQuery(queries.login()).data?.login !== 'off') return null
  return (
    <p className="border-t border-line px-4 py-3 text-sm text-muted">
      Login is off: whoever reaches this port may do everything.
    </p>
  )
}
