import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { Page } from '../app/Page.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { Count } from '../ui/Count.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { ForThose } from '../ui/ForThose.tsx'
import { Icon } from '../ui/Icon.tsx'
import { DestinationTile } from '../ui/KindTile.tsx'
import { ListTable } from '../ui/ListTable.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Tag } from '../ui/Tag.tsx'
import { StateOf } from './StateOf.tsx'

type Destination = Answer<'GET /admin/v1/destinations'>['destinations'][number]

export function DestinationsPage(): ReactElement {
  const { data, error, refetch } = useQuery(queries.destinations())
  const addLink = (
    <ForThose
      needs="edit"
      look="primary"
      link={
        <Link to="/catalogue" className={buttonClass('primary')}>
          <Icon name="plus" /> Add New
        </Link>
      }
    >
      Add New
    </ForThose>
  )
  return (
    <Page title="Destinations" actions={addLink}>
      {error !== null ? (
        <ErrorState what="The destinations" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={5} />
      ) : data.destinations.length === 0 ? (
        <EmptyState icon="destinations" title="No destinations yet" action={addLink}>
          A destination is where events go, such as Heap.
        </EmptyState>
      ) : (
        <DestinationTable destinations={data.destinations} />
      )}
    </Page>
  )
}

function DestinationTable({ destinations }: { readonly destinations: readonly Destination[] }): ReactElement {
  return (
    <ListTable
      label="Destinations"
      columns={['Destination', 'State', 'Delivered', 'Dead letters', 'Discarded', 'Actions', 'Sources']}
      rows={destinations.map((one) => ({
        key: one.id,
        cells: [
          <NameCell key="name" destination={one} />,
          <StateOf key="state" destination={one} />,
          ...(['delivered', 'dead', 'discarded'] as const).map((name) =>
            one.mode === 'web' ? '–' : <Count key={name} of={one.counts[name]?.total ?? 0} />,
          ),
          <span key="actions" className="whitespace-nowrap">
            {one.actions.filter(({ enabled }) => enabled).length} of {one.actions.length} on
          </span>,
          one.sources.length,
        ],
      }))}
    />
  )
}

function NameCell({
  destination: { id, kind, name, label },
}: {
  readonly destination: Destination
}): ReactElement {
  return (
    <span className="flex items-center gap-3">
      <DestinationTile kind={kind} />
      <Link
        to="/destinations/$destinationId"
        params={{ destinationId: id }}
        className="min-w-0 font-semibold wrap-anywhere hover:underline"
      >
        {name}
      </Link>
      {label !== undefined && <Tag>{label}</Tag>}
    </span>
  )
}
