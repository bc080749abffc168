import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { api } from '../api/api.ts'
import { useDestination } from '../destinations/destination.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { ErrorState, errorText } from '../ui/ErrorState.tsx'
import { countText } from '../ui/format.ts'
import { Skeleton } from '../ui/Skeleton.tsx'
import { toast } from '../ui/toasts.ts'
import { DryRunView } from './DryRunView.tsx'
import type { Which } from './dead-letters-query.ts'

type Props = { readonly which: Which; readonly onClose: () => void }

/** What sending dead letters again would do, with nothing sent; then the button that sends them. */
export function RetryDialog({ which, onClose }: Props): ReactElement {
  const { name } = useDestination()
  const client = useQueryClient()
  const of = { deadLetters: which }
  const dryRun = useQuery({
    queryKey: ['dry run', which],
    queryFn: ({ signal }) => api('POST /admin/v1/replays/dry-run', { body: { of }, signal }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
  const start = useMutation({
    mutationFn: () => api('POST /admin/v1/replays', { body: { of } }),
    onSuccess({ total }) {
      onClose()
      void client.invalidateQueries()
      toast(`${countText(total)} ${total === 1 ? 'dead letter is' : 'dead letters are'} sent again.`)
    },
  })
  const run = dryRun.data
  const total = run?.total ?? 0
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={
        run === undefined
          ? 'Retry'
          : `Retry ${countText(total)} ${total === 1 ? 'dead letter' : 'dead letters'}`
      }
      isWide
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            needs="edit"
            look="primary"
            disabled={run === undefined || total === 0 || run.accepted === 0}
            isBusy={start.isPending}
            onClick={() => start.mutate()}
          >
            {total === 1 ? 'Send it again' : `Send ${countText(total)} again`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-muted">
          They go through the actions as they are now. Each keeps the idempotency key that it had, so what{' '}
          {name} already has is not counted twice. Nothing has been sent yet.
        </p>
        {dryRun.error !== null ? (
          <ErrorState what="What would happen" error={dryRun.error} onRetry={() => void dryRun.refetch()} />
        ) : run === undefined ? (
          <Skeleton lines={5} label="Trying, without sending…" />
        ) : (
          <DryRunView run={run} />
        )}
        {start.error !== null && (
          <p role="alert" className="text-bad">
            Nothing was sent. {errorText(start.error)}
          </p>
        )}
      </div>
    </Dialog>
  )
}
