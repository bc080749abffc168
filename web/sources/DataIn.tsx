import type { ReactElement } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'

export function DataIn(): ReactElement {
  return <EmptyState icon="info" title="Data-In" />
}
