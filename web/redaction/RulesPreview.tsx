import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { RedactRule } from '../../core/redact/rule.ts'
import { api } from '../api/api.ts'
import { errorText } from '../ui/ErrorState.tsx'

const EVENTS_SHOWN_MAX = 5
const CHANGES_SHOWN_MAX = 8

type Props = {
  readonly of: { readonly source: string } | { readonly destination: string }
  readonly rules: readonly RedactRule[]
}

/** What the rules would take out of the last events, before and after. */
export function RulesPreview({ of, rules }: Props): ReactElement {
  const { data, error } = useQuery({
    queryKey: ['redaction preview', of, rules],
    queryFn: ({ signal }) =>
      api('POST /admin/v1/redactions/preview', { body: { of, rules: [...rules] }, signal }),
    placeholderData: keepPreviousData,
  })
  if (error !== null) return <p className="text-bad">{errorText(error)}</p>
  if (data === undefined) return <p className="text-muted">Looking at the last events…</p>
  return (
    <div role="status" aria-live="polite" className="flex flex-col gap-2 rounded-md bg-hover p-3">
      <p>
        Of the last {data.looked} events, {data.changed} would be changed
        {data.failed > 0 && <span className="text-bad">, and {data.failed} refused</span>}.
      </p>
      {data.problems.map(({ at, problem }) => (
        <p key={`${at.join('.')} ${problem}`} className="text-bad">
          Rule {Number(at[0]) + 1} {problem}
        </p>
      ))}
      {data.events.slice(0, EVENTS_SHOWN_MAX).map(({ address, name, changes, failed }) => (
        <div key={address} className="text-sm">
          <Link to="/events/$address" params={{ address: address.replaceAll('/', '-') }} className="link">
            {name}
          </Link>
          {failed !== undefined && <p className="text-bad">{failed}</p>}
          <ul>
            {changes.slice(0, CHANGES_SHOWN_MAX).map(({ path, before, after }) => (
              <li key={path} className="break-words">
                <code>{path}</code>: <del>{JSON.stringify(before)}</del>{' '}
                {after === undefined ? 'dropped' : <ins>{JSON.stringify(after)}</ins>}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  )
}
