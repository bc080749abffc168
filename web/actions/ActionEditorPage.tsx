import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { queries } from '../api/queries.ts'
import { Page } from '../app/Page.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { ActionEditor } from './ActionEditor.tsx'

/** One action of a destination: when it is sent, and what. */
export function ActionEditorPage(): ReactElement {
  const { destinationId, actionId } = useParams({ from: '/destinations/$destinationId/actions/$actionId' })
  const destination = useQuery(queries.destination(destinationId))
  const catalogue = useQuery(queries.catalogue())
  const error = destination.error ?? catalogue.error
  const action = destination.data?.actions.find(({ id }) => id === actionId)
  const kind = catalogue.data?.destinations.find((one) => one.kind === destination.data?.kind)
  const actionKind = action && kind?.actions[action.action]
  if (
    destination.data !== undefined &&
    kind !== undefined &&
    action !== undefined &&
    actionKind !== undefined
  ) {
    return (
      <ActionEditor
        key={`${destinationId}/${actionId}`}
        destination={destination.data}
        kind={kind}
        actionKind={actionKind}
        saved={action}
      />
    )
  }
  const crumbs = [{ label: 'Destinations', link: { to: '/destinations' } as const }]
  return (
    <Page title="Action" crumbs={crumbs}>
      {error !== null ? (
        <ErrorState
          what="This action"
          error={error}
          onRetry={() => void Promise.all([destination.refetch(), catalogue.refetch()])}
        />
      ) : destination.data !== undefined && catalogue.data !== undefined ? (
        <EmptyState
          icon="search"
          title={`${destination.data.name} has no such action`}
          action={
            <Link
              to="/destinations/$destinationId/actions"
              params={{ destinationId }}
              className={buttonClass('primary')}
            >
              See its actions
            </Link>
          }
        >
          It may have been deleted since.
        </EmptyState>
      ) : (
        <Skeleton lines={8} label="Loading the action…" />
      )}
    </Page>
  )
}
