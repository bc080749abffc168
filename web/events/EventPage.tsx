import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

export function EventPage(): ReactElement {
  return (
    <Page title="Event">
      <EmptyState icon="info" title="Event" />
    </Page>
  )
}
