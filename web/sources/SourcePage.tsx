import { useQuery } from '@tanstack/react-query'
import { Outlet, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { isSqlKind } from '../../core/sql/settings.ts'
import { queries } from '../api/queries.ts'
import { Page } from '../app/Page.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { SOURCE_LOOKS } from '../ui/kind-look.ts'
import { Tabs } from '../ui/Tabs.tsx'

/** The heading and tabs of a source; what a tab shows is a page of its own below it. */
export function SourcePage(): ReactElement {
  const { sourceId } = useParams({ from: '/sources/$sourceId' })
  const { data, error, refetch } = useQuery(queries.source(sourceId))
  const params = { sourceId }
  return (
    <Page
      title={data?.name ?? sourceId}
      crumbs={[{ label: 'Sources', link: { to: '/sources' } }]}
      note={data !== undefined && <span className="text-muted">{SOURCE_LOOKS[data.kind].name}</span>}
      tabs={
        <Tabs
          label="Source"
          tabs={[
            { label: 'Data In', link: { to: '/sources/$sourceId', params }, isExact: true },
            { label: 'Schema', link: { to: '/sources/$sourceId/schema', params } },
            { label: 'Set-up', link: { to: '/sources/$sourceId/set-up', params } },
            ...(data !== undefined && isSqlKind(data.kind)
              ? [{ label: 'Runs', link: { to: '/sources/$sourceId/runs' as const, params } }]
              : []),
            { label: 'Settings', link: { to: '/sources/$sourceId/settings', params } },
          ]}
        />
      }
    >
      {error === null ? (
        <Outlet />
      ) : (
        <ErrorState what="This source" error={error} onRetry={() => void refetch()} />
      )}
    </Page>
  )
}
