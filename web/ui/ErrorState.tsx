import type { ReactElement } from 'react'
import { isApiError } from '../api/request.ts'
import { Button } from './Button.tsx'
import { ErrorCode } from './ErrorCode.tsx'
import { Icon } from './Icon.tsx'

type Props = {
  /** What could not be shown: "The deliveries". */
  readonly what: string
  readonly error: unknown
  readonly onRetry?: (() => void) | undefined
}

/** Says what is missing, why, and what can be done. */
export function ErrorState({ what, error, onRetry }: Props): ReactElement {
  return (
    <div role="alert" className="flex items-start gap-3 rounded-lg border border-line bg-bad-soft p-4">
      <Icon name="warning" className="mt-1 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{what} cannot be shown.</p>
        <p className="break-words">{errorText(error)}</p>
        {isApiError(error) && (
          <p className="mt-1">
            <ErrorCode code={error.code} />
          </p>
        )}
      </div>
      {onRetry !== undefined && (
        <Button size="small" onClick={onRetry}>
          <Icon name="retry" /> Try again
        </Button>
      )}
    </div>
  )
}

/** In a sentence, with the detail that tells most. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (isApiError(error) && error.code === 'NOT_FOUND') {
    return 'There is no such thing. It may have been deleted, or the address is not whole.'
  }
  const problem = isApiError(error) ? error.details['problem'] : undefined
  return typeof problem === 'string' ? `${error.message} ${problem}` : error.message
}
