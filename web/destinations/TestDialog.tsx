import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useEffect } from 'react'
import { api } from '../api/api.ts'
import { RequestBlock } from '../deliveries/RequestBlock.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { useDestination } from './destination.ts'
import { TestAttempts } from './TestAttempts.tsx'

type Props = { readonly isOpen: boolean; readonly onClose: () => void }

/** Shows the request with which the destination is tried; it is sent on a second click only. */
export function TestDialog({ isOpen, onClose }: Props): ReactElement {
  const { id, name } = useDestination()
  const look = useMutation({ mutationFn: () => api('POST /admin/v1/test', { body: { destination: id } }) })
  const send = useMutation({
    mutationFn: () => api('POST /admin/v1/test', { body: { destination: id, send: true } }),
  })
  const { mutate: lookNow } = look
  const { reset: forget } = send
  useEffect(() => {
    if (!isOpen) return
    forget()
    lookNow()
  }, [isOpen, lookNow, forget])
  const explanation = look.data?.explanation
  const problems = [
    ...(explanation?.wrong ?? []).map(({ at, problem }) => `${at.at(-1)} ${problem}`),
    ...(explanation?.problems ?? []).map(({ field, problem }) => `${field} ${problem}`),
    ...(explanation?.end?.status === 'rejected' ? [explanation.end.reason.text] : []),
  ]
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Test ${name}`}
      isWide
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            needs="edit"
            look="primary"
            isBusy={send.isPending}
            disabled={(explanation?.requests.length ?? 0) === 0}
            onClick={() => send.mutate()}
          >
            <span className="truncate">
              {send.data === undefined ? `Send it to ${name}` : 'Send it again'}
            </span>
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-muted">
          One event called “Millrace connection test”, with the settings that are saved. It is really sent to{' '}
          {name}, and counted nowhere here. Nothing has been sent yet unless an answer stands below.
        </p>
        {look.error !== null && <ErrorState what="The request" error={look.error} onRetry={lookNow} />}
        {look.isPending && <Skeleton />}
        {problems.map((problem) => (
          <p key={problem} className="text-bad">
            It cannot be sent: {problem}.
          </p>
        ))}
        {explanation?.requests.map((request) => (
          <RequestBlock key={`${request.method} ${request.url}`} request={request} />
        ))}
        <div aria-live="polite">
          {send.error !== null && <ErrorState what="The answer" error={send.error} />}
          {send.data !== undefined && <TestAttempts attempts={send.data.attempts} />}
        </div>
      </div>
    </Dialog>
  )
}
