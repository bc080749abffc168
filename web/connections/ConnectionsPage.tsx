import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

export function ConnectionsPage(): ReactElement {
  return (
    <Page title="Connections">
      <EmptyState icon="info" title="Connections" />
    </Page>
  )
}
