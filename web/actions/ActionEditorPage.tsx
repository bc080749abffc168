import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

export function ActionEditorPage(): ReactElement {
  return (
    <Page title="Action">
      <EmptyState icon="info" title="Action" />
    </Page>
  )
}
