import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useMemo } from 'react'
import { queries } from '../api/queries.ts'
import { useSeesPersonal } from '../api/use-may.ts'
import { Page } from '../app/Page.tsx'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Select } from '../ui/Select.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { EntryTable } from './EntryTable.tsx'
import { FilterBar } from './FilterBar.tsx'
import { ListEnd } from './ListEnd.tsx'
import { pick, useFilters } from './list-search.ts'
import { MaskNote } from './MaskNote.tsx'
import { NewerEvents } from './NewerEvents.tsx'
import { PersonSummary } from './PersonSummary.tsx'
import { TextFilter } from './TextFilter.tsx'
import { TimeFilter } from './TimeFilter.tsx'
import { type EventQuery, useEventPages } from './use-event-pages.ts'

const MORE = ['source', 'person', 'messageId', 'from', 'to'] as const
const ALL = ['kind', 'type', 'event', 'q', ...MORE] as const

/** Whatever came in, of all sources; with a person in the address, what that person did. */
export function EventsPage(): ReactElement {
  const [filters, setFilters] = useFilters()
  const given = pick(filters, ALL)
  const pages = useEventPages(given as EventQuery)
  const sources = useQuery(queries.sources()).data?.sources
  const sourceNames = useMemo(() => new Map(sources?.map(({ id, name }) => [id, name])), [sources])
  const isFiltered = Object.keys(given).length > 0
  const { person } = given
  const seesPersonal = useSeesPersonal()
  const clear = () => setFilters(Object.fromEntries(ALL.map((name) => [name, ''])))
  return (
    <Page title={person ?? 'Events'} {...(person === undefined ? {} : PERSON_CRUMBS)}>
      <MaskNote />
      <div className="flex flex-col gap-4">
        {person !== undefined && <PersonSummary person={person} rows={pages.rows} />}
        <FilterBar label="Filter events" filters={filters} onChange={setFilters} others={MORE}>
          <Select
            aria-label="Source"
            value={given.source ?? ''}
            choices={[
              { value: '', label: 'All sources' },
              ...[...sourceNames].map(([value, label]) => ({ value, label })),
            ]}
            onChoice={(source) => setFilters({ source })}
          />
          {seesPersonal && (
            <TextFilter label="Person" value={person ?? ''} onText={(text) => setFilters({ person: text })} />
          )}
          <TextFilter
            label="messageId"
            value={given.messageId ?? ''}
            onText={(messageId) => setFilters({ messageId })}
          />
          <TimeFilter filters={filters} onChange={setFilters} />
        </FilterBar>
        <section aria-label="Events" className="panel overflow-hidden">
          {given.to === undefined && pages.isLoaded && (
            <NewerEvents query={given as EventQuery} newest={pages.rows[0]} onShow={pages.again} />
          )}
          {pages.error !== null && pages.rows.length === 0 ? (
            <ErrorState what="The events" error={pages.error} onRetry={pages.again} />
          ) : !pages.isLoaded ? (
            <Skeleton lines={10} label="Looking for events…" />
          ) : pages.rows.length === 0 && !pages.hasMore ? (
            <Nothing isFiltered={isFiltered} onClear={clear} />
          ) : (
            <EntryTable
              label="Events, newest first"
              rows={pages.rows}
              sourceNames={sourceNames}
              onEnd={pages.searchedTo === undefined ? pages.more : undefined}
              className="h-[max(20rem,calc(100vh-15rem))]"
              footer={<ListEnd pages={pages} isFiltered={isFiltered} />}
            />
          )}
        </section>
      </div>
    </Page>
  )
}

const PERSON_CRUMBS = { crumbs: [{ label: 'Events', link: { to: '/events' as const, search: {} } }] }

type NothingProps = { readonly isFiltered: boolean; readonly onClear: () => void }

function Nothing({ isFiltered, onClear }: NothingProps): ReactElement {
  return isFiltered ? (
    <EmptyState
      icon="filter"
      title="No event fits these filters"
      action={<Button onClick={onClear}>Clear the filters</Button>}
    >
      Names, people and messageIds are compared whole, as they were sent. “Search in them” finds parts too.
    </EmptyState>
  ) : (
    <EmptyState icon="events" title="No events yet">
      What your sources send appears here.
    </EmptyState>
  )
}
