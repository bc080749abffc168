import type { ReactElement } from 'react'
import type { Answer } from '../api/api.ts'
import { JsonOrText } from '../deliveries/JsonOrText.tsx'
import { OutcomeBadge } from '../deliveries/OutcomeBadge.tsx'
import { spanText } from '../ui/format.ts'
import { sentence } from './state-words.ts'

type Attempt = Answer<'POST /admin/v1/test'>['attempts'][number]

/** What the receiver said. */
export function TestAttempts({ attempts }: { readonly attempts: readonly Attempt[] }): ReactElement {
  return (
    <ol className="flex flex-col gap-3">
      {attempts.map(({ request, status, body, duration_ms, outcome, reason }, index) => (
        <li key={index} className="flex flex-col gap-2">
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-semibold">
              {status === undefined ? 'No answer' : `Answered ${status}`} after {spanText(duration_ms)}
            </span>
            <OutcomeBadge outcome={outcome} />
            {attempts.length > 1 && <span className="text-sm text-muted">{request.url}</span>}
          </p>
          {reason !== undefined && <p>{sentence(reason.text)}</p>}
          <JsonOrText text={body} label="The answer" />
        </li>
      ))}
    </ol>
  )
}
