import type { ReactElement } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'

export function DestinationSettings(): ReactElement {
  return <EmptyState icon="info" title="Settings" />
}
