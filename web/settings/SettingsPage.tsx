import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

export function SettingsPage(): ReactElement {
  return (
    <Page title="Settings">
      <EmptyState icon="info" title="Settings" />
    </Page>
  )
}
