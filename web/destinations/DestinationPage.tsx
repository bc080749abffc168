import { useQuery } from '@tanstack/react-query'
import { Outlet, useParams } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { queries } from '../api/queries.ts'
import { Page } from '../app/Page.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { countText } from '../ui/format.ts'
import { DestinationTile } from '../ui/KindTile.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Tabs } from '../ui/Tabs.tsx'
import { Tag } from '../ui/Tag.tsx'
import { Time } from '../ui/Time.tsx'
import { type Destination, DestinationContext } from './destination.ts'
import { HeaderButtons } from './HeaderButtons.tsx'
import { overviewQuery } from './overview-query.ts'
import { StateOf, useShownState } from './StateOf.tsx'
import { StateStrip } from './StateStrip.tsx'

const EVERY_MS = 3_000

/** The heading and tabs of a destination; what a tab shows is a page of its own below it. */
export function DestinationPage(): ReactElement {
  const { destinationId } = useParams({ from: '/destinations/$destinationId' })
  const { data, error, refetch } = useQuery({
    ...queries.destination(destinationId),
    refetchInterval: EVERY_MS,
  })
  const catalogue = useQuery(queries.catalogue())
  const kind = catalogue.data?.destinations.find((one) => one.kind === data?.kind)
  const shown = useMemo(() => data && { destination: data, kind }, [data, kind])
  const isFailed = error !== null && data === undefined
  return (
    <DestinationContext value={shown}>
      <Page
        title={data?.name ?? destinationId}
        crumbs={[{ label: 'Destinations', link: { to: '/destinations' } }]}
        icon={data !== undefined && <DestinationTile kind={data.kind} />}
        note={data !== undefined && <Note destination={data} />}
        actions={data !== undefined && <HeaderButtons />}
        tabs={<DestinationTabs id={destinationId} destination={data} />}
      >
        {isFailed ? (
          <ErrorState what="This destination" error={error} onRetry={() => void refetch()} />
        ) : data === undefined || catalogue.isPending ? (
          <Skeleton lines={6} />
        ) : (
          <>
            <StateStrip />
            <Outlet />
          </>
        )}
      </Page>
    </DestinationContext>
  )
}

function Note({ destination }: { readonly destination: Destination }): ReactElement {
  const { label, state, since } = destination
  const isSaid = useShownState(destination).state === state
  return (
    <>
      {label !== undefined && <Tag>{label}</Tag>}
      <StateOf destination={destination} />
      {since !== undefined && isSaid && (
        <span className="text-sm text-muted">
          since <Time at={since} />
        </span>
      )}
    </>
  )
}

type TabsProps = { readonly id: string; readonly destination: Destination | undefined }

function DestinationTabs({ id, destination }: TabsProps): ReactElement {
  const params = { destinationId: id }
  const dead = useQuery({ ...overviewQuery(id), enabled: destination?.mode === 'cloud' }).data?.dead
  const note = (count: number | undefined) =>
    count === undefined || count === 0 ? {} : { note: countText(count) }
  return (
    <Tabs
      label="Destination"
      tabs={[
        { label: 'Overview', link: { to: '/destinations/$destinationId', params }, isExact: true },
        {
          label: 'Actions',
          link: { to: '/destinations/$destinationId/actions', params },
          ...note(destination?.actions.length),
        },
        { label: 'Deliveries', link: { to: '/destinations/$destinationId/deliveries', params } },
        {
          label: 'Dead letters',
          link: { to: '/destinations/$destinationId/dead-letters', params },
          ...note(dead),
        },
        {
          label: 'Sources',
          link: { to: '/destinations/$destinationId/sources', params },
          ...note(destination?.sources.length),
        },
        { label: 'Settings', link: { to: '/destinations/$destinationId/settings', params } },
      ]}
    />
  )
}
