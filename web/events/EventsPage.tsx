import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

export function EventsPage(): ReactElement {
  return (
    <Page title="Events">
      <EmptyState icon="info" title="Events" />
    </Page>
  )
}
