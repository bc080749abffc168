import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

export function DestinationsPage(): ReactElement {
  return (
    <Page title="Destinations">
      <EmptyState icon="info" title="Destinations" />
    </Page>
  )
}
