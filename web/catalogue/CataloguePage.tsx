import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

export function CataloguePage(): ReactElement {
  return (
    <Page title="Catalogue">
      <EmptyState icon="info" title="Catalogue" />
    </Page>
  )
}
