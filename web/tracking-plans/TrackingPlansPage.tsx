import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { queries } from '../api/queries.ts'
import { Page } from '../app/Page.tsx'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'
import { ListTable } from '../ui/ListTable.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { NewPlanDialog } from './NewPlanDialog.tsx'
import { planQueries } from './plan-queries.ts'

/** All tracking plans, and the sources that hold to them. */
export function TrackingPlansPage(): ReactElement {
  const { data, error, refetch } = useQuery(planQueries.plans())
  const sources = useQuery(queries.sources()).data?.sources ?? []
  const [isAdding, setAdding] = useState(false)
  const nameOf = (id: string) => sources.find((one) => one.id === id)?.name ?? id
  const add = (
    <Button needs="edit" look="primary" onClick={() => setAdding(true)}>
      <Icon name="plus" /> New plan
    </Button>
  )
  return (
    <Page title="Tracking plans" actions={add}>
      {error !== null ? (
        <ErrorState what="The tracking plans" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={5} />
      ) : data.plans.length === 0 ? (
        <EmptyState icon="check" title="No tracking plans yet">
          A tracking plan says which events there should be, and what stands in them. Begin with what a source
          sent, or with a plan of Segment or RudderStack.
        </EmptyState>
      ) : (
        <ListTable
          label="Tracking plans"
          columns={['Plan', 'Rules', 'Sources that hold to it']}
          rows={data.plans.map(({ id, name, rules, sources: held }) => ({
            key: id,
            cells: [
              <Link
                key="name"
                to="/tracking-plans/$planId"
                params={{ planId: id }}
                className="font-semibold hover:underline"
              >
                {name}
              </Link>,
              rules.toLocaleString('en-US'),
              held.length === 0 ? 'none yet' : held.map(nameOf).join(', '),
            ],
          }))}
        />
      )}
      <NewPlanDialog isOpen={isAdding} onClose={() => setAdding(false)} />
    </Page>
  )
}
