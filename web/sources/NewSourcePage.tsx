import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

export function NewSourcePage(): ReactElement {
  return (
    <Page title="Add">
      <EmptyState icon="info" title="Add" />
    </Page>
  )
}
