import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { queries } from '../api/queries.ts'
import { Icon } from '../ui/Icon.tsx'

/** Where a file has the last word: what is added in the pages does not outlive the next start. */
export function FileNotice(): ReactElement | null {
  const { data } = useQuery(queries.status())
  if (data === undefined || data.configuredBy === 'pages') return null
  return (
    <p className="mb-4 flex max-w-3xl gap-2 rounded-lg bg-wait-soft p-3 text-sm text-wait">
      <Icon name="warning" className="mt-0.5" />
      <span>
        The file {data.configFile} configures this server. What is added here works at once, and is gone at
        the next start unless the file has it too: <code>millrace export</code> writes one that does.
      </span>
    </p>
  )
}
