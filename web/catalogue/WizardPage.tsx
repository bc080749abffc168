import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

export function WizardPage(): ReactElement {
  return (
    <Page title="Wizard">
      <EmptyState icon="info" title="Wizard" />
    </Page>
  )
}
