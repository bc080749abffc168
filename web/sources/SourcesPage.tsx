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
import { SourceTile } from '../ui/KindTile.tsx'
import { SOURCE_LOOKS } from '../ui/kind-look.ts'
import { ListTable } from '../ui/ListTable.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Time } from '../ui/Time.tsx'

type Source = Answer<'GET /admin/v1/sources'>['sources'][number]

export function SourcesPage(): ReactElement {
  const { data, error, refetch } = useQuery(queries.sources())
  const addLink = (
    <ForThose
      needs="edit"
      look="primary"
      link={
        <Link to="/sources/new" className={buttonClass('primary')}>
          <Icon name="plus" /> Add source
        </Link>
      }
    >
      Add source
    </ForThose>
  )
  return (
    <Page title="Sources" actions={addLink}>
      {error !== null ? (
        <ErrorState what="The sources" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={5} />
      ) : data.sources.length === 0 ? (
        <EmptyState icon="sources" title="No sources yet" action={addLink}>
          A source is a website, an app or a server that sends events.
        </EmptyState>
      ) : (
        <SourceTable sources={data.sources} />
      )}
    </Page>
  )
}

function SourceTable({ sources }: { readonly sources: readonly Source[] }): ReactElement {
  const rates = useQuery(queries.rates()).data?.sources
  const destinations = useQuery(queries.destinations()).data?.destinations ?? []
  return (
    <ListTable
      label="Sources"
      columns={['Source', 'Last hour', 'Since the beginning', 'Refused', 'Last event', 'Goes to']}
      rows={sources.map((source) => {
        const rate = rates?.[source.id]
        const goesTo = destinations.filter((one) => one.sources.includes(source.id))
        return {
          key: source.id,
          cells: [
            <NameCell key="name" source={source} />,
            rate === undefined ? '…' : <Count key="hour" of={rate.events} />,
            <Count key="all" of={source.counts['accepted']?.total ?? 0} />,
            <Count key="refused" of={source.counts['refused']?.total ?? 0} />,
            rate?.last === undefined ? '–' : <Time key="last" at={rate.last} />,
            goesTo.length === 0 ? 'nowhere yet' : goesTo.map(({ name }) => name).join(', '),
          ],
        }
      })}
    />
  )
}

function NameCell({ source: { id, name, kind } }: { readonly source: Source }): ReactElement {
  return (
    <span className="flex items-center gap-3">
      <SourceTile kind={kind} />
      <span className="min-w-0 wrap-anywhere">
        <Link to="/sources/$sourceId" params={{ sourceId: id }} className="font-semibold hover:underline">
          {name}
        </Link>
        <span className="block text-sm text-muted">{SOURCE_LOOKS[kind].name}</span>
      </span>
    </span>
  )
}
