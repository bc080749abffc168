import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { api } from '../api/api.ts'
import { buttonClass } from '../ui/button-class.ts'
import { Icon } from '../ui/Icon.tsx'

type Props = {
  readonly destination: string
  readonly action: string
  readonly search: Readonly<Record<string, string>>
  readonly address: string | undefined
  /** Something was saved since the page was opened, and nothing is open. */
  readonly hasSaved: boolean
}

/** Where the sample is a dead letter of this action: why it ended, and after a save, how to send its like again. */
export function FromDeadLetter(props: Props): ReactElement | null {
  const { destination, action, search, address, hasSaved } = props
  const { code, text } = search
  const isTold = code !== undefined && text !== undefined
  const { data } = useQuery({
    queryKey: ['dead-letters', destination, action, 'of', address],
    queryFn: ({ signal }) => api('GET /admin/v1/dead-letters', { query: { destination, action }, signal }),
    enabled: address !== undefined && !isTold,
    retry: false,
  })
  const found = data?.deadLetters.find((one) => one.address === address)
  const reason = isTold ? { code, text } : found?.reason
  if (reason === undefined) return null
  return (
    <section
      aria-label="The dead letter"
      className={`mb-4 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-line px-4 py-3 ${hasSaved ? 'bg-good-soft' : 'bg-bad-soft'}`}
    >
      <Icon name={hasSaved ? 'check' : 'warning'} className={hasSaved ? 'text-good' : 'text-bad'} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {hasSaved
            ? 'Saved. What ended for this reason can be sent again:'
            : 'This event became a dead letter:'}
        </p>
        <p className="break-words">
          {reason.text} <code className="text-xs text-muted">{reason.code}</code>
        </p>
        {!hasSaved && (
          <p className="text-sm text-muted">
            Mend the action below until the sample is taken, save, and the dead letters of this reason can be
            retried.
          </p>
        )}
      </div>
      {hasSaved && (
        <Link
          to="/destinations/$destinationId/dead-letters"
          params={{ destinationId: destination }}
          search={{ action, code: reason.code, text: reason.text }}
          className={buttonClass('primary')}
        >
          <Icon name="retry" /> Retry the dead letters of this reason
        </Link>
      )}
    </section>
  )
}
