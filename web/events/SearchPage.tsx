import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

export function SearchPage(): ReactElement {
  return (
    <Page title="Search">
      <EmptyState icon="info" title="Search" />
    </Page>
  )
}
