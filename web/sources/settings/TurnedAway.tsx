import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { queries } from '../../api/queries.ts'
import { Time } from '../../ui/Time.tsx'
import { Part } from './Part.tsx'

const WORDS: Readonly<Record<string, string>> = {
  RATE_LIMITED: 'sent too often with one write key',
  ORIGIN_NOT_ALLOWED: 'came from a page of another site',
  WRITE_KEY_DISABLED: 'came with a disabled write key',
}

/** Requests to the source that were refused as a whole: nothing of them is in the log, so only their number is known. */
export function TurnedAway({ sourceId }: { readonly sourceId: string }): ReactElement | null {
  const status = useQuery(queries.status()).data
  const counts = status?.turnedAway.filter(({ source }) => source === sourceId) ?? []
  if (status === undefined || counts.length === 0) return null
  return (
    <Part title="Turned away">
      <ul className="flex flex-col">
        {counts.map(({ code, count }) => (
          <li key={code} className="border-b border-line py-1 last:border-b-0">
            <strong>{count.toLocaleString('en-US')}</strong> {WORDS[code] ?? 'were refused'}{' '}
            <code className="text-sm text-muted">{code}</code>
          </li>
        ))}
      </ul>
      <p className="mt-2 text-sm text-muted">
        Requests since the server started, <Time at={status.startedAt} />.
      </p>
    </Part>
  )
}
