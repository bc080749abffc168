import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

export function SourcesPage(): ReactElement {
  return (
    <Page title="Sources">
      <EmptyState icon="info" title="Sources" />
    </Page>
  )
}
