import { useQuery } from '@tanstack/react-query'
import { Outlet, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { queries } from '../api/queries.ts'
import { Page } from '../app/Page.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { Tabs } from '../ui/Tabs.tsx'

/** The heading and tabs of a destination; what a tab shows is a page of its own below it. */
export function DestinationPage(): ReactElement {
  const { destinationId } = useParams({ from: '/destinations/$destinationId' })
  const { data, error, refetch } = useQuery(queries.destination(destinationId))
  const params = { destinationId }
  return (
    <Page
      title={data?.name ?? destinationId}
      crumbs={[{ label: 'Destinations', link: { to: '/destinations' } }]}
      note={data !== undefined && <StateBadge state={data.state} />}
      tabs={
        <Tabs
          label="Destination"
          tabs={[
            { label: 'Overview', link: { to: '/destinations/$destinationId', params }, isExact: true },
            { label: 'Actions', link: { to: '/destinations/$destinationId/actions', params } },
            { label: 'Deliveries', link: { to: '/destinations/$destinationId/deliveries', params } },
            { label: 'Dead letters', link: { to: '/destinations/$destinationId/dead-letters', params } },
            { label: 'Sources', link: { to: '/destinations/$destinationId/sources', params } },
            { label: 'Settings', link: { to: '/destinations/$destinationId/settings', params } },
          ]}
        />
      }
    >
      {error === null ? (
        <Outlet />
      ) : (
        <ErrorState what="This destination" error={error} onRetry={() => void refetch()} />
      )}
    </Page>
  )
}
