import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { type Answer, api } from '../api/api.ts'
import { useSaved } from '../api/use-saved.ts'
import { Page } from '../app/Page.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { PlanEditor } from './PlanEditor.tsx'
import { PlanHistory } from './PlanHistory.tsx'
import { planQueries } from './plan-queries.ts'
import { TypesDialog } from './TypesDialog.tsx'

type Plan = Answer<'GET /admin/v1/tracking-plans/:id'>

/** One plan: its rules, what it was, and what it becomes elsewhere. */
export function TrackingPlanPage(): ReactElement {
  const { planId } = useParams({ from: '/tracking-plans/$planId' })
  const { data, error, refetch } = useQuery(planQueries.plan(planId))
  const crumbs = [{ label: 'Tracking plans', link: { to: '/tracking-plans' } as const }]
  if (error !== null && data === undefined) {
    return (
      <Page title="Tracking plan" crumbs={crumbs}>
        <ErrorState what="The tracking plan" error={error} onRetry={() => void refetch()} />
      </Page>
    )
  }
  return (
    <Page
      title={data?.name ?? 'Tracking plan'}
      crumbs={crumbs}
      actions={data === undefined ? undefined : <PlanButtons plan={data} />}
    >
      {data === undefined ? <Skeleton lines={8} /> : <PlanEditor key={data.id} plan={data} />}
    </Page>
  )
}

function PlanButtons({ plan }: { readonly plan: Plan }): ReactElement {
  const [open, setOpen] = useState<'history' | 'types' | 'delete'>()
  const close = () => setOpen(undefined)
  return (
    <>
      <Button onClick={() => setOpen('history')}>History</Button>
      <Button onClick={() => setOpen('types')}>Types and export</Button>
      <Button needs="edit" look="danger" onClick={() => setOpen('delete')}>
        Delete
      </Button>
      <PlanHistory isOpen={open === 'history'} onClose={close} plan={plan} />
      <TypesDialog isOpen={open === 'types'} onClose={close} plan={plan} />
      <DeleteDialog isOpen={open === 'delete'} onClose={close} plan={plan} />
    </>
  )
}

type DeleteProps = { readonly isOpen: boolean; readonly onClose: () => void; readonly plan: Plan }

function DeleteDialog({ isOpen, onClose, plan: { id, name, sources } }: DeleteProps): ReactElement {
  const navigate = useNavigate()
  const remove = useSaved(() => api('DELETE /admin/v1/tracking-plans/:id', { params: { id } }), {
    said: () => `The plan ${name} is deleted.`,
    onDone: () => void navigate({ to: '/tracking-plans' }),
  })
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Delete this plan?"
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" isBusy={remove.isPending} onClick={() => remove.mutate(undefined)}>
            Delete the plan
          </Button>
        </>
      }
    >
      <p>
        {sources.length === 0
          ? 'No source holds to it.'
          : `${sources.length === 1 ? 'One source holds' : `${sources.length} sources hold`} to it: events are not looked at any more, and none is refused for it.`}
      </p>
    </Dialog>
  )
}
