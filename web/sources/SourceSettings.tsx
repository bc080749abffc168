import type { ReactElement } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'

export function SourceSettings(): ReactElement {
  return <EmptyState icon="info" title="Settings" />
}
