import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactElement, useMemo } from 'react'
import { useMay } from '../api/use-may.ts'
import { Page } from '../app/Page.tsx'
import { useFilters } from '../events/list-search.ts'
import { SettingsTabs } from '../settings/SettingsTabs.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { SplitPane } from '../ui/SplitPane.tsx'
import { AuditDetail } from './AuditDetail.tsx'
import { AuditFilters } from './AuditFilters.tsx'
import { AuditTable } from './AuditTable.tsx'
import { auditQuery, exportAddress } from './audit-query.ts'

/** Who did what, and how it ended. What is seen is in the address, so that it can be shown to others. */
export function AuditPage(): ReactElement {
  const [filters, setFilters] = useFilters()
  const { may, why } = useMay('manage')
  const chosen = filters['entry']
  return (
    <Page
      title="Audit log"
      crumbs={[{ label: 'Settings', link: { to: '/settings' } }]}
      tabs={<SettingsTabs />}
      actions={
        may && (
          <>
            <a className={buttonClass()} href={exportAddress(filters, 'csv')} download>
              Export CSV
            </a>
            <a className={buttonClass()} href={exportAddress(filters, 'ndjson')} download>
              Export JSON
            </a>
          </>
        )
      }
    >
      {may ? (
        <div className="flex flex-col gap-3">
          <AuditFilters filters={filters} onChange={setFilters} />
          <SplitPane
            isListWide
            list={<AuditList filters={filters} onChoose={(entry) => setFilters({ entry })} />}
            detail={chosen === undefined ? undefined : <AuditDetail key={chosen} id={Number(chosen)} />}
            detailLabel="The chosen entry"
            onBack={() => setFilters({ entry: '' })}
          />
        </div>
      ) : (
        <EmptyState icon="person" title="The audit log is for admins">
          {why}
        </EmptyState>
      )}
    </Page>
  )
}

type ListProps = {
  readonly filters: Readonly<Record<string, string>>
  readonly onChoose: (id: string) => void
}

function AuditList({ filters, onChoose }: ListProps): ReactElement {
  const query = useInfiniteQuery(auditQuery(filters))
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query
  const rows = useMemo(() => data?.pages.flatMap(({ entries }) => entries) ?? [], [data])
  if (error !== null && rows.length === 0)
    return <ErrorState what="The audit log" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton lines={8} />
  if (rows.length === 0) {
    return (
      <EmptyState icon="filter" title="Nothing fits these filters">
        Take one away, or choose another time.
      </EmptyState>
    )
  }
  return (
    <div className="flex h-[70vh] flex-col lg:h-full">
      <AuditTable
        rows={rows}
        chosen={filters['entry']}
        onChoose={onChoose}
        onEnd={() => hasNextPage && !isFetchingNextPage && void fetchNextPage()}
      />
    </div>
  )
}
